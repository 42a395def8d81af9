"""`qixi match`: rank technologies for every need, explain the best, write the results."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from qixi import __version__
from qixi.cli.corpus import Corpus, corpus_of
from qixi.cli.porch import (
    SUFFIXES,
    ManyFiles,
    Porch,
    demand_option,
    needs_of,
    settings_of,
    settings_option,
    suite_of,
    supply_option,
    writable,
)
from qixi.core import Asset, Need, Problem, Refused, Text
from qixi.match.explain import Explainer, Explanation
from qixi.match.ranking import Ranking
from qixi.match.report import write_report
from qixi.match.rows import MATCH_COLUMNS, WITHHELD_COLUMNS, match_row, withheld_rows
from qixi.match.settings import Settings
from qixi.tables import REJECT_COLUMNS, Pair, Reading, read_pairs, reject_rows, write_rows

TABLES = SUFFIXES[:-1]


@dataclass
class Work:
    """One run of the command: what was asked, and what came of it."""

    porch: Porch
    settings: Settings
    corpus: Corpus
    needs: Reading[Need]
    pairs: Reading[Any] | None
    top: int | None
    explain: int
    explainer: Explainer = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    rankings: list[Ranking] = field(default_factory=list)
    explanations: dict[str, list[Explanation]] = field(default_factory=dict)

    def run(self) -> None:
        """Rank, then explain the best matches of each need."""
        wanted = self._wanted()
        self.explainer = Explainer(self.corpus.engine)
        with self.porch.progress(len(self.needs.records), "匹配", "matching") as step:
            engine = self.corpus.engine
            found = (
                engine.match(self.needs.records, self.top or 100, step)
                if wanted is None
                else engine.pairs(self.needs.records, wanted, step)
            )
            self.rankings = [self._cut(ranking) for ranking in found]
        self._explain()

    def _cut(self, ranking: Ranking) -> Ranking:
        if self.top is None:
            return ranking
        return Ranking(ranking.need_id, ranking.matches[: self.top], ranking.withheld)

    def _explain(self) -> None:
        explainer = self.explainer
        needs = self.need_by_id()
        shown = [(needs[r.need_id], r.matches[: self.explain]) for r in self.rankings]
        total = sum(len(matches) for _, matches in shown)
        with self.porch.progress(total, "说明理由", "explaining") as step:
            for need, matches in shown:
                explained = self.explanations.setdefault(need.id, [])
                for match in matches:
                    explained.append(explainer.explain(need, match))
                    step(1)

    def need_by_id(self) -> dict[str, Need]:
        """Return the needs by id."""
        return {need.id: need for need in self.needs.records}

    def _wanted(self) -> Mapping[str, Sequence[str]] | None:
        if self.pairs is None:
            return None
        needs, wanted = self.need_by_id(), defaultdict(list)
        for pair in self.pairs.records:
            if pair.demand_id in needs and pair.supply_id in self.corpus.engine.place:
                wanted[pair.demand_id].append(pair.supply_id)
            else:
                self.problems.append(_unknown_pair(pair))
        if not wanted:
            raise Refused(*(self.problems or self.pairs.rejects)[:20])
        return wanted

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield the rows of the match file."""
        needs, assets = self.need_by_id(), self.corpus.engine
        for ranking in self.rankings:
            explained = self.explanations.get(ranking.need_id, [])
            for i, match in enumerate(ranking.matches):
                need, title = needs[ranking.need_id], assets.assets[assets.place[match.asset_id]].title
                told = explained[i] if i < len(explained) else self.explainer.in_brief(need, match)
                yield match_row(match, need, title, told)

    def rejects(self) -> list[Problem]:
        """Return everything that cost a row, in the order of the files."""
        readings: list[Reading[Any]] = [
            r for r in (self.corpus.reading, self.needs, self.pairs) if r is not None
        ]
        return [problem for reading in readings for problem in reading.rejects] + self.problems

    def header(self) -> dict[str, str]:
        """Return what made these results, for the file's header or beside it."""
        return {
            "engine": f"qixi {__version__}",
            "settings": self.settings.digest(),
            "corpus": self.corpus.snapshot,
            "needs": self.needs.snapshot,
            "technologies": str(len(self.corpus.engine.assets)),
            "weights_confirmed": "false",
        }

    def notes(self) -> tuple[Text, ...]:
        """Return what a reader of the results must know beside them."""
        said: list[Text] = []
        if self.corpus.engine.suite is not None:
            said += self.corpus.engine.suite.report.summary()
        lost = len(self.rejects())
        if lost:
            said.append(Text(f"{lost} 行有误，未参加匹配", f"{lost} bad rows took no part in the matching"))
        return tuple(said)


def _unknown_pair(pair: Pair) -> Problem:
    return Problem(
        "pair-unknown",
        Text(
            f"需求“{pair.demand_id}”或技术“{pair.supply_id}”不在已读入的记录中",
            f'need "{pair.demand_id}" or technology "{pair.supply_id}" is not among the records read',
        ),
        Text("请核对编号", "check the ids"),
        pair.file,
        pair.row,
    )


@click.command(cls=ManyFiles)
@supply_option(required=False)
@demand_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help=f"Results: {' '.join(SUFFIXES)}.")
@click.option("--top", type=click.IntRange(1, 1_000_000), help="Technologies per need.  [default: 100]")
@click.option(
    "--pairs", type=click.Path(path_type=Path), help="Rank only these pairs (demand_id, supply_id)."
)
@click.option(
    "--index", "index_path", type=click.Path(path_type=Path), help="Index folder, built when missing."
)
@settings_option
@click.option(
    "--explain",
    type=click.IntRange(0, 1_000_000),
    default=10,
    show_default=True,
    help="Best matches of each need that get reasons and a suggestion.",
)
@click.option(
    "--rejects", type=click.Path(path_type=Path), help=f"Bad rows with reasons: {' '.join(TABLES)}."
)
@click.option("--withheld", type=click.Path(path_type=Path), help=f"What cannot be had: {' '.join(TABLES)}.")
@click.option("--report", type=click.Path(path_type=Path), help="A page to read and print: .html.")
@click.option(
    "--show", type=click.IntRange(0), default=0, help="Print the best matches of the first N needs."
)
@click.option("--strict", is_flag=True, help="End with code 3 where rows were rejected.")
@click.pass_obj
def match(porch: Porch, /, supply: tuple[Path, ...], demand: tuple[Path, ...], **asked: Any) -> int:
    """Rank technologies for every need."""
    inputs = (*supply, *demand, *((asked["pairs"],) if asked["pairs"] else ()))
    writable(asked["out"], inputs, SUFFIXES)
    for name in ("rejects", "withheld"):
        writable(asked[name], inputs, TABLES)
    writable(asked["report"], inputs, (".html", ".htm"))
    settings = settings_of(asked["settings_path"])
    with ExitStack() as stack:
        suite = suite_of(settings)
        if suite is not None:
            stack.enter_context(suite)
        needs = needs_of(porch, demand, settings)
        pairs = read_pairs([asked["pairs"]]) if asked["pairs"] else None
        corpus = corpus_of(porch, supply, asked["index_path"], settings, suite)
        work = Work(porch, settings, corpus, needs, pairs, asked["top"], asked["explain"])
        work.run()
        _write(work, asked)
    _tell(work, asked)
    return 3 if asked["strict"] and work.rejects() else 0


def _write(work: Work, asked: Mapping[str, Any]) -> None:
    header = work.header()
    if asked["report"]:
        needs = work.need_by_id()
        entries = [(needs[r.need_id], r, work.explanations.get(r.need_id, [])) for r in work.rankings]
        write_report(
            asked["report"],
            entries,
            header=header,
            language=_language(work.porch),
            notes=work.notes(),
            assets={asset.id: asset for asset in work.corpus.engine.assets},
            weights=work.settings.weights,
        )
    if asked["rejects"]:
        write_rows(asked["rejects"], REJECT_COLUMNS, reject_rows(work.rejects()), header=header)
    if asked["withheld"]:
        write_rows(asked["withheld"], WITHHELD_COLUMNS, withheld_rows(work.rankings), header=header)
    # The results come last: where they are, everything else is too.
    write_rows(asked["out"], MATCH_COLUMNS, work.rows(), header=header)


def _language(porch: Porch) -> Any:
    return porch.language


def _tell(work: Work, asked: Mapping[str, Any]) -> None:
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
    rejects = work.rejects()
    if not rejects:
        return
    work.porch.say(f"有误未用 {len(rejects)} 行", f"{len(rejects)} rows rejected")
    if path:
        work.porch.say(f"原因与改法见 {path}", f"reasons and remedies in {path}")
        return
    for problem in rejects[:5]:
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
