"""Which files may be handed in: told by their content, within bounds when unpacked, without macros. Pure."""

from __future__ import annotations

import io
import re
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from qixi.core import Problem, Refused, Text
from qixi.tables.archives import checked
from qixi.tables.heads import Vocabulary
from qixi.tables.limits import Limits
from qixi.tables.source import Source

_LONGEST = 150
_TAIL = 2048
_PACKED = Limits(zip_members=5_000, zip_bytes=200 * 2**20, zip_ratio=100, zip_ratio_floor=2**20)
"""Bounds of a packed file: more than a document with pictures needs, less than harms."""
_OFFICE = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken: its endings, the type it is served as, whether content is of it."""

    name: str
    endings: tuple[str, ...]
    media_type: str
    fits: Callable[[bytes], bool]


def _is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-_TAIL:]


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and b"IEND" in content[-_TAIL:]


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in content[-_TAIL:]


def _is_text(content: bytes) -> bool:
    """Say whether it is text as people here save it: UTF-8, GB 18030, or UTF-16 with its mark."""
    is_wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\f" for sign in text)
    return False


def _holds(part: str) -> Callable[[bytes], bool]:
    def fits(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return {part, "[Content_Types].xml"} <= set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False

    return fits


KINDS: Mapping[str, Kind] = {
    each.name: each
    for each in (
        Kind("pdf", (".pdf",), "application/pdf", _is_pdf),
        Kind("png", (".png",), "image/png", _is_png),
        Kind("jpeg", (".jpg", ".jpeg"), "image/jpeg", _is_jpeg),
        Kind("docx", (".docx",), f"{_OFFICE}wordprocessingml.document", _holds("word/document.xml")),
        Kind("xlsx", (".xlsx",), f"{_OFFICE}spreadsheetml.sheet", _holds("xl/workbook.xml")),
        Kind("csv", (".csv",), "text/csv; charset=utf-8", _is_text),
        Kind("txt", (".txt",), "text/plain; charset=utf-8", _is_text),
    )
}
_PACKED_KINDS = frozenset({"docx", "xlsx"})
_ACTIVE = ("vbaproject.bin", "/activex/", "/macrosheets/", "/embeddings/oleobject")
_PROGRAMS = (".exe", ".dll", ".com", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jar", ".msi", ".hta")
"""Parts of a packed file that hold programs."""
_FETCHED = ("/attachedtemplate", "/oleobject", "/frame", "/subdocument", "/externallinkpath")
"""Relationships by which a document would fetch and run what lies elsewhere."""
_PDF_ACTIONS = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|OpenAction)(?![A-Za-z0-9])")
"""Names by which a PDF runs something or carries another file, as written in it and in its packed streams."""
_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_UNPACKED_MOST = 16 * 2**20
_UNPACKED_ALL = 200 * 2**20


def kind_of(name: str, content: bytes, most: int) -> Kind:
    """Return the kind of a file that is handed in; raises Refused, with the reason, for one not taken."""
    if not content:
        raise _refused(name, Text("文件是空的", "the file is empty"), _AGAIN)
    if len(content) > most:
        raise _refused(
            name,
            Text(f"文件超过 {most // 2**20} MB", f"the file has more than {most // 2**20} MB"),
            Text("请压缩图片或拆分后再上传", "make its pictures smaller, or split it"),
        )
    ending = Path(name).suffix.lower()
    kind = next((each for each in KINDS.values() if ending in each.endings), None)
    if kind is None:
        raise _refused(name, Text("不接受这种文件", "files of this kind are not taken"), _TAKEN)
    if kind.name in _PACKED_KINDS and zipfile.is_zipfile(io.BytesIO(content)) | content.startswith(b"PK"):
        if not content.startswith(b"PK"):  # what looks at its first bytes would take it for something else
            raise _refused(name, Text("文件开头有多余内容", "something stands before its content"), _AGAIN)
        _look_inside(name, content)
    if not kind.fits(content):
        raise _refused(
            name,
            Text(
                f"内容不是完整的 {kind.name.upper()} 文件",
                f"its content is no whole {kind.name.upper()} file",
            ),
            _TAKEN,
        )
    if kind.name == "pdf" and any(_acts(each) for each in (content, *_unpacked(content))):
        raise _refused(
            name,
            Text(
                "PDF 含有脚本、自动动作或附带文件", "the PDF holds scripts, actions of its own or other files"
            ),
            Text("请打印为新的 PDF 后再上传", "print it to a new PDF and hand that in"),
        )
    return kind


def plain_name(name: str) -> str:
    """Return the name under which a file is kept: its last part, printable, not longer than it must be."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in bare if unicodedata.category(sign)[0] != "C").strip(" .")
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        return shown[:_LONGEST]
    return f"{stem[: _LONGEST - len(ending) - 1]}.{ending}"


def _acts(content: bytes) -> bool:
    """Say whether a part of a PDF names what runs or is carried; a page to open at is no action."""
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    for found in _PDF_ACTIONS.finditer(plain):
        after = plain[found.end() : found.end() + 20].lstrip()
        if found[1] != b"OpenAction" or not after.startswith(b"["):
            return True
    return False


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Return the streams of objects of a PDF, unpacked within bounds; names stand in no others."""
    left = _UNPACKED_ALL
    for found in _STREAM.finditer(content):
        if b"/ObjStm" not in content[max(0, found.start() - 500) : found.start()]:
            continue
        try:
            part = zlib.decompressobj().decompress(content[found.end() :], min(_UNPACKED_MOST, left))
        except zlib.error:
            continue  # packed otherwise
        left -= len(part)
        yield part
        if left <= 0:
            return


def _look_inside(name: str, content: bytes) -> None:
    """Raise Refused for a packed file that unfolds out of bounds, declares entities, or holds programs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        try:
            checked(Source(path, Vocabulary("demand"), _PACKED))
        except Refused as refused:
            raise Refused(*(replace(each, file=name) for each in refused.problems)) from None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            lower = f"/{part.lower()}"
            if any(mark in lower for mark in _ACTIVE) or lower.endswith(_PROGRAMS):
                raise _active(name)
            if lower.endswith(".rels") or lower == "/[content_types].xml":
                _check_links(name, archive.read(part))


def _check_links(name: str, content: bytes) -> None:
    try:
        root: Element = defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise _refused(name, Text("文件的 XML 已损坏", "the XML in the file is damaged"), _AGAIN) from None
    for each in root:
        if "macroenabled" in each.get("ContentType", "").lower():
            raise _active(name)
        is_elsewhere = each.get("TargetMode", "").lower() == "external"
        if is_elsewhere and each.get("Type", "").lower().endswith(_FETCHED):
            raise _refused(
                name,
                Text("文件会从别处加载内容", "the file would load something from elsewhere"),
                Text("请断开外部链接后另存", "break its external links and save it again"),
            )


def _active(name: str) -> Refused:
    return _refused(
        name,
        Text("文件含有宏或嵌入的程序", "the file holds macros or embedded programs"),
        Text("请另存为不含宏的文件", "save it without macros"),
    )


def _refused(name: str, reason: Text, remedy: Text) -> Refused:
    return Refused(Problem("file", reason, remedy, file=name))


_AGAIN = Text("请重新导出后再上传", "export it again and hand it in once more")
_TAKEN = Text(
    "请另存为 PDF、DOCX、XLSX、CSV、TXT、PNG 或 JPEG；压缩包请解压后逐个上传",
    "save it as PDF, DOCX, XLSX, CSV, TXT, PNG or JPEG; unpack archives and hand files in one by one",
)
