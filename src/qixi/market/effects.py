"""What cases cause in the market."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qixi.casework.queries.subjects import About, about
from qixi.market.queries.intakes import belongs, taken_in_by
from qixi.market.queries.introductions import CODE, holders, known, may_begin
from qixi.market.services.introductions import post
from qixi.market.services.stock import enter_library, leave_library
from qixi.procedures import Kind
from qixi.procedures.effects import Cause, performs
from qixi.registry.domain.may import Actor


@performs(Kind.PUBLISH, "library")
def enter(cause: Cause, _: Mapping[str, Any]) -> None:
    """Take the patents of a list into the library of what is to be transferred."""
    enter_library(cause.subject, cause.case, cause.on)


@performs(Kind.WITHDRAW, "library")
def leave(cause: Cause, _: Mapping[str, Any]) -> None:
    """Take out of the library what a case has brought into it."""
    leave_library(cause.case, cause.on)


def _has_list(_: Actor, party: str, number: str, __: date) -> bool:
    return belongs(number, party)


def _lists(actor: Actor, _: date) -> list[tuple[str, str]]:
    return [(str(each.number), f"{each.name} {each.begun_on}") for each in taken_in_by(actor)]


about("list", About(_has_list, _lists, required=True))
about("match", About(may_begin, partners=holders, knows=known))
performs(Kind.POST, CODE)(post)
