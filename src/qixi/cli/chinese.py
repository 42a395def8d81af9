"""Commands with their help in Chinese, which stands in a table beside the code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from copy import copy
from functools import cache
from importlib.resources import files

import click

DOES = "does"


def in_chinese(command: click.Command, path: str) -> click.Command:
    """Return `command`, that is called `path`, with its help in Chinese, and so for commands in it."""
    twin = copy(command)
    twin.help = meaning(path, DOES)
    twin.short_help = (twin.help or "").strip().partition("\n")[0]
    twin.params = [_option(param, path) for param in command.params]
    if isinstance(twin, click.Group):
        twin.commands = {name: in_chinese(each, f"{path} {name}") for name, each in twin.commands.items()}
    return twin


def meaning(path: str, name: str) -> str | None:
    """Return what the command `path` does, or what its option `name` means; None where no help is."""
    table = _table()
    return table.get(path, {}).get(name) or table["options"].get(name)


def _option(param: click.Parameter, path: str) -> click.Parameter:
    twin = copy(param)
    if isinstance(twin, click.Option) and twin.help:
        twin.help = meaning(path, max(twin.opts, key=len))
    return twin


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files(__package__).joinpath("chinese.toml").read_text(encoding="utf-8"))
