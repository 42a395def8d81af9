"""Reading needs from filled-in DOCX forms (需求征集表): tables of labels and values, or paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import docx
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from qixi.tables.archives import checked, guarded
from qixi.tables.grid import Head
from qixi.tables.heads import Vocabulary
from qixi.tables.source import Row, Source

_NUMBERING = re.compile(
    r"^[\s*＊★●■]*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十\d]{1,3}\s*[、.．])?\s*"
)
_LABELLED = re.compile(r"([^：:\n]{1,40})[：:][ \t\u3000]*(.*)", re.DOTALL)
_TEXT = frozenset({"title", "content"})
_LABEL_LENGTH = 20

Pairs = list[tuple[str, str]]


def form_rows(source: Source) -> Iterator[Row]:
    """Yield a row for each need of a form; the row number counts the needs of the document.

    A table that names a title or a content is a need, a second title in it begins another one;
    what other tables and paragraphs say (the firm, its business) goes to all. A table with a row
    of heads gives a need for each further row. Without an id of its own a need is called after
    the file, with a running number.
    """
    content = checked(source)
    document = guarded(lambda: docx.Document(content), source)
    blocks = guarded(lambda: list(_blocks(document, source.limits.tables)), source)
    if len(blocks) > source.limits.tables + 1:
        raise source.refuse("archive-bomb", what="tables", size=len(blocks), limit=source.limits.tables)
    needs, common = _sorted(blocks, source)
    if not needs:
        raise source.refuse("form-missing")
    for number, need in enumerate(needs, 1):
        yield Row(number, _named(_merged(need, common), number, source))


def _blocks(document: Any, most: int) -> Iterator[list[list[str]]]:
    """Yield the paragraphs as one table of a single column, then each table, as texts.

    Behind the first table beyond `most` nothing is read.
    """
    paragraphs, tables = [], []
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            paragraphs.append([block.text])
        elif isinstance(block, Table):
            tables.append(_texts(block))
            if len(tables) > most:
                break
    yield paragraphs
    yield from tables


def _texts(table: Table) -> list[list[str]]:
    """Return the texts of each row; a cell merged over columns counts once, one over rows in each.

    The cells are walked here and not by the library, which gives a cell once for every column it
    claims to span, a thousand million times if a hostile file says so.
    """
    rows = []
    above: dict[int, str] = {}
    for row in table.rows:
        texts: dict[int, str] = {}
        column = row._tr.grid_before
        for tc in row._tr.tc_lst:
            going_on = tc.vMerge == "continue" and column in above
            texts[column] = above[column] if going_on else _Cell(tc, table).text
            column += max(1, tc.grid_span)
        rows.append(list(texts.values()))
        above = texts
    return rows


def _sorted(blocks: Sequence[list[list[str]]], source: Source) -> tuple[list[Pairs], Pairs]:
    """Return the needs and what is common to all of them."""
    vocabulary = source.vocabulary
    needs: list[Pairs] = []
    common: Pairs = []
    for rows in blocks:
        if _is_grid(rows, vocabulary):
            head = Head.of(rows[0], source)
            filled = (
                [(n, str(v)) for n, v in head.cells(row, i, source)] for i, row in enumerate(rows[1:], 2)
            )
            needs += [pairs for pairs in filled if _has_text(pairs, vocabulary)]
            continue
        for pairs in _parted(_pairs(rows, vocabulary), vocabulary):
            if _has_text(pairs, vocabulary):
                needs.append(pairs)
            else:
                common += pairs
    return needs, common


def _is_grid(rows: Sequence[Sequence[str]], vocabulary: Vocabulary) -> bool:
    """Say whether the first row is one of heads: known words side by side, none where values stand."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    known = [_field(cell, vocabulary) for cell in rows[0]]
    below = [_field(cell, vocabulary) for cell in rows[1]]
    return known[0] is not None and known[1] is not None and bool(_TEXT & set(known)) and not any(below)


def _pairs(rows: Sequence[Sequence[str]], vocabulary: Vocabulary) -> Pairs:
    pairs: Pairs = []
    waiting = ""
    for row in rows:
        cells = [cell.strip() for cell in row]
        if len(cells) == 1:
            waiting = _single(cells[0], waiting, pairs, vocabulary)
        else:
            waiting = ""
            pairs += _side_by_side(cells, vocabulary)
    return pairs


def _single(text: str, waiting: str, pairs: Pairs, vocabulary: Vocabulary) -> str:
    """Take a lone cell or paragraph in; return the label that the following ones go on with."""
    labelled = _LABELLED.fullmatch(text)
    if labelled and _field(labelled[1], vocabulary):
        pairs.append((_bare(labelled[1]), labelled[2].strip()))
        return _bare(labelled[1])
    if _field(text, vocabulary):
        pairs.append((_bare(text), ""))
        return _bare(text)
    if waiting and text:
        label, value = pairs.pop()
        pairs.append((label, f"{value}\n{text}" if value else text))
    elif labelled and len(labelled[1]) <= _LABEL_LENGTH and labelled[2].strip():
        pairs.append((_bare(labelled[1]), labelled[2].strip()))
    return waiting


def _side_by_side(cells: Sequence[str], vocabulary: Vocabulary) -> Pairs:
    pairs: Pairs = []
    place = 0
    while place < len(cells) - 1:
        label, value = cells[place], cells[place + 1]
        known = _field(label, vocabulary) is not None
        fits = bool(label) and len(label) <= _LABEL_LENGTH
        if (known or fits) and not (_field(value, vocabulary) and not (known and place + 2 == len(cells))):
            pairs.append((_bare(label), value))
            place += 2
        else:
            place += 1
    return pairs


def _parted(pairs: Pairs, vocabulary: Vocabulary) -> Iterator[Pairs]:
    """Part what one table says before each further title."""
    part: Pairs = []
    titled = False
    for label, value in pairs:
        is_title = _field(label, vocabulary) == "title"
        if is_title and titled and value:
            yield part
            part = []
        titled = titled or (is_title and bool(value))
        part.append((label, value))
    yield part


def _has_text(pairs: Pairs, vocabulary: Vocabulary) -> bool:
    return any(value.strip() and _field(label, vocabulary) in _TEXT for label, value in pairs)


def _merged(need: Pairs, common: Pairs) -> dict[str, object]:
    cells: dict[str, object] = {}
    for label, value in need:
        name = label if label not in cells or not value else f"{label} ({len(cells)})"
        if value or name not in cells:
            cells[name] = value
    for label, value in common:
        if value and not cells.get(label):
            cells[label] = value
    return cells


def _named(cells: dict[str, object], number: int, source: Source) -> dict[str, object]:
    """Give a need without an id of its own the file's name and its number."""
    heads = source.vocabulary.columns(tuple(cells)).fields.get("id", ())
    if any(cells[head] for head in heads):
        return cells
    kept = {head: value for head, value in cells.items() if head not in heads}
    return {"id": f"{source.stem}-{number}", **kept}


def _bare(label: str) -> str:
    return _NUMBERING.sub("", label).strip().rstrip("：:").strip()


def _field(text: str, vocabulary: Vocabulary) -> str | None:
    """Return the field a label stands for, with or without numbering, stars and a colon."""
    if not text.strip() or len(text) > 60:
        return None
    return vocabulary.field_of(text) or vocabulary.field_of(_bare(text))
