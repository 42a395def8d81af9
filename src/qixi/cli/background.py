"""`qixi background`: effects of acts, periods that end, tasks: what the exchange does by itself."""

from __future__ import annotations

import click

from qixi.cli.exchange import behind, ready
from qixi.cli.porch import Porch
from qixi.core import Problem, Refused, Text


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now, and end.")
@click.pass_obj
def background(porch: Porch, once: bool) -> None:
    """Do what waits: effects of acts, periods that ended, tasks. `qixi serve` runs it beside."""
    ready()
    if behind():
        raise Refused(
            Problem(
                "database",
                Text("数据库还没有更新到当前版本", "the database is not at this version yet"),
                Text("请先运行 qixi serve", "run qixi serve first"),
            )
        )
    from qixi.casework.work import sweep, watch  # noqa: PLC0415  Django is ready from here on

    if once:
        done = sweep()
        porch.say(f"已处理 {done} 项", f"{done} done")
        return
    watch()
