"""Settings with what was learnt in them, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from qixi import __version__
from qixi.match.learning.settings import Learned
from qixi.match.learning.study import Study
from qixi.match.settings import Settings
from qixi.tables import Feedback, feedback_row
from qixi.tables.reading import snapshot


def origin(records: Sequence[Feedback], study: Study, before: Settings, corpus: str) -> Learned:
    """Return the provenance of what was learnt from settled `records`; `corpus` is its snapshot."""
    days = [record.date for record in records if record.date is not None]
    figures: dict[str, float] = {}
    found = study.ranking
    if found is not None and found.a is not None and found.b is not None and found.interval is not None:
        figures = {"ndcg_before": found.b, "ndcg_after": found.a}
        figures |= dict(zip(("difference_low", "difference_high"), found.interval, strict=True))
    return Learned(
        engine=f"qixi {__version__}",
        feedback=snapshot(map(feedback_row, records)),
        first=min(days, default=None),
        last=max(days, default=None),
        corpus=corpus,
        settings=before.digest(),
        needs=len(study.sample.needs),
        pairs=len(study.sample.assets),
        weights=study.better,
        **{name: round(value, 6) for name, value in figures.items()},
    )


def installed(study: Study, before: Settings, learned: Learned) -> Settings | None:
    """Return `before` with all that proved better and its provenance, None where nothing did."""
    after = study.settings(before)
    return None if after is None else after.model_copy(update={"learned": learned})
