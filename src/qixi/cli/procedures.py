"""`qixi procedures`: what the catalogue declares, as guides, diagrams and schemas; whether it is sound."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import click

from qixi.cli.exchange import ready
from qixi.cli.porch import Porch
from qixi.cli.usage import Misuse
from qixi.core import Problem, Refused, Text
from qixi.policy import default_parameters
from qixi.policy.parameters import DIVISION, NATION
from qixi.procedures.catalogue import catalogue
from qixi.procedures.guide import diagram, guide, schemas
from qixi.procedures.lint import faults
from qixi.procedures.lock import changed, lines, published
from qixi.procedures.values import Procedure

LOCK = Path(__file__).parents[1] / "procedures" / "lock.txt"
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def procedures() -> None:
    """Show the procedures of the catalogue, and check that they are sound."""


@procedures.command("list")
@click.pass_obj
def listed(porch: Porch) -> None:
    """List every procedure and version."""
    for (code, version), procedure in catalogue().items():
        click.echo(f"{code}@{version}\t{porch.text(procedure.title)}")


def _division(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if re.fullmatch(DIVISION, value):
        return value
    raise Misuse(
        f"“{value}”不是行政区划代码；全国为 {NATION}，其他如 33、330100",
        f'"{value}" is no code of a division; the nation is {NATION}, others are as 33 or 330100',
    )


@procedures.command()
@click.argument("code")
@click.option(
    "--as", "form", type=click.Choice(["guide", "diagram", "schemas"]), default="guide", show_default=True
)
@click.option("--version", type=click.IntRange(1), help="Version; the newest where none is given.")
@click.option("--on", type=DAY, help="Day whose rules the guide shows; today where none is given.")
@click.option(
    "--division",
    default=NATION,
    show_default=True,
    callback=_division,
    help="Division whose rules it shows, as 33 or 330100.",
)
@click.pass_obj
def show(
    porch: Porch, /, code: str, form: str, version: int | None, on: datetime | None, division: str
) -> None:
    """Show the service guide, the diagram or the JSON Schemas of a procedure, as need or need@1."""
    procedure = _found(*_named(code, version))
    if form == "diagram":
        click.echo(diagram(procedure, porch.language), nl=False)
    elif form == "schemas":
        click.echo(json.dumps(schemas(procedure), ensure_ascii=False, indent=1))
    else:
        day = (on or datetime.now()).date()  # noqa: DTZ005  a day as people here have it
        click.echo(guide(procedure, default_parameters().on(day, division), porch.language), nl=False)


@procedures.command()
@click.pass_obj
def check(porch: Porch) -> None:
    """Check every procedure, and that no published version was changed; ends with code 4 otherwise."""
    problems = [
        _problem(Text(f"{code}@{version}：{fault}", f"{code}@{version}: {fault}"))
        for (code, version), procedure in catalogue().items()
        for fault in faults(procedure, default_parameters())
    ]
    problems += [
        _problem(Text(f"已发布的版本被改动：{place}", f"a published version was changed: {place}"))
        for place in changed(lines(catalogue().values()), published())
    ]
    if problems:
        raise Refused(*problems)
    porch.say(f"{len(catalogue())} 项程序无误", f"{len(catalogue())} procedures are sound")


@procedures.command()
@click.pass_obj
def publish(porch: Porch) -> None:
    """Add new versions to the lock; from then on they cannot be changed. Ends with code 4 where one was."""
    now, there = lines(catalogue().values()), published()
    other = changed(now, there)
    if other:
        raise Refused(
            *(
                _problem(Text(f"已发布的版本被改动：{place}", f"a published version was changed: {place}"))
                for place in other
            )
        )
    LOCK.write_text("".join(f"{line}\n" for line in now), "utf-8")
    porch.say(
        f"锁定 {len(now)} 项，新增 {len(now) - len(there)} 项",
        f"{len(now)} lines, {len(now) - len(there)} new",
    )


@procedures.command()
@click.argument("code")
@click.argument("version", type=click.IntRange(1))
@click.pass_obj
def rehearse(porch: Porch, code: str, version: int) -> None:
    """Replay open cases against another version, changing nothing; ends with code 4 where one would break."""
    target = _found(code, version)
    ready()
    from django.db import DatabaseError  # noqa: PLC0415

    from qixi.casework.queries.versions import rehearsed  # noqa: PLC0415  Django is ready from here on

    try:
        found = rehearsed(target)
    except DatabaseError as error:
        raise Refused(
            Problem(
                "database",
                Text(f"数据库无法读取：{error}", f"the database cannot be read: {error}"),
                Text("请先运行 qixi serve 建立数据库", "run qixi serve once, which sets it up"),
            )
        ) from None
    for each in found:
        click.echo("\t".join([each.number, each.step or "-", "; ".join(map(porch.text, each.breaks))]))
    broken = [each.number for each in found if each.breaks]
    if broken:
        raise Refused(
            _problem(
                Text(
                    f"{len(found)} 个在办案件中有 {len(broken)} 个不能适用该版本",
                    f"{len(broken)} of {len(found)} open cases would break",
                )
            )
        )
    porch.say(f"{len(found)} 个在办案件都可以适用", f"{len(found)} open cases would go on")


@procedures.command()
@click.argument("code")
@click.argument("version", type=click.IntRange(1))
@click.option("--by", "operator", required=True, help="User name of the operator, kept with each case.")
@click.option("--case", "cases", multiple=True, help="Move this case alone; may be given several times.")
@click.pass_obj
def rebase(porch: Porch, /, code: str, version: int, operator: str, cases: tuple[str, ...]) -> None:
    """Move open cases to another version, all or none; moving them back to their version undoes it.

    They are rehearsed first; ends with code 4 where one would break.
    """
    target = _found(code, version)
    ready()
    from django.db import transaction  # noqa: PLC0415  Django is ready from here on
    from django.utils import timezone  # noqa: PLC0415

    from qixi.casework.queries.versions import rehearsed  # noqa: PLC0415
    from qixi.casework.services import rebase as move  # noqa: PLC0415
    from qixi.registry.queries import account_called, actor_of  # noqa: PLC0415

    today = timezone.localdate()
    with transaction.atomic():
        actor = actor_of(account_called(operator), today)
        numbers = cases or tuple(each.number for each in rehearsed(target))
        moved = [(number, move(actor, number, version, today)) for number in numbers]
    for number, entry in moved:
        click.echo(f"{number}\t{entry.content['before']}\t{version}")
    porch.say(f"{len(moved)} 个案件改用第 {version} 版", f"{len(moved)} cases moved to version {version}")


def _named(code: str, version: int | None) -> tuple[str, int | None]:
    """Return code and version of what is named as the list names it, or by its code alone."""
    name, _, number = code.partition("@")
    if not re.fullmatch("[1-9][0-9]{0,8}", number):
        return code, version
    if version not in {None, int(number)}:
        raise Misuse(f"{code} 与 --version {version} 不一致", f"{code} is not of --version {version}")
    return name, int(number)


def _found(code: str, version: int | None) -> Procedure:
    versions = {number: procedure for (name, number), procedure in catalogue().items() if name == code}
    if not versions or (version is not None and version not in versions):
        known = ", ".join(f"{name}@{number}" for name, number in catalogue())
        raise Refused(
            Problem(
                "procedure",
                Text(f"没有程序“{code}”或该版本", f"there is no procedure {code!r} of that version"),
                Text(f"可用的有 {known}", f"there are {known}"),
            )
        )
    return versions[version or max(versions)]


def _problem(reason: Text) -> Problem:
    return Problem(
        "procedure",
        reason,
        Text(
            "请改正该文件；已发布的版本请另立新版", "correct the file; of a published version make a new one"
        ),
    )
