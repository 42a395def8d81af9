"""What all commands share: the language, signs of life, files that come in and go out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from qixi.cli.progress import Step, counted, uncounted
from qixi.core import Asset, Need, Problem, Refused, Text
from qixi.core.text import Language
from qixi.match.models import ModelSuite
from qixi.match.settings import Settings, read_settings
from qixi.tables import Reading, known_heads, read_assets, read_needs
from qixi.tables.heads import Side
from qixi.tables.placing import nameable, tried, unusable

Command = TypeVar("Command", bound=Callable[..., Any])
Watch = Callable[[str, int, int | None], None]

SUFFIXES = (".jsonl", ".csv", ".xlsx", ".parquet", ".run")
TABLES = SUFFIXES[:-1]

LANGUAGE_SET_BY = "QIXI_LANGUAGE"

language_option = click.option(
    "--language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    envvar=LANGUAGE_SET_BY,
    is_eager=True,
    show_default=True,
    help=f"Language of messages, help and reports; {LANGUAGE_SET_BY} sets it too.",
)

settings_option = click.option(
    "--settings",
    "settings_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings in TOML.",
)


rejects_option = click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    help=f"Bad rows and remarks, with reasons: {' '.join(TABLES)}.",
)

strict_option = click.option("--strict", is_flag=True, help="End with code 3 where rows were rejected.")


@dataclass(frozen=True)
class Porch:
    """How one run speaks with the person who started it."""

    language: Language

    def text(self, text: Text) -> str:
        """Return the wording in the run's language."""
        return text.zh if self.language == "zh" else text.en

    def say(self, zh: str, en: str) -> None:
        """Print a line in the run's language."""
        click.echo(zh if self.language == "zh" else en)

    def progress(self, total: int | None, zh: str, en: str) -> AbstractContextManager[Step]:
        """Yield a function to call with each step done, and show how far it is."""
        return counted(Text(zh, en).in_language(self.language), total, self.language)

    def waiting(self, zh: str, en: str) -> AbstractContextManager[None]:
        """Show that something goes on that cannot be counted."""
        return uncounted(Text(zh, en).in_language(self.language), self.language)


class ManyFiles(click.Command):
    """A command whose options of files take several each: `--supply a.csv b.xlsx`."""

    many = frozenset({"--supply", "--demand", "--feedback", "--matches"})

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Turn `--supply a b` into `--supply a --supply b` before click reads it."""
        spread: list[str] = []
        taking: str | None = None
        filled = False
        for arg in args:
            if arg.startswith("-") and arg != "-":
                name, _, value = arg.partition("=")
                taking, filled = (name if name in self.many else None), bool(value)
                spread.append(arg)
            elif taking is not None and filled:
                spread += [taking, arg]
            else:
                spread.append(arg)
                filled = True
        return super().parse_args(ctx, spread)


_PATH = click.Path(path_type=Path)


def supply_option(
    *, required: bool = True, kind: click.ParamType[Any] = _PATH
) -> Callable[[Command], Command]:
    """Return the --supply option."""
    return click.option(
        "--supply",
        "supply",
        multiple=True,
        required=required,
        type=kind,
        metavar="FILE...",
        help="Technologies: JSONL, CSV, XLSX or Parquet; several files may follow.",
    )


def demand_option_of(kind: click.ParamType[Any]) -> Callable[[Command], Command]:
    """Return the --demand option."""
    return click.option(
        "--demand",
        "demand",
        multiple=True,
        required=True,
        type=kind,
        metavar="FILE...",
        help="Needs: JSONL, CSV, XLSX, Parquet or filled-in DOCX forms; several files may follow.",
    )


demand_option = demand_option_of(_PATH)


def settings_of(path: Path | None) -> Settings:
    """Read the settings file, or take the defaults; raises Refused on heads of fields that do not exist."""
    if path is None:
        return Settings()
    settings = read_settings(path)
    sides: tuple[tuple[Side, Mapping[str, Sequence[str]]], ...] = (
        ("supply", settings.heads.supply),
        ("demand", settings.heads.demand),
    )
    strange = [
        _no_field(path, side, name)
        for side, heads in sides
        for name in sorted(set(heads) - set(known_heads(side)))
    ]
    if strange:
        raise Refused(*strange)
    return settings


def _no_field(path: Path, side: Side, name: str) -> Problem:
    known = known_heads(side)
    return Problem(
        "settings-wrong",
        Text(f"没有“{name}”这个字段", f'there is no field "{name}"'),
        Text(f"可用的字段：{'、'.join(known)}", f"the fields are {', '.join(known)}"),
        file=str(path),
        setting=f"heads.{side}.{name}",
    )


def suite_of(settings: Settings) -> ModelSuite | None:
    """Open the optional models where any is set."""
    chosen = settings.models
    if chosen.embedding is None and chosen.rerank is None and chosen.extract is None:
        return None
    return ModelSuite(chosen)


def assets_of(porch: Porch, paths: Sequence[Path], settings: Settings) -> Reading[Asset]:
    """Read supply files; refuses where no good row is left."""
    with _reading(porch) as watch:
        reading = read_assets(paths, heads=_known(settings, "supply"), limits=settings.limits, progress=watch)
    return cast("Reading[Asset]", _some(reading, paths))


def needs_of(porch: Porch, paths: Sequence[Path], settings: Settings) -> Reading[Need]:
    """Read demand files; refuses where no good row is left."""
    with _reading(porch) as watch:
        reading = read_needs(paths, heads=_known(settings, "demand"), limits=settings.limits, progress=watch)
    return cast("Reading[Need]", _some(reading, paths))


def _known(settings: Settings, side: str) -> Mapping[str, Sequence[str]] | None:
    heads = getattr(settings.heads, side)
    return dict(heads) or None


@contextmanager
def _reading(porch: Porch) -> Iterator[Watch]:
    """Yield what reading calls with a file, what is done of it and of how much; one file at a time."""
    with ExitStack() as showing:
        steps: dict[str, Step] = {}
        before: dict[str, int] = {}

        def watch(file: str, done: int, total: int | None) -> None:
            if file not in steps:
                showing.close()
                name = Path(file).name
                steps[file] = showing.enter_context(porch.progress(total, f"读取 {name}", f"reading {name}"))
            steps[file](done - before.get(file, 0))
            before[file] = done

        yield watch


def no_rows(paths: Sequence[Path]) -> Problem:
    """Return what is wrong with files of which no good row is left; the bad ones follow it."""
    return Problem(
        "no-rows",
        Text("没有一行可用", "there is no usable row"),
        Text("请按下列原因改正文件", "correct the file for the reasons below"),
        file="，".join(str(path) for path in paths),
    )


def _some(reading: Reading[Any], paths: Sequence[Path]) -> Reading[Any]:
    if reading.records:
        return reading
    raise Refused(no_rows(paths), *reading.rejects[:20])


def writable(path: Path | None, taken: Sequence[Path], suffixes: Sequence[str]) -> None:
    """Refuse early what could not be written at the end: wrong suffix, no folder, or a file in use.

    Of a folder that is `taken` everything in it is in use.
    """
    if path is None:
        return
    nameable(path)
    try:
        problem = _in_the_way(path, taken, suffixes)
    except OSError as error:  # a name that is too long, a folder that may not be written to
        raise unusable(path, error) from None
    if problem is not None:
        raise Refused(Problem("output", *problem, file=str(path)))


def _in_the_way(path: Path, taken: Sequence[Path], suffixes: Sequence[str]) -> tuple[Text, Text] | None:
    if path.suffix.lower() not in suffixes:
        return (
            Text(
                f"不能写这种文件：“{path.suffix}”", f'files of this kind cannot be written: "{path.suffix}"'
            ),
            Text(f"请用后缀 {' '.join(suffixes)}", f"use one of the suffixes {' '.join(suffixes)}"),
        )
    if not path.parent.is_dir():
        return (
            Text("所在文件夹不存在", "its folder does not exist"),
            Text("请先建立文件夹", "make the folder first"),
        )
    if path.is_dir():
        return Text("该路径是文件夹", "the path is a folder"), Text("请给出文件名", "give a file name")
    written = (path, path.with_name(path.name + ".meta.json"))
    if any(inside(mine, other) for mine in written for other in taken):
        return (
            Text(
                "输出会覆盖输入文件或另一个输出",
                "the output would overwrite an input file or another output",
            ),
            Text("请另选输出文件名", "choose another file name for the output"),
        )
    for each in written:
        tried(each)
    return None


def inside(one: Path, other: Path) -> bool:
    """Say whether `one` is `other`, under whatever name, or lies below it."""
    # realpath, unlike resolve, bears links that lead in a circle.
    if Path(os.path.realpath(one)).is_relative_to(os.path.realpath(other)):
        return True
    return one.exists() and other.exists() and one.samefile(other)
