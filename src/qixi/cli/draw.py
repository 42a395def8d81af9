"""`qixi draw`: a number for the draw of a panel, held again from its record; needs no service."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import click

from qixi.cli.porch import Porch
from qixi.core import Problem, Refused, Text
from qixi.procedures.draw import promise as promised
from qixi.procedures.drawn import held_as_said

_BYTES = 32


@click.group()
def draw() -> None:
    """Take part in the draw of a panel, and hold it again."""


@draw.command()
@click.argument("party")
@click.pass_obj
def promise(porch: Porch, party: str) -> None:
    """Make a secret number for PARTY, whose number the page of the draw shows, and the promise of it."""
    number = secrets.token_bytes(_BYTES)
    porch.say(
        "现在提交承诺值；随机数自己保管，名单确定后再公布", "hand in the promise; keep the number for later"
    )
    click.echo(f"number\t{number.hex()}\npromise\t{promised(party, number)}")


@draw.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def check(porch: Porch, file: Path) -> None:
    """Hold a draw again from the record that its page offers; ends with code 4 where that gives another."""
    try:
        record = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise Refused(
            Problem(
                "file",
                Text(f"不是 JSON 文件：{file}", f"this is no JSON file: {file}"),
                Text("请从抽取页面重新下载", "download it again from the page of the draw"),
                file=str(file),
            )
        ) from None
    said = held_as_said(record)
    porch.say(said.zh, said.en)
