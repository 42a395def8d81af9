"""Stories of the procedures to their ends, in a real browser and in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from record import history, replays
from story import Story
from teller import TIME, Teller

from qixi.core.text import Language
from qixi.procedures import Phase
from qixi.procedures.catalogue import catalogue

STORIES = sorted((Path(__file__).parent / "procedures").glob("*.yaml"))


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Give each story a home folder of its own: what is indexed there is of its own tables."""
    settings.HOME = tmp_path


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_it_happens_as_told(
    path: Path,
    language: Language,
    served: str,
    driven: Browser,
    monkeypatch: pytest.MonkeyPatch,
):
    def turn(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_: day)

    story = Story.read(path)
    teller = Teller(story, language, served, driven, turn)
    try:
        row = teller.tell()
        told = teller.file(next(each.who for each in story.happenings if each.who != TIME))
    finally:
        teller.close()
    assert row.phase == Phase.CLOSED
    replays(row)
    missing = [words for words in history(row, language) if words not in told]
    assert not missing, told
    assert row.number in told


def test_every_procedure_has_a_story():
    told = {Story.read(path).declared().code for path in STORIES}
    assert told == {code for code, _ in catalogue()}
