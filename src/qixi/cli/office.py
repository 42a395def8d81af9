"""`qixi office`: the first office, its first officer, an operator; later ones come in by their cases."""

from __future__ import annotations

import click

from qixi.cli.exchange import brought_up
from qixi.cli.porch import Porch
from qixi.core import Problem, Refused, Text
from qixi.procedures.credit_code import credit_code


@click.command()
@click.argument("name")
@click.argument("code")
@click.argument("division")
@click.option("--username", required=True, help="Account of the officer; opened where there is none.")
@click.option("--operator", is_flag=True, help="The account also operates the service.")
@click.option(
    "--password",
    prompt="口令 / password",
    hide_input=True,
    confirmation_prompt=True,
    envvar="QIXI_PASSWORD",
    help="Its password; asked for where it is not given, QIXI_PASSWORD gives it too.",
)
@click.pass_obj
def office(
    porch: Porch,
    name: str,
    code: str,
    division: str,
    username: str,
    operator: bool,
    password: str,
) -> None:
    """Enter the office NAME with credit code CODE in DIVISION (six digits), and its first officer."""
    try:
        checked = credit_code(code)
    except ValueError:
        raise Refused(
            Problem(
                "credit-code",
                Text(f"统一社会信用代码不正确：{code}", f"not a unified social credit code: {code}"),
                Text("请核对 18 位代码", "check its 18 characters"),
            )
        ) from None
    brought_up()
    from django.utils import timezone  # noqa: PLC0415  Django is ready from here on

    from qixi.registry.services import found_office  # noqa: PLC0415

    found_office(name, checked, division, username, password, timezone.localdate(), operator=operator)
    porch.say(f"已登记 {name}，经办人员 {username}", f"{name} is entered, with {username} as its officer")
