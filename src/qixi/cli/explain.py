"""`qixi explain`: why one technology fits one need, what it lacks, and where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from qixi.cli.corpus import Corpus, corpus_of
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
from qixi.core import Need, Problem, Refused, Text
from qixi.match.explain import Explainer, Explanation
from qixi.match.ranking import Match
from qixi.match.rows import match_row
from qixi.match.spans import Evidence, Status

_STATUS = {
    Status.MET: Text("满足", "met"),
    Status.PARTLY: Text("部分满足", "partly"),
    Status.MISSING: Text("未见说明", "missing"),
    Status.CONTRADICTS: Text("数值不符", "contradicts"),
}


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
            click.echo(json.dumps(row, ensure_ascii=False, indent=1))
            return
        _print(porch, explanation)
        _standing(porch, corpus, need, match)
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
        porch.say(f"不予列出：{explanation.barred.zh}", f"not listed: {explanation.barred.en}")
    porch.say(
        f"得分 {match.score:.3f}：行业 {match.business:.2f}，需求 {match.need:.2f}，"
        f"自有专利 {match.portfolio:.2f}（已知部分占 {match.known:.0%}）",
        f"score {match.score:.3f}: business {match.business:.2f}, need {match.need:.2f}, own patents "
        f"{match.portfolio:.2f} ({match.known:.0%} known)",
    )
    for evidence in explanation.evidence:
        _print_evidence(porch, evidence)
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


def _print_evidence(porch: Porch, evidence: Evidence) -> None:
    click.echo(f"[{porch.text(_STATUS[evidence.status])}] {_line(evidence.asked[0].text)}")
    for quote in evidence.answered:
        place = f"{quote.span.field}[{quote.span.start}:{quote.span.end}]"
        click.echo(f"      → {place} “{_line(quote.text)}”")


def _line(text: str) -> str:
    return " ".join(text.split())


def _standing(porch: Porch, corpus: Corpus, need: Need, match: Match) -> None:
    """Say where the technology stands for this need, and how far it is from being shown."""
    engine = corpus.engine
    _, scores = next(engine.final_scores([need]))
    ahead = int((scores.total > match.score).sum())
    total = len(engine.assets)
    porch.say(
        f"在全部 {total} 项技术中，有 {ahead} 项得分更高",
        f"of all {total} technologies, {ahead} score higher",
    )
    best = engine.shelf.rank(need.id, scores, 10, engine.own(need), fold=engine.settings.withhold.family)
    if best.matches and match.asset_id not in {each.asset_id for each in best.matches}:
        gap = best.matches[-1].score - match.score
        last = best.matches[-1]
        porch.say(
            f"未进前 {len(best.matches)} 名：与第 {last.rank} 名 {last.asset_id} 相差 {gap:.3f}",
            f"not among the first {len(best.matches)}: {gap:.3f} behind number {last.rank}, {last.asset_id}",
        )
