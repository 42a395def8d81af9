"""Looking into packed files (XLSX, DOCX) before any library parses them."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import TypeVar

from qixi.tables.source import Source

T = TypeVar("T")

_CHUNK = 1 << 20
_OVERLAP = 32
_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


def checked(source: Source) -> io.BytesIO:
    """Return the bytes of a zip file whose members keep to the limits; raises Refused otherwise.

    The directory of the archive is believed in nothing: sizes and ratios are checked there first
    and then again on every member while it is unpacked, and no XML in it may declare a document
    type, which is where entity bombs live.
    """
    content = io.BytesIO(source.path.read_bytes())
    try:
        with zipfile.ZipFile(content) as archive:
            _check_directory(archive, source)
            total = 0
            for member in archive.infolist():
                total += _check_member(archive, member, total, source)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise source.refuse("archive-broken", why=error) from None
    except RuntimeError:
        raise source.refuse("archive-locked") from None
    content.seek(0)
    return content


def _check_directory(archive: zipfile.ZipFile, source: Source) -> None:
    limits = source.limits
    members = archive.infolist()
    if len(members) > limits.zip_members:
        raise source.refuse("archive-bomb", what="members", size=len(members), limit=limits.zip_members)
    if any(member.flag_bits & 1 for member in members):
        raise source.refuse("archive-locked")
    size = sum(member.file_size for member in members)
    if size > limits.zip_bytes:
        raise source.refuse("archive-bomb", what="bytes", size=size, limit=limits.zip_bytes)


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, before: int, source: Source) -> int:
    """Unpack one member piece by piece, keeping nothing; return its size."""
    limits = source.limits
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    size, tail = 0, b""
    with archive.open(member) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if before + size > limits.zip_bytes:
                raise source.refuse("archive-bomb", what="bytes", size=before + size, limit=limits.zip_bytes)
            ratio = size // max(1, member.compress_size)
            if size > limits.zip_ratio_floor and ratio > limits.zip_ratio:
                raise source.refuse("archive-bomb", what="ratio", size=ratio, limit=limits.zip_ratio)
            if is_xml and any(mark in tail + piece for mark in _DECLARATIONS):
                raise source.refuse("archive-entities")
            tail = piece[-_OVERLAP:]
    return size


def guarded(call: Callable[[], T], source: Source) -> T:
    """Return what a parsing library's `call` returns; whatever it stumbles over refuses the file.

    Only calls into a library go through here, never Qixi's own code. Its remarks about features
    it does not know (data validation, missing styles) say nothing about the cells and are dropped.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call()
    except Exception as error:  # noqa: BLE001  a damaged file makes them raise anything, by no list
        raise source.refuse("archive-broken", why=f"{type(error).__name__}: {error}") from None


def guarded_items(items: Iterator[T], source: Source) -> Iterator[T]:
    """Yield what a parsing library yields, each step guarded."""
    end = object()
    while True:
        item = guarded(lambda: next(items, end), source)
        if item is end:
            return
        yield item  # type: ignore[misc]  # the end mark never gets here
