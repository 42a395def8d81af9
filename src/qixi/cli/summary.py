"""What `qixi match` tells the person who started it: matches, counts, bad rows, files written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from qixi.cli.work import Work
from qixi.core import Asset
from qixi.match.ranking import Ranking


def tell(work: Work, asked: Mapping[str, Any]) -> None:
    """Print what came of the run, in its language."""
    say = work.porch.say
    for ranking in work.rankings[: asked["show"]]:
        _show(work, ranking)
    technologies, needs = len(work.corpus.engine.assets), len(work.needs.records)
    pairs = sum(len(ranking.matches) for ranking in work.rankings)
    say(
        f"技术 {technologies} 项，需求 {needs} 项，给出匹配 {pairs} 条",
        f"{technologies} technologies, {needs} needs, {pairs} matches",
    )
    held = Counter(each.code for ranking in work.rankings for each in ranking.withheld)
    folded = sum(len(match.folded) for ranking in work.rankings for match in ranking.matches)
    if held or folded:
        zh = {"lapsed": "失效", "exclusive": "已独占或排他许可", "own": "企业自有"}
        parts_zh = [f"{zh[code]} {count}" for code, count in sorted(held.items())] + [f"同族并入 {folded}"]
        parts_en = [f"{code} {count}" for code, count in sorted(held.items())] + [
            f"folded by family {folded}"
        ]
        say(f"未列出：{'，'.join(parts_zh)}", f"not listed: {', '.join(parts_en)}")
    _tell_rejects(work, asked["rejects"])
    if work.corpus.engine.suite is not None:
        for line in work.corpus.engine.suite.report.summary():
            click.echo(work.porch.text(line))
    for name in ("out", "report", "withheld"):
        if asked[name]:
            say(f"已写入 {asked[name]}", f"written {asked[name]}")


def _tell_rejects(work: Work, path: Path | None) -> None:
    rejects, warnings = work.rejects(), work.warnings()
    if rejects:
        work.porch.say(f"有误未用 {len(rejects)} 行", f"{len(rejects)} rows rejected")
    if warnings:
        work.porch.say(
            f"有 {len(warnings)} 处提醒，相关行已保留", f"{len(warnings)} remarks on rows that were kept"
        )
    if not rejects and not warnings:
        return
    if path:
        work.porch.say(f"原因与改法见 {path}", f"reasons and remedies in {path}")
        return
    for problem in (*rejects, *warnings)[:5]:
        click.echo(f"  {work.porch.text(problem.message())}")
    work.porch.say("加 --rejects FILE 可得全部原因", "add --rejects FILE for all reasons")


def _show(work: Work, ranking: Ranking) -> None:
    need = work.need_by_id()[ranking.need_id]
    click.secho(f"{need.id} {need.title}", bold=True)
    engine = work.corpus.engine
    explained = {e.match.asset_id: e for e in work.explanations.get(need.id, [])}
    for match in ranking.matches[:3]:
        asset: Asset = engine.assets[engine.place[match.asset_id]]
        click.echo(f"  {match.rank}. {match.score:.3f}  {asset.id} {asset.title}")
        if match.asset_id in explained:
            for reason in explained[match.asset_id].reasons()[:2]:
                click.echo(f"       {work.porch.text(reason)}")
