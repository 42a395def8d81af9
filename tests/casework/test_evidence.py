"""Files handed in: kept once under their hash, given to those who may see them, hostile ones turned away."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from uuid import uuid4

import docx
import openpyxl
import pytest
from django.core.files.storage import default_storage
from household import DAY, NEED, House, someone

from qixi.casework import models
from qixi.casework.domain.files import kind_of, plain_name
from qixi.casework.queries import view
from qixi.casework.queries.evidence import evidence_for, evidence_in, place_of
from qixi.casework.queries.papers import bundle_for
from qixi.casework.services import act_for, attach, give_mandate
from qixi.core import Refused

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 20 + b"\xff\xd9"
MOST = 2**20


def document() -> bytes:
    out = io.BytesIO()
    made = docx.Document()
    made.add_paragraph("证明材料")
    made.save(out)
    return out.getvalue()


def sheet(cell: str = "甲") -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = cell
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, part: str, said: bytes) -> bytes:
    """Put another part into a packed file, or in the place of the one that has its name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, said)
    return out.getvalue()


RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
)
TEMPLATE = RELATIONS % (
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"'
    b' Target="http://example.invalid/x.dotm" TargetMode="External"/>'
)
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
MACRO_TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/word/document.xml"'
    b' ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)
HOSTILE = {
    "empty": ("a.pdf", b"", "file is empty"),
    "too large": ("a.txt", b"a" * (MOST + 1), "more than 1 MB"),
    "a program": ("a.exe", b"MZ\x90\x00", "of this kind are not taken"),
    "an archive": ("a.zip", with_part(document(), "x", b"x"), "unpack archives"),
    "a page": ("a.html", b"<script>alert(1)</script>", "of this kind are not taken"),
    "a picture that draws scripts": ("a.svg", b"<svg/>", "of this kind are not taken"),
    "no ending": ("README", b"hello", "of this kind are not taken"),
    "two endings": ("a.pdf.exe", PDF, "of this kind are not taken"),
    "a program called PDF": ("a.pdf", b"MZ\x90\x00", "no whole PDF file"),
    "a picture called DOCX": ("a.docx", PNG, "no whole DOCX file"),
    "a sheet called DOCX": ("a.docx", sheet(), "no whole DOCX file"),
    "half a PDF": ("a.pdf", PDF[:20], "no whole PDF file"),
    "half a DOCX": ("a.docx", document()[:900], "is damaged"),
    "bytes called text": ("a.txt", b"\x00\x01\x02", "no whole TXT file"),
    "bytes called CSV": ("a.csv", PNG, "no whole CSV file"),
    "a bomb": ("a.xlsx", with_part(sheet(), "xl/bomb.xml", b"0" * (60 * 2**20)), "out of bounds"),
    "many members": ("a.docx", None, "out of bounds"),
    "entities": ("a.docx", with_part(document(), "word/document.xml", DTD), "document type or entities"),
    "entities in UTF-16": (
        "a.docx",
        with_part(document(), "word/document.xml", DTD.decode().encode("utf-16")),
        "document type or entities",
    ),
    "macros": ("a.docx", with_part(document(), "word/vbaProject.bin", b"x"), "macros"),
    "a macro file renamed": ("a.docx", with_part(document(), "[Content_Types].xml", MACRO_TYPES), "macros"),
    "ActiveX": ("a.docx", with_part(document(), "word/activeX/activeX1.bin", b"x"), "macros"),
    "a template elsewhere": (
        "a.docx",
        with_part(document(), "word/_rels/settings.xml.rels", TEMPLATE),
        "elsewhere",
    ),
    "a byte before a macro file": (
        "a.docx",
        b"x" + with_part(document(), "word/vbaProject.bin", b"x"),
        "stands before",
    ),
    "a template elsewhere, in small letters": (
        "a.docx",
        with_part(document(), "word/_rels/settings.xml.rels", TEMPLATE.replace(b"External", b"external")),
        "elsewhere",
    ),
    "a program inside": ("a.docx", with_part(document(), "word/embeddings/x.exe", b"MZ"), "macros"),
    "a PDF with a script": ("a.pdf", PDF.replace(b"<<>>", b"<</S/JavaScript/JS(x)>>"), "scripts"),
    "a PDF with a script, escaped": ("a.pdf", PDF.replace(b"<<>>", b"<</S/J#61vaScript>>"), "scripts"),
    "a PDF that starts a program": ("a.pdf", PDF.replace(b"<<>>", b"<</S /Launch>>"), "scripts"),
    "a PDF with a file": ("a.pdf", PDF.replace(b"<<>>", b"<</Type/EmbeddedFile>>"), "scripts"),
    "a PDF with a packed script": (
        "a.pdf",
        PDF.replace(
            b"<<>>",
            b"<</Type/ObjStm/Filter/FlateDecode>>stream\n"
            + zlib.compress(b"<</S/JavaScript>>")
            + b"endstream",
        ),
        "scripts",
    ),
    "broken relations": (
        "a.docx",
        with_part(document(), "word/_rels/document.xml.rels", b"<a><b>"),
        "XML in the file",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_end_in_a_clear_answer(what):
    name, content, why = HOSTILE[what]
    if content is None:
        out = io.BytesIO(document())
        with zipfile.ZipFile(out, "a") as archive:
            for n in range(5_001):
                archive.writestr(f"x/{n}", b"")
        content = out.getvalue()
    with pytest.raises(Refused) as refused:
        kind_of(name, content, MOST)
    (problem,) = refused.value.problems
    said = problem.message()
    assert why in said.en
    assert problem.file == name
    assert said.zh != said.en
    assert "/tmp" not in said.en


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.PDF", PDF, "pdf"),
        ("a.png", PNG, "png"),
        ("a.jpg", JPEG, "jpeg"),
        ("a.docx", document(), "docx"),
        ("a.xlsx", sheet("=1+1"), "xlsx"),
        ("a.csv", "名称,金额\n=HYPERLINK(1),2\n".encode("gb18030"), "csv"),
        ("a.txt", "证明".encode("utf-16"), "txt"),
        ("a.txt", "证明".encode(), "txt"),
    ],
)
def test_files_that_people_hand_in_are_taken_as_they_are(name, content, kind):
    assert kind_of(name, content, MOST).name == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\li\\证明.pdf", "证明.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("长" * 300 + ".pdf", "长" * 146 + ".pdf"),
    ],
)
def test_names_are_kept_without_what_could_mislead(given, kept):
    assert plain_name(given) == kept


@pytest.fixture
def store(settings, tmp_path) -> None:
    backend = settings.STORAGES["default"]
    settings.STORAGES = settings.STORAGES | {"default": backend | {"OPTIONS": {"location": tmp_path}}}


@pytest.mark.django_db
def test_a_file_is_kept_once_and_given_to_those_inside(house: House, store):
    handed = attach(house.li, house.case, "dir/证明.pdf", PDF, DAY)
    assert attach(house.li, house.case, "again.pdf", PDF, DAY) == handed
    assert (handed.sha256, handed.size, handed.name) == (
        hashlib.sha256(PDF).hexdigest(),
        len(PDF),
        "证明.pdf",
    )
    assert (handed.party, handed.role, handed.person) == (
        str(house.firm.number),
        "applicant",
        house.li.number,
    )
    with pytest.raises(Refused, match="no such case"):
        attach(house.officer, house.case, "核查.pdf", PDF, DAY)
    act_for(house.li, house.case, "submit", NEED, DAY)
    attach(house.officer, house.case, "核查.pdf", PDF, DAY)
    give_mandate(house.li, house.case, str(house.agency.number), ["propose"], DAY)
    for who in (house.li, house.officer, house.agent):
        got = evidence_for(who, house.case, handed.number, DAY)
        assert (got.name, got.media_type, got.content) == ("证明.pdf", "application/pdf", PDF)
        assert [each.name for each in evidence_in(view(who, house.case, DAY))] == ["证明.pdf", "核查.pdf"]
    with pytest.raises(Refused, match="no such case"):
        evidence_for(house.stranger, house.case, handed.number, DAY)
    with pytest.raises(Refused, match="no such file"):
        evidence_for(house.li, house.case, uuid4(), DAY)
    with pytest.raises(Refused, match="no such case"):
        attach(house.stranger, house.case, "a.pdf", PDF, DAY)


@pytest.mark.django_db
def test_a_damaged_store_is_noticed_and_mended_by_the_same_file(house: House, store):
    handed = attach(house.li, house.case, "a.pdf", PDF, DAY)
    with default_storage.open(place_of(handed.sha256), "wb") as file:
        file.write(PDF[:10])
    with pytest.raises(Refused, match="lost or changed"):
        evidence_for(house.li, house.case, handed.number, DAY)
    attach(house.li, house.case, "a.pdf", PDF, DAY)
    assert evidence_for(house.li, house.case, handed.number, DAY).content == PDF


@pytest.mark.django_db
def test_a_closed_case_takes_no_files_and_a_refused_file_leaves_nothing(house: House, store):
    with pytest.raises(Refused):
        attach(house.li, house.case, "a.exe", PDF, DAY)
    act_for(house.li, house.case, "withdraw", {"reason": "不办了"}, DAY)
    with pytest.raises(Refused, match="has ended"):
        attach(house.li, house.case, "a.pdf", PDF, DAY)
    assert not models.Evidence.objects.exists()


@pytest.mark.django_db
def test_experts_hand_in_nothing_and_read_all(house: House, panelled, store):
    number = panelled(house)
    experts = [someone(f"e{n}", DAY) for n in range(3)]
    handed = attach(house.li, number, "a.pdf", PDF, DAY)
    act_for(house.officer, number, "appoint", house.drawn(number, *experts), DAY)
    assert evidence_for(experts[0], number, handed.number, DAY).content == PDF
    with pytest.raises(Refused, match="arties of the case"):
        attach(experts[0], number, "b.pdf", PDF, DAY)


@pytest.mark.django_db
def test_who_objected_hands_in_and_sees_its_own_alone(house: House, store):
    number = house.announced()
    handed = attach(house.wang, number, "a.pdf", PDF, DAY)
    with pytest.raises(Refused, match="arties of the case"):
        attach(house.stranger, number, "b.png", PNG, DAY)
    act_for(house.stranger, number, "object", {"reason": "价格偏低"}, DAY)
    own = attach(house.stranger, number, "b.png", PNG, DAY)
    assert list(evidence_in(view(house.stranger, number, DAY))) == [own]
    assert list(evidence_in(view(house.officer, number, DAY))) == [handed, own]
    with pytest.raises(Refused, match="no such file"):
        evidence_for(house.stranger, number, handed.number, DAY)
    for who, listed in ((house.wang, [handed.sha256, own.sha256]), (house.stranger, [])):
        with zipfile.ZipFile(io.BytesIO(bundle_for(who, number, DAY, "zh").content)) as archive:
            told = json.loads(archive.read("case.json"))
        assert [each["sha256"] for each in told["evidence"]] == listed
