"""Organisations and people for tests of the registers."""

from __future__ import annotations

from datetime import date

from qixi.procedures.credit_code import check_character
from qixi.registry.domain.may import Actor
from qixi.registry.models import Organisation, Post, User
from qixi.registry.queries import actor_of
from qixi.registry.services import enter_organisation, give_post

DAY = date(2026, 3, 2)


def code(number: int) -> str:
    stem = f"91330100MA2AX{number:04}"
    return stem + check_character(stem)


def body(number: int, name: str, kind: str = "enterprise", division: str = "330102") -> Organisation:
    return enter_organisation(name, code(number), kind, division)


def person(name: str, organisation: Organisation | None = None, *titles: str, since: date = DAY) -> User:
    user = User.objects.create_user(name, f"{name}@demo.invalid", "secret-words", name=name)
    for title in titles:
        assert organisation is not None
        give_post(user, organisation, Post.Title(title), since)
    return user


def acting(user: User, today: date = DAY) -> Actor:
    return actor_of(user, today)


def officer(division: str, name: str = "officer") -> Actor:
    office = body(int(division.ljust(4, "0")[:4]), f"科技局{division}", "office", division)
    return acting(person(name, office, "officer"))
