"""`qixi evaluate`: measure a ranking against judgements, and compare it with another."""

from __future__ import annotations

from pathlib import Path

import click

from qixi.cli.porch import Porch
from qixi.core import Refused
from qixi.match.evaluation import STANDARD, Measure, Qrels, Run, compare, evaluate, table
from qixi.tables import Pair, read_pairs

_HEADLESS = frozenset({".jsonl", ".json", ".parquet"})
_TABLES = frozenset({".csv", ".xlsx"}) | _HEADLESS


@click.command("evaluate")
@click.option(
    "--run", "run_path", required=True, type=click.Path(path_type=Path), help="A .run or match file."
)
@click.option(
    "--qrels", required=True, type=click.Path(path_type=Path), help="Judgements: demand_id, supply_id, grade."
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Another ranking to compare with.")
@click.option("--measure", "measures", multiple=True, help='As "nDCG(gain=exp)@10"; may be repeated.')
@click.option("--style", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
@click.pass_obj
def evaluate_command(
    porch: Porch,
    /,
    run_path: Path,
    qrels: Path,
    baseline: Path | None,
    measures: tuple[str, ...],
    style: str,
) -> None:
    """Measure a ranking in the field's terms."""
    chosen = tuple(Measure.parse(name) for name in measures) or STANDARD
    judged = qrels_of(qrels)
    found = evaluate(run_of(run_path), judged, chosen)
    click.echo(table(found, style=style, language=porch.language))  # type: ignore[arg-type]
    if baseline is not None:
        other = evaluate(run_of(baseline), judged, chosen)
        click.echo()
        click.echo(table(compare(found, other), style=style, language=porch.language))  # type: ignore[arg-type]


def run_of(path: Path) -> Run:
    """Read a ranking from a trec run or from any table with demand_id, supply_id and score."""
    if path.suffix.lower() not in _TABLES:
        return Run.read(path)
    rows = ({"demand_id": p.demand_id, "supply_id": p.supply_id, **p.extra} for p in _pairs(path))
    return Run.from_rows(rows, file=str(path), first_row=1 if path.suffix.lower() in _HEADLESS else 2)


def qrels_of(path: Path) -> Qrels:
    """Read judgements from trec form or from any table with demand_id, supply_id and grade."""
    if path.suffix.lower() not in _TABLES:
        return Qrels.read(path)
    rows = ((p.row, p.demand_id, p.supply_id, p.extra.get("grade", "")) for p in _pairs(path))
    return Qrels.from_rows(rows, file=str(path))


def _pairs(path: Path) -> tuple[Pair, ...]:
    """Read a table of pairs; refuses a bad row, which would bend a measure unseen."""
    reading = read_pairs([path])
    if reading.rejects:
        raise Refused(*reading.rejects[:20])
    return reading.records
