"""Which kind of file something is: told by its content first, by its suffix where that says nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from qixi.tables.decoding import encoding_of, lines
from qixi.tables.source import Source

Kind = Literal["jsonl", "json", "csv", "xlsx", "parquet", "docx"]

SUFFIXES: dict[str, frozenset[Kind]] = {
    ".jsonl": frozenset({"jsonl", "json"}),
    ".ndjson": frozenset({"jsonl", "json"}),
    ".json": frozenset({"jsonl", "json"}),
    ".csv": frozenset({"csv"}),
    ".tsv": frozenset({"csv"}),
    ".txt": frozenset({"csv", "jsonl", "json"}),
    ".tab": frozenset({"csv"}),
    ".xlsx": frozenset({"xlsx"}),
    ".xlsm": frozenset({"xlsx"}),
    ".parquet": frozenset({"parquet"}),
    ".pq": frozenset({"parquet"}),
    ".docx": frozenset({"docx"}),
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
    b"BM\x00",
)


def kind_of(source: Source) -> Kind:
    """Return the kind of a file; raises Refused where it is none that can be read."""
    with source.path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        raise source.refuse("file-empty" if not start.strip() else "kind-unknown")
    kind = _told(start, source)
    allowed = SUFFIXES.get(source.path.suffix.lower())
    if allowed is not None and kind not in allowed:
        source.warn("kind-differs", None, suffix=source.path.suffix, kind=kind.upper())
    return kind


def _told(start: bytes, source: Source) -> Kind:
    if start.startswith(_OLE):
        raise source.refuse("kind-old-excel")
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return _of_archive(source)
    if start.startswith(_KNOWN_BINARY):
        raise source.refuse("kind-unknown")
    return _of_text(source)


def _of_archive(source: Source) -> Kind:
    try:
        with zipfile.ZipFile(source.path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise source.refuse("archive-broken", why=error) from None
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if any(name.startswith("word/") for name in names):
        return "docx"
    raise source.refuse("kind-unknown")


def _of_text(source: Source) -> Kind:
    """Tell JSON from CSV by the first character; a file of control characters is neither."""
    beginning = _beginning(source.path)
    control = sum(c < " " and c not in "\t\n\r\x1b" for c in beginning)
    if control > len(beginning) // 10:
        raise source.refuse("kind-unknown")
    first = beginning.lstrip()[:1]
    if first == "{":
        return "jsonl"
    if first == "[" and source.path.suffix.lower() not in {".csv", ".tsv", ".tab"}:
        return "json"
    if first == "[" and beginning.lstrip()[1:].lstrip()[:1] in {"{", "]"}:
        return "json"
    suffix = SUFFIXES.get(source.path.suffix.lower(), frozenset())
    return "jsonl" if "jsonl" in suffix and "csv" not in suffix else "csv"


def _beginning(path: Path) -> str:
    pieces, size = [], 0
    for line in lines(path, encoding_of(path)):
        pieces.append(line.text[:4000])
        size += len(line.text)
        if size > 2000:
            break
    return "\n".join(pieces)
