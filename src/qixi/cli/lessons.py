"""The feedback of one run of `qixi learn`: read, settled, and put beside the records it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qixi import __version__
from qixi.cli.corpus import Corpus
from qixi.cli.porch import Porch
from qixi.cli.strangers import unknown
from qixi.core import Need, Problem, Text
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
    readings: tuple[Reading[Any], ...]
    settings: Settings
    corpus: Corpus

    def problems(self) -> list[Problem]:
        """Return everything that cost a row, then everything that cost a value."""
        rejects = (problem for reading in self.readings for problem in reading.rejects)
        warnings = (problem for reading in self.readings for problem in reading.warnings)
        return [*rejects, *self.unknown, *warnings, *self.remarks]

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
    """Read feedback; the rows may all be bad."""
    with porch.waiting("正在读取反馈…", "reading the feedback ..."):
        return read_feedback(files, scale=scale_of(settings.learning), limits=settings.limits)


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
    strange = (unknown(record, known, corpus.engine.place) for record in records)
    spoken = {record.demand_id for record in used}
    readings = (corpus.reading, needs, reading)
    return Lessons(
        files,
        tuple(used),
        tuple(need for need in needs.records if need.id in spoken),
        remarks,
        tuple(problem for problem in strange if problem is not None),
        tuple(each for each in readings if each is not None),
        settings,
        corpus,
    )
