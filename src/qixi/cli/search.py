"""`qixi search`: the best technologies for one need, narrowed down as asked, from an index."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from qixi.cli.porch import ManyFiles, Porch, needs_of, settings_of, settings_option, suite_of
from qixi.cli.usage import Misuse
from qixi.core import LegalStatus, Need, Problem, Refused, Text
from qixi.match.explain import Explanation
from qixi.match.facets import Filters
from qixi.match.index import map_index, open_facets
from qixi.match.ranking import Match
from qixi.match.rows import match_row
from qixi.match.search import Depth, Found, Search
from qixi.match.settings import Settings
from qixi.match.taxonomy import industry, normal_symbol
from qixi.tables.heads import plain
from qixi.tables.words import LEGAL_STATUS

STATUSES = [
    f"{status.value} {next(word for word, meaning in LEGAL_STATUS.words.items() if meaning == status)}"
    for status in LegalStatus
]
"""The legal statuses with the word that stands for each; other words of files are understood too."""

_TITLE = 60
"""A first line up to so many characters is a need's title."""


@click.command(cls=ManyFiles)
@click.option("--index", "index_path", type=click.Path(path_type=Path), required=True, help="Index folder.")
@click.option("--need", "text", help="The need in words; a short first line is its title.")
@click.option(
    "--demand",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE...",
    help="A file with the need, as `qixi match` reads it.",
)
@click.option("--id", "need_id", help="Which need of --demand; may be left out where there is one.")
@click.option("--region", multiple=True, help="Only technologies whose region holds this: 杭州.")
@click.option("--ipc", multiple=True, help="Only technologies with a symbol that begins so: H01M, H01M10/05.")
@click.option(
    "--legal-status",
    multiple=True,
    metavar="STATUS",
    help=f"Only technologies of this legal status: {'; '.join(STATUSES)}.",
)
@click.option("--applicant-kind", multiple=True, help="Only technologies whose applicant's kind holds this.")
@click.option("--industry", default="", help="Only technologies that fit this industry (GB/T 4754): C2710.")
@click.option("--top", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Technologies.")
@click.option(
    "--explain",
    type=click.IntRange(0, 10_000),
    default=10,
    show_default=True,
    help="Best matches that get reasons.",
)
@click.option(
    "--candidates",
    type=click.IntRange(1),
    help=f"Technologies scored in full of many that pass.  [default: {Depth().candidates}]",
)
@click.option("--exact", is_flag=True, help="Score every technology that passes in full; takes longer.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@settings_option
@click.pass_obj
def search(porch: Porch, /, **asked: Any) -> None:
    """Find the best technologies for one need.

    Filters of one kind may be given several times and any of them will do; those of different kinds must
    all hold.
    """
    settings = settings_of(asked["settings_path"])
    need = _need(porch, asked, settings)
    filters = _filters(asked)
    depth = _depth(asked)
    with ExitStack() as stack:
        suite = suite_of(settings)
        if suite is not None:
            stack.enter_context(suite)
        with porch.waiting("正在打开索引…", "opening the index ..."):
            mapped = map_index(asked["index_path"], settings, suite)
            facets = open_facets(mapped.opened)
        searching = stack.enter_context(Search(mapped.engine, facets, depth, watched=mapped.watched))
        found = searching.find(need, filters, asked["top"], asked["explain"])
        alone = {} if found.passed else _alone(searching, filters)
        if asked["form"] == "json":
            click.echo(_as_json(searching, need, found, alone))
            return
        _tell(porch, searching, need, found)
        _tell_alone(porch, alone)


def _need(porch: Porch, asked: dict[str, Any], settings: Settings) -> Need:
    """Return the need that was given in words, or stands in a file."""
    if (asked["text"] is None) == (not asked["demand"]):
        raise Misuse("请给出 --need 或 --demand 之一", "give --need TEXT or --demand FILE")
    if asked["text"] is not None:
        if asked["need_id"] is not None:
            raise Misuse("--id 须与 --demand 同用", "--id goes with --demand")
        return need_in_words(asked["text"])
    reading = needs_of(porch, asked["demand"], settings)
    needs = {need.id: need for need in reading.records}
    wanted = asked["need_id"] or (next(iter(needs)) if len(needs) == 1 else None)
    if wanted in needs:
        if reading.rejects:
            lost = len(reading.rejects)
            click.echo(porch.text(Text(f"有误未用 {lost} 行", f"{lost} rows rejected")), err=True)
        return needs[wanted]
    some = sorted(needs)[:5]
    reason = (
        Text(f"有 {len(needs)} 项需求，未指明哪一项", f"there are {len(needs)} needs, and none is named")
        if wanted is None
        else Text(f"没有需求“{wanted}”", f'there is no need "{wanted}"')
    )
    remedy = Text(f"请用 --id，例如 {'、'.join(some)}", f"give --id, for example {', '.join(some)}")
    raise Refused(Problem("id-unknown", reason, remedy), *reading.rejects[:20])


def need_in_words(text: str) -> Need:
    """Make a need of a text; raises Refused where it says nothing."""
    if not text.strip():
        raise Refused(
            Problem(
                "text-missing",
                Text("需求没有文字", "the need has no words"),
                Text("请写明所需的技术", "say which technology is wanted"),
            )
        )
    first, _, rest = text.strip().partition("\n")
    return Need("need", first, rest.strip()) if len(first) <= _TITLE else Need("need", "", text.strip())


def _filters(asked: dict[str, Any]) -> Filters:
    for option in ("region", "applicant_kind"):
        if not all(word.strip() for word in asked[option]):
            name = f"--{option.replace('_', '-')}"
            raise _unknown(
                Text(f"{name} 为空", f"{name} is empty"),
                Text("请写明，或去掉该选项", "say which, or leave the option out"),
            )
    for prefix in asked["ipc"]:
        if normal_symbol(prefix) is None:
            raise _unknown(
                Text(f"“{prefix}”不是 IPC 分类号", f'"{prefix}" is no IPC symbol'),
                Text("例如 H、H01、H01M、H01M10、H01M10/05", "such as H, H01, H01M, H01M10, H01M10/05"),
            )
    if asked["industry"] and industry(asked["industry"]) is None:
        raise _unknown(
            Text(
                f"没有行业代码“{asked['industry']}”",
                f'there is no industry with the code "{asked["industry"]}"',
            ),
            Text("请用 GB/T 4754-2017 的代码，例如 C2710", "use a code of GB/T 4754-2017, such as C2710"),
        )
    return Filters(
        asked["region"],
        asked["ipc"],
        tuple(map(_status, asked["legal_status"])),
        asked["applicant_kind"],
        asked["industry"],
    )


def _status(word: str) -> LegalStatus:
    known = LEGAL_STATUS.words.get(plain(word))
    if known is None:
        raise _unknown(
            Text(f"没有法律状态“{word}”", f'there is no legal status "{word}"'),
            Text(f"可用：{'、'.join(STATUSES)}", f"use one of {', '.join(STATUSES)}"),
        )
    return LegalStatus(known)


def _unknown(reason: Text, remedy: Text) -> Refused:
    return Refused(Problem("filter-unknown", reason, remedy))


def _depth(asked: dict[str, Any]) -> Depth:
    if asked["exact"] and asked["candidates"]:
        raise Misuse("--candidates 与 --exact 只能给一个", "give --candidates or --exact, not both")
    return Depth(candidates=None if asked["exact"] else asked["candidates"] or Depth().candidates)


def _alone(searching: Search, filters: Filters) -> dict[str, int]:
    """Return how many technologies pass each kind of filter alone, by its option, the narrowest first."""
    counts = {kind: searching.passing(filter_) for kind, filter_ in filters.each().items()}
    return {f"--{kind.replace('_', '-')}": counts[kind] for kind in sorted(counts, key=counts.__getitem__)}


def _as_json(searching: Search, need: Need, found: Found, alone: Mapping[str, int]) -> str:
    rows = [
        match_row(match, need, searching.engine.assets[place], told)
        for match, place, told in _shown(searching, need, found)
    ]
    head = {"need_id": need.id, "passed": found.passed, "exact": found.exact, "matches": rows}
    return json.dumps(head | ({"passed_alone": alone} if alone else {}), ensure_ascii=False, indent=1)


def _shown(searching: Search, need: Need, found: Found) -> list[tuple[Match, int, Explanation | Text]]:
    """Return the matches with their places and what is told of each: reasons, or the words in common."""
    told: list[Explanation | Text] = list(found.explanations)
    told += [searching.in_brief(need, match) for match in found.ranking.matches[len(told) :]]
    places = [searching.engine.place[match.asset_id] for match in found.ranking.matches]
    return list(zip(found.ranking.matches, places, told, strict=True))


def _tell(porch: Porch, searching: Search, need: Need, found: Found) -> None:
    porch.say(
        f"可供转让且符合筛选的技术 {found.passed} 项，列出 {len(found.ranking.matches)} 项",
        f"{found.passed} technologies that can be had pass; {len(found.ranking.matches)} are listed",
    )
    for match, place, told in _shown(searching, need, found):
        asset = searching.engine.assets[place]
        click.secho(f"{match.rank:>4}  {asset.id}  {' '.join(asset.title.split())}", bold=True)
        porch.say(
            f"      匹配分 {match.score:.3f}：需求契合 {match.need:.2f}，业务契合 {match.business:.2f}，"
            f"专利契合 {match.portfolio:.2f}",
            f"      score {match.score:.3f}: need fit {match.need:.2f}, business fit {match.business:.2f}, "
            f"portfolio fit {match.portfolio:.2f}",
        )
        for reason in (told,) if isinstance(told, Text) else told.reasons():
            click.echo(f"      · {porch.text(reason)}")


def _tell_alone(porch: Porch, alone: Mapping[str, int]) -> None:
    """Say which filter is the narrowest where nothing passed."""
    if not alone:
        return
    narrowest = next(iter(alone))
    porch.say(
        f"没有技术符合全部筛选条件；各条件单独符合的：{'，'.join(f'{o} {n} 项' for o, n in alone.items())}。"
        f"最窄的是 {narrowest}，请放宽",
        "no technology passes all filters; alone they pass: "
        f"{', '.join(f'{o} {n}' for o, n in alone.items())}. The narrowest is {narrowest}: widen it",
    )
