"""Reading parameters: those that come with Qixi, and those an installation lays over them, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qixi.core import Grade, Law, Problem, Refused, Text
from qixi.core.entries import wrong
from qixi.policy.home import policy_folder
from qixi.policy.parameters import DIVISION, NATION, Measure, Parameter, Parameters

_LARGEST = 2**20
"""Bytes of a file of parameters, at most."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    document: str = Field(min_length=1)
    article: str = ""
    number: str = ""
    grade: Grade


class _Version(BaseModel):
    """One value of a parameter: from when, until when, where, by what."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    value: Decimal
    valid_from: date
    valid_to: date | None = None
    division: str = Field(default=NATION, pattern=DIVISION)
    source: _Source
    confirmed: bool
    note: _Words | None = None


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
    title: _Words
    unit: Measure
    versions: tuple[_Version, ...] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    parameters: tuple[_Entry, ...]


def read_parameters(paths: Sequence[Path]) -> Parameters:
    """Read files of parameters; raises Refused with every fault, by file, line and entry."""
    return Parameters(_read(paths))


@cache
def default_parameters() -> Parameters:
    """Return the parameters in use: those shipped, with those of the home folder laid over them.

    What comes with Qixi is `policy/data/parameters/*.yaml`, what the installation sets `policy/*.yaml` in its
    home folder, in the same form. Raises Refused for what is wrong there, or sets nothing that Qixi knows.
    """
    shipped = shipped_parameters()
    own = _read(sorted(policy_folder().glob("*.yaml")))
    problems = list(_strangers(shipped, own))
    if problems:
        raise Refused(*problems)
    return Parameters([*shipped, *own])


@cache
def shipped_parameters() -> Parameters:
    """Return the parameters that come with Qixi alone."""
    folder = files("qixi.policy") / "data" / "parameters"
    sources = sorted((each for each in folder.iterdir() if each.name.endswith(".yaml")), key=lambda e: e.name)
    return Parameters(each for source in sources for each in _parsed(source.read_bytes()))


def _read(paths: Iterable[Path]) -> list[Parameter]:
    found: list[Parameter] = []
    problems: list[Problem] = []
    for path in paths:
        content = b""
        try:
            content = path.read_bytes()
            if len(content) > _LARGEST:
                raise ValueError(f"more than {_LARGEST} bytes")
            found.extend(_parsed(content, str(path)))
        except ValidationError as error:
            problems.extend(
                _fault(path, ".".join(map(str, e["loc"])), wrong(e), _line(content, e["loc"]))
                for e in error.errors()
            )
        except yaml.MarkedYAMLError as error:
            why = " ".join(filter(None, (error.context, error.problem)))
            row = error.problem_mark.line + 1 if error.problem_mark is not None else None
            problems.append(_fault(path, None, Text(why, why), row))
        except (OSError, ValueError, yaml.YAMLError) as error:
            why = " ".join(str(error).split())
            problems.append(_fault(path, None, Text(why, why)))
    if problems:
        raise Refused(*problems)
    return found


def _strangers(shipped: Parameters, own: Iterable[Parameter]) -> Iterator[Problem]:
    """Yield what is wrong with parameters of which Qixi makes no use, or not in that unit."""
    units = {each.key: each.unit for each in shipped}
    periods = {"days", "working_days"}
    for each in own:
        unit = units.get(each.key)
        if unit is None:
            why = Text("七夕没有这个参数", "Qixi knows no such parameter")
            yield _fault(Path(each.file), each.key, why)
        elif unit != each.unit and not {unit, each.unit} <= periods:
            why = Text(f"单位应为 {unit}", f"its unit is {unit}")
            yield _fault(Path(each.file), each.key, why)


def _line(content: bytes, place: Sequence[str | int]) -> int:
    """Return the line of an entry, or of the closest around it that is there."""
    node = yaml.compose(content, Loader=_Loader)
    for step in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            inner = {key.value: value for key, value in node.value}
            node = inner.get(step, node)
    return node.start_mark.line + 1 if node is not None else 1


def _parsed(content: bytes, file: str = "") -> Iterator[Parameter]:
    # Figures are read as they are written: 0.1 must not become a float.
    plain: Any = yaml.load(content, Loader=_Loader)  # noqa: S506  a SafeLoader that reads less
    for entry in _File.model_validate(plain).parameters:
        for each in entry.versions:
            yield Parameter(
                entry.key,
                Text(entry.title.zh, entry.title.en),
                each.value,
                entry.unit,
                each.valid_from,
                each.valid_to,
                each.division,
                Law(each.source.document, each.source.article, each.source.number, each.source.grade),
                each.confirmed,
                Text(each.note.zh, each.note.en) if each.note else None,
                file,
            )


class _Loader(yaml.SafeLoader):
    """Plain YAML without aliases, which can swell, and with figures left as text."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:float"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _fault(path: Path, setting: str | None, why: Text, row: int | None = None) -> Problem:
    return Problem(
        "parameter",
        Text(f"参数文件无法使用：{why.zh}", f"the file of parameters cannot be used: {why.en}"),
        Text("请对照七夕自带的参数文件改正", "correct it after the files of parameters that come with Qixi"),
        file=str(path),
        row=row,
        setting=setting,
    )
