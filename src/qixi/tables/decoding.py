"""From bytes to lines of text: which encoding a file has, and which of its lines do not keep to it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line; `mark` is its line break, `end` the byte it ends at, `broken` if bytes did not fit."""

    number: int
    text: str
    end: int
    mark: str = "\n"
    broken: bool = False


def encoding_of(path: Path) -> str:
    """Return "utf-8", "gb18030" or "utf-16".

    A byte order mark decides, that of UTF-16 only if there are zero bytes as well; else each line
    that is not plain ASCII votes, UTF-8 winning a tie, so that a few broken lines cannot turn a
    whole file into another script.
    """
    votes = {"utf-8": 0, "gb18030": 0}
    with path.open("rb") as file:
        start = file.read(4096)
        if start[:2] in _UTF16 and b"\x00" in start:
            return "utf-16"
        if start[:3] == codecs.BOM_UTF8:
            return "utf-8"
        file.seek(0)
        for line in file:
            if not line.isascii():
                name = next((name for name in votes if _fits(line, name)), None)
                if name is not None:
                    votes[name] += 1
    return max(votes, key=lambda name: (votes[name], name == "utf-8"))


def _fits(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def lines(path: Path, encoding: str) -> Iterator[Line]:
    """Yield the lines of a file; in a broken one the bytes that do not fit are shown as U+FFFD.

    Lines end with LF or CR LF, in a file without any LF with CR.
    """
    if encoding == "utf-16":
        yield from _lines_of_text(path.read_bytes())
        return
    end = 0
    for number, raw in enumerate(_raw_lines(path), 1):
        end += len(raw)
        content = raw.rstrip(b"\r\n")
        mark = raw[len(content) :].decode("ascii")
        if number == 1:
            content = content.removeprefix(codecs.BOM_UTF8)
        try:
            yield Line(number, content.decode(encoding), end, mark)
        except UnicodeDecodeError:
            yield Line(number, content.decode(encoding, "replace"), end, mark, broken=True)


def _raw_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        file.seek(0)
        if b"\n" in head or b"\r" not in head:
            yield from file
            return
        content = file.read()
    if b"\n" in content:
        yield from _split(content, b"\n")
    else:
        yield from _split(content, b"\r")


def _split(content: bytes, mark: bytes) -> Iterator[bytes]:
    parts = content.split(mark)
    yield from (part + mark for part in parts[:-1])
    if parts[-1]:
        yield parts[-1]


def _lines_of_text(content: bytes) -> Iterator[Line]:
    whole = len(content) - len(content) % 2
    text = content[:whole].decode("utf-16", "surrogatepass")
    if text.count("\n") == 0:
        text = text.replace("\r", "\n")
    parts = text.split("\n")
    if not parts[-1]:
        parts.pop()
    end = 2
    for number, part in enumerate(parts, 1):
        end += 2 * (len(part) + 1)
        broken = any("\ud800" <= c <= "\udfff" for c in part) or (
            number == len(parts) and whole < len(content)
        )
        bare = part.rstrip("\r")
        yield Line(number, bare, min(end, len(content)), part[len(bare) :] + "\n", broken)
