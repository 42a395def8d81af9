"""The suggested form of cooperation, from a written table over maturity and unmet requirements."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qixi.core import Problem, Refused, Text
from qixi.core.entries import wrong


class Form(StrEnum):
    """专利应用, 技术开发, 产学研合作."""

    APPLY = "apply"
    DEVELOP = "develop"
    RESEARCH = "research"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Name(_Part):
    zh: str
    en: str


class Row(_Part):
    """One row: a band of readiness levels (empty when unknown) and the most that may be unmet."""

    id: str
    trl: tuple[()] | tuple[Annotated[int, Field(ge=1, le=9)], Annotated[int, Field(ge=1, le=9)]]
    unmet_up_to: float | None = Field(default=None, ge=0, le=1)
    form: Form

    def holds(self, maturity: int | None, unmet: float | None) -> bool:
        """Return whether this row speaks of the case."""
        if (self.unmet_up_to is None) != (unmet is None):
            return False
        if unmet is not None and self.unmet_up_to is not None and unmet > self.unmet_up_to:
            return False
        if len(self.trl) == 2:
            return maturity is not None and self.trl[0] <= maturity <= self.trl[1]
        return maturity is None


class Shares(_Part):
    """How much of a requirement's weight counts as unmet; `title` scales a title's weight."""

    contradicts: float = Field(default=1.0, ge=0, le=1)
    partly: float = Field(default=0.5, ge=0, le=1)
    unseen: float = Field(default=0.6, ge=0, le=1)
    title: float = Field(default=0.5, ge=0, le=1)


class Table(_Part):
    """The whole table; every maturity and share has a row."""

    source_zh: str
    source_en: str
    confirmed: bool
    form: dict[Form, _Name]
    row: tuple[Row, ...]
    unmet: Shares = Shares()

    @model_validator(mode="after")
    def _covers_every_case(self) -> Table:
        if set(self.form) != set(Form):
            msg = f"names are needed for {', '.join(Form)}"
            raise ValueError(msg)
        for maturity in (None, *range(1, 10)):
            for unmet in (None, 1.0):
                if not any(row.holds(maturity, unmet) for row in self.row):
                    msg = f"no row for maturity {maturity} and unmet share {unmet}"
                    raise ValueError(msg)
        return self


class Suggestion(_Part):
    """The suggested form, the row that decided, why, and whether anyone confirmed the table."""

    form: Form
    row: str
    confirmed: bool
    name: Text
    reason: Text
    source: Text


@cache
def default_table() -> Table:
    """Return the table shipped with the package."""
    return _parse((files("qixi.match") / "data" / "suggestion.toml").read_text(encoding="utf-8"), None)


def read_table(path: Path) -> Table:
    """Read an operator's own table; raises Refused with what is wrong and where."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(Text(str(error), str(error)), path.name) from error
    return _parse(text, path.name)


def _parse(text: str, file: str | None) -> Table:
    try:
        return Table.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        faults = error.errors() if isinstance(error, ValidationError) else []
        said = [(".".join(map(str, each["loc"])), wrong(each)) for each in faults]
        zh = "；".join(f"{place}：{words.zh}" for place, words in said)
        en = "; ".join(f"{place}: {words.en}" for place, words in said)
        raise _refused(Text(zh or str(error), en or str(error)), file) from error


def _refused(detail: Text, file: str | None) -> Refused:
    return Refused(
        Problem(
            "suggestion-table",
            Text(
                f"合作形式判定表无法读取：{detail.zh}",
                f"the table of suggested forms cannot be read: {detail.en}",
            ),
            Text("请对照随附的 suggestion.toml 修改", "correct it after the suggestion.toml that is shipped"),
            file=file,
        )
    )


def suggest(maturity: int | None, unmet: float | None, table: Table | None = None) -> Suggestion:
    """Return the suggested form for a technology.

    `maturity` is a readiness level 1-9 or None where unknown; `unmet` the weighted share (0..1) of
    the need's requirements left unmet or unseen, None where the need asks nothing (see `spans.what_lacks`).
    """
    table = table or default_table()
    row = next(row for row in table.row if row.holds(maturity, unmet))
    name = table.form[row.form]
    return Suggestion(
        form=row.form,
        row=row.id,
        confirmed=table.confirmed,
        name=Text(name.zh, name.en),
        reason=_reason(maturity, unmet),
        source=Text(table.source_zh, table.source_en),
    )


def _reason(maturity: int | None, unmet: float | None) -> Text:
    zh = "技术成熟度未知" if maturity is None else f"技术成熟度 {maturity} 级"
    en = "maturity unknown" if maturity is None else f"readiness level {maturity}"
    if unmet is None:
        return Text(f"{zh}，需求未列可比对的要求", f"{en}; the need states nothing to hold it against")
    return Text(
        f"{zh}，尚有 {unmet:.0%} 的要求未满足或未见说明",
        f"{en}; {unmet:.0%} of what is asked is not met or not seen",
    )
