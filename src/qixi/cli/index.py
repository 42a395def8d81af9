"""`qixi index`: build an index of technologies, keep it up to date, and say what one holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import click

from qixi.cli.corpus import fitting
from qixi.cli.headings import look_of
from qixi.cli.porch import (
    TABLES,
    ManyFiles,
    Porch,
    assets_of,
    rejects_option,
    settings_of,
    settings_option,
    strict_option,
    suite_of,
    supply_option,
    writable,
)
from qixi.cli.usage import Misuse
from qixi.core import Asset, Problem, Refused, Text
from qixi.match import index as indexes
from qixi.match.engine import Engine
from qixi.match.index import Change, index_info, verify, write_index
from qixi.match.models import ModelSuite
from qixi.match.settings import Settings
from qixi.tables import REJECT_COLUMNS, Limits, Reading, reject_rows, write_rows

MANY = 0.2
"""Share of changed technologies from which a compaction is advised; by judgement, unconfirmed."""

folder_argument = click.argument("folder", type=click.Path(path_type=Path))


@click.group()
def index() -> None:
    """Build, change and inspect indexes."""


@index.command(cls=ManyFiles)
@folder_argument
@supply_option()
@settings_option
@click.option("--replace", is_flag=True, help="Put the new index in the place of one that is in FOLDER.")
@rejects_option
@strict_option
@click.pass_obj
def build(
    porch: Porch,
    /,
    folder: Path,
    supply: tuple[Path, ...],
    settings_path: Path | None,
    rejects: Path | None,
    *,
    replace: bool,
    strict: bool,
) -> int:
    """Build an index of the technologies in FOLDER."""
    writable(rejects, [*supply, folder, *([settings_path] if settings_path else [])], TABLES)
    settings = settings_of(settings_path)
    indexes.check(folder)
    if indexes.is_index(folder) and not replace:
        raise _there(folder)
    reading = assets_of(porch, supply, settings)
    with _suite(porch, settings) as suite, fitting(porch):
        info = write_index(Engine(settings, suite).fit(reading.records), folder)
    porch.say(
        f"已建立索引 {folder}：技术 {info.technologies} 项",
        f"index {folder}: {info.technologies} technologies",
    )
    if rejects is not None:
        rows = reject_rows((*reading.rejects, *reading.warnings))
        header, look = {"corpus": reading.snapshot}, look_of("rejects", porch.language)
        write_rows(rejects, REJECT_COLUMNS, rows, header=header, look=look)
    _tell_rejects(porch, reading, 0 if rejects else 5)
    return 3 if strict and reading.rejects else 0


@index.command(cls=ManyFiles)
@folder_argument
@supply_option()
@settings_option
@click.pass_obj
def append(porch: Porch, /, folder: Path, supply: tuple[Path, ...], settings_path: Path | None) -> None:
    """Add technologies to the index in FOLDER; one whose id is there takes the place of the other.

    They are found at once, weighed by the statistics of the last build or compaction.
    """
    settings = settings_of(settings_path)
    index_info(folder)
    reading = assets_of(porch, supply, settings)
    with _suite(porch, settings) as suite, _updating(porch):
        change = indexes.append(folder, reading.records, settings, suite)
    porch.say(
        f"已更新索引 {folder}：新增 {change.new} 项，替换 {change.replaced} 项，相同 {change.unchanged} 项；"
        f"现有技术 {change.head.technologies} 项",
        f"index {folder}: {change.new} added, {change.replaced} replaced, {change.unchanged} as they were; "
        f"{change.head.technologies} technologies now",
    )
    _tell_rejects(porch, reading)
    _tell_parts(porch, change)


@index.command()
@folder_argument
@click.option("--id", "ids", multiple=True, metavar="ID", help="Id of a technology; may be given again.")
@click.option(
    "--ids",
    "listed",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Text file of ids, one a line.",
)
@click.pass_obj
def remove(porch: Porch, /, folder: Path, ids: tuple[str, ...], listed: Path | None) -> None:
    """Take technologies out of the index in FOLDER."""
    if not ids and listed is None:
        raise Misuse("请给出 --id 或 --ids", "give --id ID or --ids FILE")
    index_info(folder)
    rows = {} if listed is None else _listed(listed)
    with _updating(porch):
        change = indexes.remove(folder, {*ids, *rows}, rows=rows)
    porch.say(
        f"已从索引 {folder} 移除 {change.removed} 项；现有技术 {change.head.technologies} 项",
        f"index {folder}: {change.removed} removed; {change.head.technologies} technologies now",
    )
    _tell_parts(porch, change)


@index.command(name="compact")
@folder_argument
@settings_option
@click.pass_obj
def compact_command(porch: Porch, /, folder: Path, settings_path: Path | None) -> None:
    """Make one of the index in FOLDER and its changes: statistics are learnt anew.

    The result is byte for byte what a fresh build gives. Give the settings file that the index was
    built with, if any.
    """
    index_info(folder)
    settings = settings_of(settings_path)
    with _suite(porch, settings) as suite, fitting(porch):
        info = indexes.compact(folder, settings, suite)
    porch.say(
        f"已整理索引 {folder}：技术 {info.technologies} 项",
        f"index {folder} compacted: {info.technologies} technologies",
    )


@index.command()
@folder_argument
@click.option("--verify", "all_of_it", is_flag=True, help="Read and check every byte and every record.")
@click.pass_obj
def info(porch: Porch, /, folder: Path, *, all_of_it: bool) -> None:
    """Say what the index in FOLDER holds."""
    found = index_info(folder)
    scorers = found.scorers
    later = found.parts[1:]
    stored = sum(part.records for part in found.parts)
    porch.say(f"技术库快照：{found.snapshot}", f"corpus snapshot: {found.snapshot}")
    porch.say(f"技术：{found.technologies} 项", f"technologies: {found.technologies}")
    porch.say(f"引擎版本：{found.engine}", f"engine version: {found.engine}")
    porch.say(f"评分器：{'、'.join(scorers)}", f"scorers: {', '.join(scorers)}")
    porch.say(f"存放子目录：{found.base.name}", f"kept in: {found.base.name}")
    porch.say(
        f"上次整理之后的变动：{len(later)} 部分，技术 {sum(part.records for part in later)} 项",
        f"changes since the last compaction: {sum(part.records for part in later)} technologies "
        f"in {len(later)} parts",
    )
    porch.say(
        f"已移除或替换：{stored - found.technologies} 项",
        f"removed or replaced since then: {stored - found.technologies}",
    )
    porch.say(f"索引格式：{found.format}", f"index format: {found.format}")
    if all_of_it:
        with porch.waiting("正在核对索引…", "verifying the index ..."):
            size = verify(folder)
        porch.say(f"核对：{size} 字节全部完好", f"verified: all {size} bytes are sound")


def _there(folder: Path) -> Refused:
    return Refused(
        Problem(
            "index-there",
            Text("这里已有索引，未作任何改动", "an index is there already, and nothing was changed"),
            Text(
                "增补请用 qixi index append；要重新建立并替换它，请加 --replace；或另选文件夹",
                "add to it with qixi index append, give --replace to build it anew in its place, "
                "or choose another folder",
            ),
            file=str(folder),
        )
    )


def _suite(porch: Porch, settings: Settings) -> AbstractContextManager[ModelSuite | None]:
    suite = suite_of(settings)
    return nullcontext() if suite is None else _telling(porch, suite)


@contextmanager
def _telling(porch: Porch, suite: ModelSuite) -> Iterator[ModelSuite]:
    with suite:
        yield suite
    for line in suite.report.summary():
        click.echo(porch.text(line))


def _updating(porch: Porch) -> AbstractContextManager[None]:
    return porch.waiting("正在更新索引…", "updating the index ...")


def _tell_rejects(porch: Porch, reading: Reading[Asset], most: int = 5) -> None:
    if reading.rejects:
        porch.say(f"有误未用 {len(reading.rejects)} 行", f"{len(reading.rejects)} rows rejected")
        for problem in reading.rejects[:most]:
            click.echo(f"  {porch.text(problem.message())}")


def _tell_parts(porch: Porch, change: Change) -> None:
    found = change.head
    stored = sum(part.records for part in found.parts)
    changed = stored - found.base.records + (stored - found.technologies)
    if changed > MANY * max(found.base.records, 1):
        porch.say(
            "变动已多，统计量仍是上次整理时的；请择时运行 qixi index compact",
            "much has changed and the statistics are those of before: run qixi index compact when it suits",
        )


def _listed(path: Path) -> Mapping[str, tuple[str, int]]:
    """Return the ids in a file, each with the file and its line."""
    problem = Problem(
        "file-unreadable",
        Text("文件无法按 UTF-8 文本读取", "the file cannot be read as UTF-8 text"),
        Text("请给出每行一个编号的文本文件", "give a text file of ids, one a line"),
        file=str(path),
    )
    try:
        if not path.is_file() or path.stat().st_size > Limits().file_bytes:  # a pipe may never end
            raise Refused(problem)
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused(problem) from fault
    return {line.strip(): (str(path), row) for row, line in enumerate(lines, 1) if line.strip()}
