"""What `qixi match` tells the person who started it: matches, counts, bad rows, files written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from qixi.cli.work import Work
from qixi.core import Asset, Text
from qixi.match.ranking import Ranking

_HELD = {
    "lapsed": Text(
        "失效专利（可自由实施，不作转让推荐）", "lapsed patents (free to use, not offered for transfer)"
    ),
    "exclusive": Text("已独占或排他许可", "licensed exclusively or solely"),
    "own": Text("企业自有", "the firm's own"),
}


def tell(work: Work, asked: Mapping[str, Any]) -> None:
    """Print what came of the run, in its language."""
    say = work.porch.say
    for ranking in work.rankings[: asked["show"]]:
        _show(work, ranking)
    technologies, needs = work.corpus.engine.held.technologies, len(work.needs.records)
    pairs = sum(len(ranking.matches) for ranking in work.rankings)
    say(
        f"技术 {technologies} 项，需求 {needs} 项，给出匹配 {pairs} 条",
        f"{technologies} technologies, {needs} needs, {pairs} matches",
    )
    held = Counter(each.code for ranking in work.rankings for each in ranking.withheld)
    folded = sum(len(match.folded) for ranking in work.rankings for match in ranking.matches)
    if held or folded:
        parts = [(_HELD[code], count) for code, count in sorted(held.items())]
        parts.append((Text("同族并入", "folded by family"), folded))
        zh, en = (f"{word.zh} {n}" for word, n in parts), (f"{word.en} {n}" for word, n in parts)
        say(f"未列出：{'，'.join(zh)}", f"withheld: {', '.join(en)}")
    _tell_rejects(work, asked["rejects"])
    if work.corpus.engine.suite is not None:
        for line in work.corpus.engine.suite.report.summary():
            click.echo(work.porch.text(line))
    for name in ("out", "report", "withheld"):
        if asked[name]:
            say(f"已写入 {asked[name]}", f"written {asked[name]}")


def _tell_rejects(work: Work, path: Path | None) -> None:
    rejects, warnings = work.rejects(), work.warnings()
    rows = [each for each in rejects if each.row is not None]
    files = len(rejects) - len(rows)
    say = work.porch.say
    if rows:
        say(f"有误未用 {len(rows)} 行", f"{len(rows)} rows rejected")
    if files:
        say(f"文件未读或未读完 {files} 处", f"{files} files not read, or not to their end")
    if warnings:
        say(f"提醒 {len(warnings)} 处，相关行已保留", f"{len(warnings)} remarks on rows that were kept")
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
