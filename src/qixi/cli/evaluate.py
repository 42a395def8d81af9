"""`qixi evaluate`: measure a ranking against judgements, and compare it with another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from qixi.cli.counterfactual import policy_asked, tell_policy
from qixi.cli.porch import Porch
from qixi.core import Problem, Refused, Text
from qixi.match.evaluation import STANDARD, Measure, Qrels, Run, compare, table
from qixi.match.evaluation import evaluate as measured
from qixi.tables import Pair, known_heads, read_pairs

_HEADLESS = frozenset({".jsonl", ".json", ".parquet"})
_TABLES = frozenset({".csv", ".xlsx"}) | _HEADLESS
_NAMES = {"grade": Text("等级", "grades"), "score": Text("分数", "scores")}


@click.command()
@click.option(
    "--run", "run_path", type=click.Path(path_type=Path), help="A .run or match file, to measure a ranking."
)
@click.option(
    "--qrels",
    type=click.Path(path_type=Path),
    help="Judgements: demand_id, supply_id, grade (等级, 评分, 相关度).",
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Another ranking to compare with.")
@click.option("--measure", "measures", multiple=True, help='As "nDCG(gain=exp)@10"; may be repeated.')
@click.option("--style", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@click.option(
    "--shown",
    type=click.Path(path_type=Path),
    help="An allocation that was shown, with its propensities, to judge another by: see --target.",
)
@click.option(
    "--feedback",
    type=click.Path(path_type=Path),
    help="What came of it: demand_id, supply_id, introduced.",
)
@click.option(
    "--target",
    type=click.Path(path_type=Path),
    help="The allocation to judge: demand_id, supply_id, and propensity and likelihood where it has them.",
)
@click.option(
    "--outcome", type=click.Choice(["introduced", "signed"]), default="introduced", show_default=True
)
@click.option(
    "--clip",
    type=click.FloatRange(1, 1000),
    default=20.0,
    show_default=True,
    help="No shown pair counts more than this.",
)
@click.pass_obj
def evaluate(
    porch: Porch,
    /,
    run_path: Path | None,
    qrels: Path | None,
    baseline: Path | None,
    measures: tuple[str, ...],
    style: str,
    **policy: Any,
) -> None:
    """Measure a ranking in the field's terms, or an allocation by what another one brought."""
    paths = (policy["shown"], policy["feedback"], policy["target"])
    if policy_asked(run_path, qrels, paths):
        tell_policy(porch, paths, policy["outcome"], policy["clip"])
        return
    assert run_path is not None
    assert qrels is not None
    chosen = tuple(Measure.parse(name) for name in measures) or STANDARD
    judged = qrels_of(qrels)
    found = measured(run_of(run_path), judged, chosen)
    click.echo(table(found, style=style, language=porch.language))  # type: ignore[arg-type]
    if baseline is not None:
        other = measured(run_of(baseline), judged, chosen)
        click.echo()
        click.echo(table(compare(found, other), style=style, language=porch.language))  # type: ignore[arg-type]


def run_of(path: Path) -> Run:
    """Read a ranking from a trec run or from any table with demand_id, supply_id and score."""
    if path.suffix.lower() not in _TABLES:
        return Run.read(path)
    pairs = _pairs(path, "score")
    rows = ({"demand_id": p.demand_id, "supply_id": p.supply_id, **p.extra} for p in pairs)
    return Run.from_rows(rows, file=str(path), first_row=1 if path.suffix.lower() in _HEADLESS else 2)


def qrels_of(path: Path) -> Qrels:
    """Read judgements from trec form or from any table with demand_id, supply_id and grade."""
    if path.suffix.lower() not in _TABLES:
        return Qrels.read(path)
    rows = ((p.row, p.demand_id, p.supply_id, p.extra.get("grade", "")) for p in _pairs(path, "grade"))
    return Qrels.from_rows(rows, file=str(path))


def _pairs(path: Path, wanted: str) -> tuple[Pair, ...]:
    """Read a table of pairs; refuses a bad row, which would bend a measure unseen, and a missing column."""
    reading = read_pairs([path])
    if reading.rejects:
        raise Refused(*reading.rejects[:20])
    if not any(wanted in pair.extra for pair in reading.records):
        raise Refused(_no_column(path, wanted))
    return reading.records


def _no_column(path: Path, wanted: str) -> Problem:
    heads = known_heads("pairs")[wanted]
    name = _NAMES[wanted]
    return Problem(
        "column-missing",
        Text(f"没有{name.zh}列，或整列为空", f"there is no column of {name.en}, or it is empty"),
        Text(
            f"请把该列的表头写成下列之一：{'、'.join((wanted, *heads))}",
            f"call the column {' or '.join((wanted, *heads))}",
        ),
        file=str(path),
    )
