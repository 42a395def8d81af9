"""`qixi policy`: the rules in figures and the days off, each with its source and where it was set."""

from __future__ import annotations

from datetime import datetime

import click

from qixi.cli.porch import Porch
from qixi.core import Text
from qixi.policy import default_parameters
from qixi.policy.calendars import years_in_use

_SHIPPED = Text("七夕自带", "comes with Qixi")
_REPLACED = Text("（已被替代）", " (replaced)")
_CONFIRMED, _FORECAST = Text("已公布", "set by a notice"), Text("预计", "a forecast")


@click.command()
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day on which the parameters are in force; today where none is given.",
)
@click.pass_obj
def policy(porch: Porch, /, on: datetime | None) -> None:
    """Show the parameters in force, and the years of the calendar, with sources and where each was set."""
    day = (on or datetime.now()).date()  # noqa: DTZ005  a day as people here have it
    every = default_parameters()
    for each in every:
        if not each.holds(day, each.division):
            continue
        cells = [each.key, each.division, porch.text(each.said()), _place(porch, each.file)]
        replaced = porch.text(_REPLACED) if every.find(each.key, day, each.division) != each else ""
        click.echo("\t".join(cells) + replaced)
    for number, year in sorted(years_in_use().items()):
        state = porch.text(_CONFIRMED if year.confirmed else _FORECAST)
        click.echo("\t".join(["calendar", str(number), state, _place(porch, year.file)]))


def _place(porch: Porch, file: str) -> str:
    return file or porch.text(_SHIPPED)
