"""Files a command takes from this machine or from elsewhere: by path or by URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from qixi.cli.usage import Misuse
from qixi.core import Asset, Need
from qixi.tables import Reading
from qixi.tables.remote import brought, is_remote

R = TypeVar("R", Asset, Need)


class Place(click.ParamType):  # type: ignore[type-arg]  # generic in some releases of click
    """A path or a URL, as text."""

    name = "file or URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take anything: what cannot be read is refused when it is read."""
        return str(value)


class Url(Place):
    """A URL, as text."""

    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take URLs alone."""
        if not is_remote(str(value)):
            raise Misuse(f"{value} 不是网址（如 s3://...）", f"{value} is no URL (as s3://...)")
        return str(value)


def read_at(read: Callable[[Sequence[Path]], Reading[R]], places: Sequence[str]) -> Reading[R]:
    """Read files wherever they are; problems name a URL where the file came from one."""
    with brought(places) as here:
        reading = read(here.paths)
        return replace(reading, rejects=here.named(reading.rejects), warnings=here.named(reading.warnings))


def paths_in(places: Sequence[str]) -> list[Path]:
    """Return those of `places` that are paths."""
    return [Path(place) for place in places if not is_remote(place)]
