"""`qixi index`: build an index of technologies once, and say what one holds."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from qixi.cli.corpus import fitting
from qixi.cli.porch import ManyFiles, Porch, assets_of, settings_of, settings_option, suite_of, supply_option
from qixi.match.engine import Engine
from qixi.match.index import index_info, write_index


@click.group()
def index() -> None:
    """Build and inspect indexes."""


@index.command(cls=ManyFiles)
@click.argument("folder", type=click.Path(path_type=Path))
@supply_option()
@settings_option
@click.pass_obj
def build(porch: Porch, /, folder: Path, supply: tuple[Path, ...], settings_path: Path | None) -> None:
    """Build an index of the technologies in FOLDER."""
    settings = settings_of(settings_path)
    reading = assets_of(porch, supply, settings)
    with suite_of(settings) or nullcontext() as suite, fitting(porch):
        info = write_index(Engine(settings, suite).fit(reading.records), folder)
    for line in suite.report.summary() if suite is not None else ():
        click.echo(porch.text(line))
    porch.say(
        f"已建立索引 {folder}：技术 {info.technologies} 项",
        f"index {folder}: {info.technologies} technologies",
    )
    if reading.rejects:
        porch.say(f"有误未用 {len(reading.rejects)} 行", f"{len(reading.rejects)} rows rejected")
        for problem in reading.rejects[:5]:
            click.echo(f"  {porch.text(problem.message())}")


@index.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_obj
def info(porch: Porch, /, folder: Path) -> None:
    """Say what the index in FOLDER holds."""
    found = index_info(folder)
    scorers = found.scorers
    porch.say(f"技术库快照：{found.snapshot}", f"corpus snapshot: {found.snapshot}")
    porch.say(f"技术：{found.technologies} 项", f"technologies: {found.technologies}")
    porch.say(f"引擎版本：{found.engine}", f"engine version: {found.engine}")
    porch.say(f"评分器：{'、'.join(scorers)}", f"scorers: {', '.join(scorers)}")
    porch.say(f"存放子目录：{found.base.name}", f"kept in: {found.base.name}")
    porch.say(f"索引格式：{found.format}", f"index format: {found.format}")
