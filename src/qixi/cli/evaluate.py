"""`qixi evaluate`: measure a ranking against judgements, and compare it with another."""

from __future__ import annotations

from pathlib import Path

import click

from qixi.cli.porch import Porch
from qixi.core import Refused
from qixi.match.evaluation import STANDARD, Measure, Qrels, Run, compare, evaluate, table
from qixi.tables import read_pairs


@click.command("evaluate")
@click.option(
    "--run", "run_path", required=True, type=click.Path(path_type=Path), help="A .run or match file."
)
@click.option("--qrels", required=True, type=click.Path(path_type=Path), help="demand_id, supply_id, grade.")
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
    judged = Qrels.read(qrels)
    found = evaluate(run_of(run_path), judged, chosen)
    click.echo(table(found, style=style, language=porch.language))  # type: ignore[arg-type]
    if baseline is not None:
        other = evaluate(run_of(baseline), judged, chosen)
        click.echo()
        click.echo(table(compare(found, other), style=style, language=porch.language))  # type: ignore[arg-type]


def run_of(path: Path) -> Run:
    """Read a ranking from a trec run or from any table with demand_id, supply_id and score."""
    if path.suffix.lower() not in {".jsonl", ".csv", ".xlsx", ".parquet", ".json"}:
        return Run.read(path)
    reading = read_pairs([path])
    if reading.rejects:
        raise Refused(*reading.rejects[:20])
    rows = ({"demand_id": p.demand_id, "supply_id": p.supply_id, **p.extra} for p in reading.records)
    return Run.from_rows(rows, file=str(path), first_row=2)
