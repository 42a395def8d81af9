from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.match.models.masking import mask, well_formed

_CASES = Path(__file__).parents[1] / "cases" / "masking.tsv"


def _cases() -> list[tuple[str, str, str]]:
    with _CASES.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["text"], row["masked"], row["note"]) for row in rows]


@pytest.mark.parametrize(("text", "masked", "note"), _cases(), ids=[note for *_, note in _cases()])
def test_masking_hides_people_and_keeps_figures(text: str, masked: str, note: str) -> None:
    assert mask(text).text == masked


def test_origin_of_words_beside_a_placeholder_is_exact() -> None:
    text = "联系人：张三，手机13812345678，产量150 g/L。"
    masked = mask(text)
    start = masked.text.index("产量150 g/L")
    first, last = masked.origin(start, start + len("产量150 g/L"))
    assert text[first:last] == "产量150 g/L"


def test_origin_of_a_range_that_touches_a_placeholder_covers_what_was_masked() -> None:
    text = "手机13812345678。"
    masked = mask(text)
    assert masked.text == "手机[PHONE]。"
    assert masked.origin(1, 4) == (1, 13)
    assert masked.origin(5, 9) == (2, 13)
    assert masked.origin(9, 10) == (13, 14)


def test_origin_refuses_what_is_no_range() -> None:
    with pytest.raises(IndexError):
        mask("abc").origin(2, 4)


_PIECES = st.lists(
    st.sampled_from(
        [
            "电话13812345678",
            "联系人：张三，",
            "a@b.cn ",
            "150 g/L",
            "，",
            "ＱＱ：１２３４５６７",
            "CN113845678A",
            "㎡",
            "\ud800",
        ]
    )
    | st.text(max_size=8),
    max_size=12,
)


@settings(max_examples=150)
@given(_PIECES)
def test_masked_text_leads_back_to_every_kept_character(pieces: list[str]) -> None:
    text = "".join(pieces)
    masked = mask(text)
    kept = [True] * len(masked.text)
    for cut in masked.cuts:
        kept[cut.masked_start : cut.masked_end] = [False] * (cut.masked_end - cut.masked_start)
        assert masked.origin(cut.masked_start, cut.masked_end) == (cut.start, cut.end)
    for i, keep in enumerate(kept):
        if keep:
            start, end = masked.origin(i, i + 1)
            assert well_formed(text[start:end]) == masked.text[i]


@settings(max_examples=100)
@given(_PIECES)
def test_masking_twice_changes_nothing_more(pieces: list[str]) -> None:
    once = mask("，".join(pieces)).text
    assert "13812345678" not in once
    assert mask(once).text == once
