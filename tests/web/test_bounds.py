"""What no page takes: bodies out of bounds, invisible bytes; and what no cache keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from web_house import House, today

from qixi.casework.services import attach
from qixi.core import Refused
from qixi.procedures.catalogue import newest
from qixi.procedures.forms import filled
from qixi.procedures.shapes import Reason

pytestmark = pytest.mark.django_db


def test_a_body_that_is_too_long_is_turned_away_unread(house: House, settings: Any):
    settings.BODY_MOST = 1000
    sent = {"password": "x" * 2000}
    assert house.client().post("/account/login/", sent).status_code == 413
    answer = house.client().post("/account/login/", {}, headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 411


def test_a_file_that_is_too_long_is_named(house: House, settings: Any):
    settings.UPLOAD_MOST = 2**20
    file = SimpleUploadedFile("a.txt", b"x" * (2**20 + 1))
    page = house.client("handler", "en").post(f"/cases/{house.need()}/files", {"file": file}, follow=True)
    assert "more than 1 MB" in page.content.decode()


def test_what_is_shown_to_people_is_kept_by_no_cache(house: House):
    for address in ("/", "/cases", f"/cases/{house.need()}"):
        assert "no-store" in house.client("handler").get(address).headers["Cache-Control"]


def test_what_is_fetched_is_kept_by_no_cache_and_shown_as_no_page(house: House):
    price, paper = house.price(), newest("price").papers[0].name
    file = attach(house.actor("handler"), price, "a.txt", b"a", today())
    for address in (
        f"/cases/{price}/files/{file.number}",
        f"/cases/{price}/papers/{paper}.pdf",
        f"/cases/{price}/papers/{paper}.docx",
        f"/cases/{price}/file.pdf",
        f"/cases/{price}/bundle.zip",
        "/me/export",
    ):
        fetched = house.client("handler").get(address)
        assert fetched.status_code == 200, address
        assert fetched.headers["Cache-Control"] == "private, no-store"
        assert fetched.headers["Content-Disposition"].startswith("attachment")
        assert fetched.headers["X-Content-Type-Options"] == "nosniff"


def test_a_nul_in_a_cookie_is_refused(house: House):
    assert house.client().get("/", headers={"Cookie": "sessionid=a\x00b"}).status_code == 400


@pytest.mark.parametrize("words", ["a\u202eb", "a\u200bb", "a\x07b"])
def test_forms_take_no_invisible_characters(words: str):
    with pytest.raises(Refused, match="nobody sees"):
        filled(Reason, {"reason": words})
    assert filled(Reason, {"reason": "一\n二"})
