"""Writing the report: verdict, weights, reliability plots and their tables, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qixi.core import Text
from qixi.core.text import Language
from qixi.match.learning.likelihood import CurveTrial
from qixi.match.learning.reliability import bins
from qixi.match.learning.report.picture import plot
from qixi.match.learning.report.words import HOW, WORDS
from qixi.match.learning.study import Study
from qixi.match.learning.trial import MEASURE
from qixi.match.learning.wording import OUTCOME_NAMES, PART_NAMES, verdict
from qixi.tables.placing import placed


def write_report(
    path: Path, study: Study, header: Sequence[tuple[Text, str]], language: Language = "zh"
) -> None:
    """Write one self-contained HTML page without scripts; the same input gives the same bytes.

    `header` is what made the results, shown at the end. Raises Refused where it cannot be written.
    """
    environment = Environment(
        loader=PackageLoader("qixi.match.learning.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["say"] = lambda text: text.in_language(language)
    style = "\n" + (files("qixi.match.learning.report") / "page" / "page.css").read_text(encoding="utf-8")
    page = environment.get_template("page.html").render(
        language=language,
        w={name: text.in_language(language) for name, text in WORDS.items()},
        style=Markup(style),  # noqa: S704  the package's own style sheet
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii"),
        verdict=list(verdict(study)),
        weights=list(_weights(study)),
        ranking=_ranking(study),
        curves=[_curve(trial, language) for trial in study.curves.values()],
        how=HOW,
        header=header,
    )
    with placed(path) as part:
        part.write_text(page, encoding="utf-8", newline="\n")


def _weights(study: Study) -> Iterator[Mapping[str, object]]:
    before, learnt = study.start.named(), study.learnt.named()
    folds = [weights.named() for weights in study.held.weights]
    for name, supply in study.enough.parts.items():
        moved = name in study.enough.names
        found = sorted(each[name] for each in folds)
        yield {
            "name": PART_NAMES[name],
            "before": f"{before[name]:.3f}",
            "learnt": f"{learnt[name]:.3f}" if moved else "–",
            "range": f"{found[0]:.3f} – {found[-1]:.3f}" if moved else "–",
            "needs": supply.have,
        }


def _ranking(study: Study) -> tuple[str, ...]:
    """Return the cells of the row that compares the rankings, none where no weights were learnt."""
    found = study.ranking
    if found is None or found.difference is None or found.interval is None:
        return ()
    low, high = found.interval
    return (
        str(MEASURE),
        f"{found.b:.4f}",
        f"{found.a:.4f}",
        f"{found.difference:+.4f} ({low:+.4f} – {high:+.4f})",
        f"{found.wins} – {found.ties} – {found.losses}",
        f"{found.p_randomisation:.4f}",
    )


def _curve(trial: CurveTrial, language: Language) -> Mapping[str, object]:
    curve, constant = (float(losses.mean()) for losses in trial.losses())
    counts = {"pairs": trial.came.size, "events": int(trial.came.sum()), "curve": curve, "constant": constant}
    said = WORDS["counts"].in_language(language).format(**counts)
    return {"name": OUTCOME_NAMES[trial.outcome], "plot": plot(bins(trial)), "said": said}
