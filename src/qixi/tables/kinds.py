"""Which kind of file something is: told by its content first, by its suffix where that says nothing."""

from __future__ import annotations

import os
import re
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

_PARQUET = frozenset({".parquet", ".pq"})
_ARCHIVES = frozenset({".xlsx", ".xlsm", ".docx"})
_SAMPLE = 200_000
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
    """Tell by the first bytes; such as begin a text by mistake do not make it binary."""
    suffix = source.path.suffix.lower()
    if start.startswith(_OLE):
        raise source.refuse("kind-old-excel")
    if start.startswith(b"PAR1") and (suffix in _PARQUET or _ends_as_parquet(source.path)):
        return "parquet"
    if start.startswith(b"PK\x03\x04") and (suffix in _ARCHIVES or zipfile.is_zipfile(source.path)):
        return _of_archive(source)
    if start.startswith(_KNOWN_BINARY):
        raise source.refuse("kind-unknown")
    return _of_text(source)


def _ends_as_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-4, os.SEEK_END)
        return file.read() == b"PAR1"


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
    """Tell JSON from CSV by how lines begin and end; a file of control characters is neither."""
    sample = _beginning(source.path)
    size = sum(map(len, sample))
    if sum(c < " " and c not in "\t\r\x1b" for line in sample for c in line) > size // 10:
        raise source.refuse("kind-unknown")
    objects = sum(line.startswith("{") and line.endswith("}") for line in sample)
    if len(sample) > 1 and objects * 2 >= len(sample):
        return "jsonl"
    suffix = source.path.suffix.lower()
    allowed = SUFFIXES.get(suffix, frozenset())
    text = "".join(sample)
    if text.startswith("{"):
        return "json" if (suffix == ".json" and len(sample) > 1) or _is_wrapped(text) else "jsonl"
    if text.startswith("[") and ("csv" not in allowed or text[1:].lstrip()[:1] in {"{", "]"}):
        return "json"
    return "jsonl" if "jsonl" in allowed and "csv" not in allowed else "csv"


def _is_wrapped(text: str) -> bool:
    """Say whether a list of objects stands in an object, as in {"data": [{..."""
    return re.match(r'\{\s*"[^"]{1,40}"\s*:\s*\[\s*\{', text) is not None


def _beginning(path: Path) -> list[str]:
    """Return the first lines that are not blank, each without blanks at its ends."""
    found: list[str] = []
    size = 0
    for line in lines(path, encoding_of(path)):
        text = line.text.strip()
        if text:
            found.append(text if len(text) <= _SAMPLE else text[: _SAMPLE // 2] + text[-_SAMPLE // 2 :])
            size += len(found[-1])
        if size > _SAMPLE or len(found) >= 50:
            break
    return found
