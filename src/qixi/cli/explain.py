"""`qixi explain`: why one technology fits one need, what it lacks, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from qixi.cli.corpus import corpus_of
from qixi.cli.porch import (
    ManyFiles,
    Porch,
    demand_option,
    needs_of,
    settings_of,
    settings_option,
    suite_of,
    supply_option,
)
from qixi.cli.standing import standing
from qixi.core import Problem, Refused, Text
from qixi.match.explain import Explainer, Explanation
from qixi.match.report.checks import Check, checks
from qixi.match.report.wording import WORDS
from qixi.match.rows import match_row


@click.command(cls=ManyFiles)
@supply_option(required=False)
@demand_option
@click.option("--demand-id", required=True, help="Id of the need.")
@click.option("--supply-id", required=True, help="Id of the technology.")
@click.option(
    "--index", "index_path", type=click.Path(path_type=Path), help="Index folder to take technologies from."
)
@settings_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def explain(porch: Porch, /, supply: tuple[Path, ...], demand: tuple[Path, ...], **asked: Any) -> None:
    """Explain one pair, also when it is not among the best."""
    demand_id, supply_id = asked["demand_id"], asked["supply_id"]
    settings = settings_of(asked["settings_path"])
    with ExitStack() as stack:
        suite = suite_of(settings)
        if suite is not None:
            stack.enter_context(suite)
        needs = {need.id: need for need in needs_of(porch, demand, settings).records}
        if demand_id not in needs:
            raise _absent("--demand-id", demand_id, needs)
        corpus = corpus_of(porch, supply, asked["index_path"], settings, suite)
        if supply_id not in corpus.engine.place:
            raise _absent("--supply-id", supply_id, corpus.engine.place)
        need = needs[demand_id]
        match = next(corpus.engine.pairs([need], {need.id: [supply_id]})).matches[0]
        explanation = Explainer(corpus.engine).explain(need, match)
        if asked["form"] == "json":
            row = match_row(match, need, explanation.asset, explanation)
            row["barred"] = explanation.barred and porch.text(explanation.barred)
            row["lacks"] = porch.text(explanation.lacks.summary)
            row["lift"] = [porch.text(each) for each in explanation.lacks.lift]
            told = standing(corpus.engine, need, match, barred=explanation.barred is not None)
            row["standing"] = [porch.text(line) for line in told]
            click.echo(json.dumps(row, ensure_ascii=False, indent=1))
            return
        _print(porch, explanation)
        for line in standing(corpus.engine, need, match, barred=explanation.barred is not None):
            click.echo(porch.text(line))
        if suite is not None:
            for line in suite.report.summary():
                click.echo(porch.text(line))


def _absent(option: str, asked: str, known: Iterable[str]) -> Refused:
    some = sorted(known)[:5]
    return Refused(
        Problem(
            "id-unknown",
            Text(
                f"{option} “{asked}”不在已读入的记录中", f'{option} "{asked}" is not among the records read'
            ),
            Text(
                f"请核对编号，例如 {'、'.join(some)}",
                f"check the id; there are for example {', '.join(some)}",
            ),
        )
    )


def _print(porch: Porch, explanation: Explanation) -> None:
    match = explanation.match
    click.secho(f"{explanation.need.id} {explanation.need.title}", bold=True)
    click.secho(f"  ← {explanation.asset.id} {explanation.asset.title}", bold=True)
    if explanation.barred is not None:
        porch.say(f"未列出：{explanation.barred.zh}", f"withheld: {explanation.barred.en}")
    porch.say(
        f"匹配分 {match.score:.3f}：需求契合 {match.need:.2f}，业务契合 {match.business:.2f}，"
        f"专利契合 {match.portfolio:.2f}（已知比例 {match.known:.0%}）",
        f"score {match.score:.3f}: need fit {match.need:.2f}, business fit {match.business:.2f}, "
        f"portfolio fit {match.portfolio:.2f} (known share {match.known:.0%})",
    )
    rows, left_out = checks(explanation)
    for row in rows:
        _print_check(porch, row)
    if left_out:
        click.echo(porch.text(WORDS["left_out"]).format(count=left_out))
    for reason in (*explanation.business.reasons, *explanation.portfolio.reasons):
        click.echo(f"· {porch.text(reason)}")
    click.echo(porch.text(explanation.lacks.summary))
    for shortfall in explanation.lacks.shortfalls:
        click.echo(f"  ✗ {porch.text(shortfall.text)}")
    if explanation.lacks.lift:
        porch.say("若要提升匹配：", "what would lift it:")
        for lift in explanation.lacks.lift[:5]:
            click.echo(f"  ↑ {porch.text(lift)}")
    suggestion = explanation.suggestion
    mark = Text(
        "" if suggestion.confirmed else "（判定表未经确认）",
        "" if suggestion.confirmed else " (table unconfirmed)",
    )
    porch.say(
        f"建议形式：{suggestion.name.zh}，{suggestion.reason.zh}{mark.zh}",
        f"suggested form: {suggestion.name.en}, {suggestion.reason.en}{mark.en}",
    )


def _print_check(porch: Porch, check: Check) -> None:
    counted = "" if check.number else f" · {porch.text(WORDS['not_counted'])}"
    click.echo(f"[{porch.text(check.outcome)}{counted}] {_line(check.asked[0].quote.text)}")
    for each in check.answered:
        span = each.quote.span
        place = f"{porch.text(each.place)}[{span.start}:{span.end}]"
        click.echo(f"      → {place} “{_line(each.quote.text)}”")


def _line(text: str) -> str:
    return " ".join(text.split())
