"""The feedback of one run of `qixi learn`: read, settled, and put beside the records it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qixi import __version__
from qixi.cli.corpus import Corpus
from qixi.cli.porch import Porch
from qixi.core import Need, Problem, Refused, Text
from qixi.match.learning.labels import scale_of
from qixi.match.settings import Settings
from qixi.tables import Feedback, Reading, read_feedback, settled


@dataclass(frozen=True)
class Lessons:
    """Feedback by pair, `records`, whose need and technology were read; `needs` are those it speaks of."""

    files: Sequence[Path]
    records: tuple[Feedback, ...]
    needs: tuple[Need, ...]
    remarks: tuple[Problem, ...]
    unknown: tuple[Problem, ...]
    reading: Reading[Feedback]
    settings: Settings
    corpus: Corpus

    def problems(self) -> list[Problem]:
        """Return everything that cost a row, then everything that cost a value."""
        return [*self.reading.rejects, *self.unknown, *self.reading.warnings, *self.remarks]

    def header(self) -> list[tuple[Text, str]]:
        """Return what made the results."""
        days = sorted(record.date for record in self.records if record.date is not None)
        return [
            (Text("引擎", "engine"), f"qixi {__version__}"),
            (Text("原设置", "settings"), self.settings.digest()),
            (Text("技术库", "corpus"), self.corpus.snapshot),
            (Text("反馈文件", "feedback files"), ", ".join(path.name for path in self.files)),
            (Text("反馈配对", "feedback pairs"), str(len(self.records))),
            (Text("反馈日期", "feedback dates"), f"{days[0]} – {days[-1]}" if days else "–"),
        ]


def feedback_of(porch: Porch, files: Sequence[Path], settings: Settings) -> Reading[Feedback]:
    """Read feedback; refuses where no good row is left."""
    with porch.waiting("正在读取反馈…", "reading the feedback ..."):
        reading = read_feedback(files, scale=scale_of(settings.learning), limits=settings.limits)
    if reading.records:
        return reading
    names = "，".join(str(path) for path in files)
    reason = Text("没有一行可用", "there is no usable row")
    remedy = Text("请按下列原因改正文件", "correct the file for the reasons below")
    raise Refused(Problem("no-rows", reason, remedy, file=names), *reading.rejects[:20])


def lessons_of(
    files: Sequence[Path],
    reading: Reading[Feedback],
    needs: Reading[Need],
    corpus: Corpus,
    settings: Settings,
) -> Lessons:
    """Settle feedback and part what speaks of records that were read from the rest."""
    records, remarks = settled(reading.records)
    known = {need.id for need in needs.records}
    used = [r for r in records if r.demand_id in known and r.supply_id in corpus.engine.place]
    spoken, kept = {record.demand_id for record in used}, {(r.demand_id, r.supply_id) for r in used}
    return Lessons(
        files,
        tuple(used),
        tuple(need for need in needs.records if need.id in spoken),
        remarks,
        tuple(_unknown(r) for r in records if (r.demand_id, r.supply_id) not in kept),
        reading,
        settings,
        corpus,
    )


def _unknown(record: Feedback) -> Problem:
    return Problem(
        "pair-unknown",
        Text(
            f"需求“{record.demand_id}”或技术“{record.supply_id}”不在已读入的记录中",
            f'need "{record.demand_id}" or technology "{record.supply_id}" is not among the records read',
        ),
        Text("请核对编号", "check the ids"),
        record.file,
        record.row,
    )
