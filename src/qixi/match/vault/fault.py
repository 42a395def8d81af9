"""The refusal where a file of an index cannot be used."""

from __future__ import annotations

from pathlib import Path

from qixi.core import Problem, Refused, Text


def damaged(path: Path, start: int | None = None, stop: int | None = None) -> Refused:
    """Return the refusal for a file that cannot be used, or for its bytes [start, stop)."""
    reason = Text("索引文件缺失或损坏", "the index file is missing or damaged")
    if start is not None:
        reason = Text(
            f"{reason.zh}：第 {start} 至 {stop} 字节与校验和不符",
            f"{reason.en}: bytes {start} to {stop} do not fit their checksum",
        )
    remedy = Text(
        "请用 qixi index build --replace 重新建立索引",
        "build the index again with qixi index build --replace",
    )
    return Refused(Problem("index-damaged", reason, remedy, file=str(path)))
