"""`qixi assign`: who is shown what, so that nobody's room is overdrawn, with a proof and every "why not"."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from qixi import __version__
from qixi.cli.headings import look_of
from qixi.cli.outputs import together
from qixi.cli.porch import TABLES, ManyFiles, Porch, settings_of, settings_option, supply_option, writable
from qixi.cli.trading import Trading, trading_of
from qixi.core import Text
from qixi.match.assign.allocation import Allocation, allocate
from qixi.match.assign.rows import (
    ALLOCATION_COLUMNS,
    PRICE_COLUMNS,
    WHY_COLUMNS,
    allocation_rows,
    price_rows,
    why_rows,
)
from qixi.match.batch.folder import ABOUT
from qixi.match.batch.folder import places as batch_places
from qixi.match.settings import Settings
from qixi.tables import write_rows

_OUTPUTS = ("out", "why", "prices")
_MOST_TOLD = 5


@click.command(cls=ManyFiles)
@click.option(
    "--matches",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE...",
    help="Match files (demand_id, supply_id, score), or the folder of a batch.",
)
@click.option(
    "--demand",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE...",
    help="The needs: their firms, brokers and groups. Without it each need is a firm of its own.",
)
@supply_option(required=False)
@click.option(
    "--capacities",
    type=click.Path(path_type=Path),
    help="Capacities: kind, holder, capacity (类别、名称、容量).",
)
@click.option(
    "--exclude",
    type=click.Path(path_type=Path),
    help="Pairs never to be shown: demand_id, supply_id, reason.",
)
@settings_option
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help=f"What is shown: {' '.join(TABLES)}."
)
@click.option(
    "--why", type=click.Path(path_type=Path), help=f"Why the rest is not shown: {' '.join(TABLES)}."
)
@click.option(
    "--why-top",
    type=click.IntRange(0, 1_000_000),
    default=10,
    show_default=True,
    help="Pairs of each need, likeliest first, that --why answers for.",
)
@click.option(
    "--prices", type=click.Path(path_type=Path), help=f"The prices that prove the bound: {' '.join(TABLES)}."
)
@click.pass_obj
def assign(porch: Porch, /, **asked: Any) -> int:
    """Allocate matches within everybody's room."""
    single = [asked[name] for name in ("capacities", "exclude", "settings_path") if asked[name]]
    matches = [place for path in asked["matches"] for place in _taken(path)]
    taken = [*matches, *asked["demand"], *asked["supply"], *single]
    for name in _OUTPUTS:
        writable(asked[name], taken, TABLES)
        taken += [asked[name]] if asked[name] else []
    settings = settings_of(asked["settings_path"])
    trading = trading_of(porch, settings, asked)
    with porch.waiting("正在分配…", "allocating ..."):
        allocation = allocate(trading.market, settings.assign)
    _write(porch, trading, allocation, settings, asked)
    _tell(porch, trading, allocation, settings, asked)
    return 0


def _taken(path: Path) -> list[Path]:
    """Return what a file or folder of matches keeps outputs from: of a batch what is its own."""
    return batch_places(path) if (path / ABOUT).is_file() else [path]


def header(trading: Trading, allocation: Allocation, settings: Settings) -> dict[str, str]:
    """Return what made the allocation and what proves it, for the files' headers."""
    certificate = allocation.certificate
    said = {
        "engine": f"qixi {__version__}",
        "assign": json.dumps(settings.assign.model_dump(mode="json"), ensure_ascii=False, sort_keys=True),
        "likelihoods": trading.likelihoods.en,
        "pairs": str(trading.market.pairs),
        "shown": str(int(allocation.shown.sum())),
        "total": f"{certificate.total:.6f}",
        "bound": f"{certificate.bound:.6f}",
        "gap": f"{certificate.gap:.6f}",
        "proof": certificate.proof,
        "owed": str(certificate.owed),
        "given": str(certificate.given),
        "given_bound": str(certificate.given_bound),
    }
    if settings.assign.exploration.share:
        said["lotteries"] = str(allocation.draw.lotteries)
        said["drawn"] = str(allocation.draw.drawn)
        said["propensities"] = "exact, given the two allocations that the lotteries choose between"
    return said


def _write(
    porch: Porch, trading: Trading, allocation: Allocation, settings: Settings, asked: Mapping[str, Any]
) -> None:
    said = header(trading, allocation, settings)
    with together() as draft:

        def put(name: str, sheet: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
            look = look_of(sheet, porch.language)
            write_rows(draft(asked[name]), columns, rows, header=said, look=look)

        if asked["prices"]:
            put("prices", "prices", PRICE_COLUMNS, price_rows(allocation))
        if asked["why"]:
            put("why", "why", WHY_COLUMNS, why_rows(allocation, asked["why_top"], trading.excluded))
        put("out", "allocation", ALLOCATION_COLUMNS, allocation_rows(allocation))


def _tell(
    porch: Porch, trading: Trading, allocation: Allocation, settings: Settings, asked: Mapping[str, Any]
) -> None:
    certificate, market, say = allocation.certificate, allocation.market, porch.say
    shown = int(allocation.shown.sum())
    say(
        f"需求 {market.needs} 项，企业 {len(market.firm_ids)} 家，候选 {market.pairs} 对，安排 {shown} 对",
        f"{market.needs} needs of {len(market.firm_ids)} firms, {market.pairs} pairs, {shown} shown",
    )
    if settings.assign.exploration.share:
        draw, other = allocation.draw, int((allocation.shown & ~allocation.best).sum())
        say(
            f"探索：抽签 {draw.lotteries} 次，安排中有 {draw.drawn} 对由抽签决定，"
            f"其中 {other} 对不在最优安排之内",
            f"exploration: {draw.lotteries} lotteries decided over {draw.drawn} of the pairs shown; "
            f"{other} of them are not in the best allocation",
        )
    best = certificate.gap < 1e-5
    say(
        f"可能性合计 {certificate.total:.3f}，上界 {certificate.bound:.3f}"
        + ("（最优）" if best else f"（差距至多 {certificate.gap:.2%}）"),
        f"total likelihood {certificate.total:.3f}, no allocation exceeds {certificate.bound:.3f}"
        + (" (optimal)" if best else f" (gap at most {certificate.gap:.2%})"),
    )
    if certificate.gap > settings.assign.gap:
        wide = Text(
            "求解提前结束，差距大于设置项 assign.gap；增大 assign.seconds 可能使它缩小",
            "the search ended early, with a gap above assign.gap; more assign.seconds may narrow it",
        )
        click.echo(porch.text(wide), err=True)
    if certificate.owed:
        say(
            f"应有可行候选 {certificate.owed}，已给 {certificate.given}，至多能给 {certificate.given_bound}",
            f"owed a serious candidate: {certificate.owed}; given {certificate.given}, "
            f"at most {certificate.given_bound} can be given",
        )
    say(f"可能性：{trading.likelihoods.zh}", f"likelihoods: {trading.likelihoods.en}")
    for remark in trading.remarks[:_MOST_TOLD]:
        click.echo(porch.text(remark.message()), err=True)
    if len(trading.remarks) > _MOST_TOLD:
        many, told = len(trading.remarks), _MOST_TOLD
        rest = Text(f"… 共 {many} 处，只列前 {told} 处", f"… {many} in all, the first {told} are listed")
        click.echo(porch.text(rest), err=True)
    for name in _OUTPUTS:
        if asked[name]:
            say(f"已写入 {asked[name]}", f"written {asked[name]}")
