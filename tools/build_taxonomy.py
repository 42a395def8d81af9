"""Rebuild the taxonomy tables of the matching engine from the published classifications.

Reads `taxonomies/` under the folder named by QIXI_DATA (else ../shared/data) and the hand-written
tables under `tools/taxonomy/`; writes src/qixi/match/data/taxonomy/. The same input gives the same
bytes. Run from the repository's root: `python tools/build_taxonomy.py`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HAND = ROOT / "tools" / "taxonomy"
TARGET = ROOT / "src" / "qixi" / "match" / "data" / "taxonomy"

_NOTE = re.compile(r"（[^（）]*）|〔[^〔〕]*〕|\[[^\[\]]*\]")
_REFERENCE = re.compile(
    r"入\s*[A-H](\d\d|部)|[A-H]\d\d[A-Z]|优先|见[A-H]\d\d|引得|^[\s\d,，.８]*$|[12]\d{3}[01]\d"
)
_LEFTOVER = re.compile(r"入[A-H]\d\d|本小类用于|注意：")
_WIDE = str.maketrans({"(": "（", ")": "）", ";": "；", ",": "，", "，": "，"})


def clean_title(title: str) -> str:
    """Return an IPC title without reference notes, edition marks and what a cut note left behind."""
    text = re.sub(r"\s+", " ", title).strip().translate(_WIDE)
    while True:
        kept = _NOTE.sub(_drop_reference, text)
        if kept == text:
            break
        text = kept
    parts = [part.strip("，。 ") for part in text.split("；")]
    parts = [_drop_tail(part) for part in parts]
    text = "；".join(part for part in parts if part)
    return re.sub(r"〖〗", "", text.replace("〖", "（").replace("〗", "）")) or "未命名"


def _drop_reference(match: re.Match[str]) -> str:
    """Drop a note that only refers elsewhere; keep one that carries meaning, marked as done."""
    inner = match.group()[1:-1]
    if match.group()[0] != "（" or not inner.strip() or _REFERENCE.search(inner):
        return ""
    return f"〖{inner}〗"


def _drop_tail(part: str) -> str:
    """Drop a segment that is a reference, and brackets that lost their partner."""
    if _LEFTOVER.search(part):
        part = re.split(r"（", part)[0] if "（" in part else ""
        part = "" if _LEFTOVER.search(part) else part
    return part.replace("（", "").replace("）", "").strip()


def read_jsonl(path: Path) -> list[dict[str, str]]:
    """Return the records of a JSONL file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_hand(name: str) -> dict[str, str]:
    """Return a hand-written two-column table."""
    with (HAND / name).open(encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return {row[0]: row[1] for row in rows}


def ipc_rows(source: Path) -> Iterable[tuple[str, str, str]]:
    """Yield (symbol, Chinese title, English name or empty) down to main group."""
    repairs, english = read_hand("ipc_repairs.tsv"), read_hand("ipc_en.tsv")
    titles = {
        row["code"]: clean_title(row["title"])
        for row in read_jsonl(source / "ipc_zh.jsonl")
        if row["level"] != "subgroup"
    }
    titles |= repairs
    unknown = sorted(set(english) - set(titles))
    if unknown:
        msg = f"tools/taxonomy/ipc_en.tsv names symbols that have no title: {' '.join(unknown)}"
        raise SystemExit(msg)
    for symbol in sorted(titles, key=symbol_order):
        yield symbol, titles[symbol], english.get(symbol, "")


def symbol_order(symbol: str) -> tuple[str, int]:
    """Order main groups by number within their subclass."""
    return symbol[:4], int(symbol[4:].partition("/")[0] or 0)


def industry_rows(source: Path) -> Iterable[tuple[str, str, str, str]]:
    """Yield (code, parent, Chinese name, English name or empty)."""
    repairs, english = read_hand("industry_repairs.tsv"), read_hand("industry_en.tsv")
    for row in read_jsonl(source / "gbt4754_2017.jsonl"):
        name = repairs.get(row["code"], re.sub(r"\s{2,}.*", "", row["name"]))
        yield row["code"], row["parent"] or "", name, english.get(row["code"], "")


def field_rows(source: Path) -> Iterable[tuple[str, str]]:
    """Yield (symbol prefix, field number): the concordance and its additions for later subclasses."""
    with (source / "wipo_ipc_to_35_fields.csv").open(encoding="utf-8", newline="") as lines:
        fields = {
            re.sub(r"\s+", "", row["ipc"].rstrip("%")): row["field_nr"] for row in csv.DictReader(lines)
        }
    additions = read_hand("fields_added.tsv")
    for symbol in sorted(fields | additions, key=symbol_order):
        yield symbol, fields.get(symbol) or additions[symbol]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    """Return rows as tab-separated text with a head line."""
    out = io.StringIO()
    for row in (head, *rows):
        if any("\t" in cell or "\n" in cell for cell in row):
            msg = f"a cell holds a tab or a line break: {row}"
            raise SystemExit(msg)
        out.write("\t".join(row) + "\n")
    return out.getvalue().encode()


def main() -> None:
    """Write the three tables."""
    source = Path(os.environ.get("QIXI_DATA", ROOT.parent / "shared" / "data")) / "taxonomies"
    if not source.is_dir():
        msg = f"{source} is no folder; set QIXI_DATA to the folder that holds taxonomies/"
        raise SystemExit(msg)
    TARGET.mkdir(parents=True, exist_ok=True)
    ipc = gzip.compress(table(("symbol", "title_zh", "title_en"), ipc_rows(source)), 9, mtime=0)
    files = {
        "ipc.tsv.gz": ipc,
        "industries.tsv": table(("code", "parent", "name_zh", "name_en"), industry_rows(source)),
        "ipc_fields.tsv": table(("symbol", "field"), field_rows(source)),
        "fields.tsv": (HAND / "fields.tsv").read_bytes(),
    }
    for name, content in files.items():
        (TARGET / name).write_bytes(content)
        sys.stdout.write(f"{name}\t{len(content)} bytes\n")


if __name__ == "__main__":
    main()
