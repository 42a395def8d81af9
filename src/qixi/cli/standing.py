"""Where one technology stands for a need among all others, and why it is not further ahead."""

from __future__ import annotations

from collections.abc import Iterator

from qixi.core import Need, Text
from qixi.match.engine import Engine
from qixi.match.ranking import Match, PairScores, Ranking

SHOWN = 10
"""How many of the first matches a technology is held against."""


def standing(engine: Engine, need: Need, match: Match, *, barred: bool) -> Iterator[Text]:
    """Yield where the technology of `match` stands; `barred` says that it would be withheld.

    A re-ranker is not asked: it would have to grade the whole corpus. The scores before it decide.
    """
    _, scores = next(engine.scores([need]))
    place = engine.place[match.asset_id]
    score = float(scores.total[place])
    if engine.suite is not None and engine.suite.reranker is not None:
        yield Text(
            f"以下名次按重排之前的匹配分 {score:.3f} 计算", f"by the score before re-ranking, {score:.3f}:"
        )
    above = scores.total > score
    above[engine.held.gone] = False
    ahead, total = int(above.sum()), engine.held.technologies
    yield Text(
        f"在全部 {total} 项技术中，有 {ahead} 项匹配分更高",
        f"of all {total} technologies, {ahead} score higher",
    )
    yield from _among_shown(engine, need, match, scores, barred=barred)


def _among_shown(
    engine: Engine, need: Need, match: Match, scores: PairScores, *, barred: bool
) -> Iterator[Text]:
    fold = engine.settings.withhold.family
    ranking = engine.shelf.rank(need.id, scores, len(engine.assets), engine.own(need), fold=fold)
    mine = (-float(scores.total[engine.place[match.asset_id]]), engine.place[match.asset_id])
    rank = 1 + sum((-each.score, engine.place[each.asset_id]) < mine for each in ranking.matches)
    if barred:
        yield Text(f"若不排除，应列第 {rank} 名", f"would be number {rank} if it were not withheld")
        return
    head = next((each for each in ranking.matches if match.asset_id in each.folded), None)
    if head is not None:
        yield Text(
            f"与第 {head.rank} 名 {head.asset_id} 同族，已并入该项",
            f"of one family with number {head.rank}, {head.asset_id}, which stands for it",
        )
    elif rank > SHOWN:
        yield _behind(ranking, -mine[0])


def _behind(ranking: Ranking, score: float) -> Text:
    last = ranking.matches[SHOWN - 1]
    gap = last.score - score
    return Text(
        f"未进前 {SHOWN} 名：与第 {last.rank} 名 {last.asset_id} 相差 {gap:.3f}",
        f"not among the first {SHOWN}: {gap:.3f} behind number {last.rank}, {last.asset_id}",
    )
