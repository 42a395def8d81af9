"""A story of a procedure, as it is written down.

A story is a YAML file in Chinese, the language of those who check it; its acts and fields are named by the
titles that the procedure declares, so that the same story is told in English too. Its words:

    名称 what it is called · 依据 the law · 预期 what is expected · 事项 the procedure · 经过 what happens

and of each thing that happens:

    日期 from which day on · 谁 who · 新办 begins a case as whom, in the division 地区 · 办理 which act
    填写 what is filled in · 进入 the step that it leads to · 届满 the last day of the period then
    不能 why it is refused · 改动 what the page marks as changed · 委托 who is given a mandate for 事项
    请求对接 asks on a need's page to be introduced to the holder of a technology that was shown for it
    机构 an organisation looked up by an officer, whose standing is 状态
    清单 lines of a list of patents that is handed in and taken in, and about which the case is begun
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from qixi.procedures import Procedure
from qixi.procedures.catalogue import catalogue, newest


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Strict):
    """Words in both languages."""

    zh: str
    en: str


class Happening(_Strict):
    """One thing that happens in a story."""

    day: date | None = Field(None, alias="日期")
    who: str = Field(alias="谁")
    begins_as: str | None = Field(None, alias="新办")
    division: str = Field("", alias="地区")
    does: str | None = Field(None, alias="办理")
    filled: Mapping[str, str | list[str]] = Field({}, alias="填写")
    then: str | None = Field(None, alias="进入")
    due: date | None = Field(None, alias="届满")
    refused: Said | None = Field(None, alias="不能")
    changed: list[str] = Field([], alias="改动")
    mandated: str | None = Field(None, alias="委托")
    acts: list[str] = Field([], alias="事项")
    asks_for: str | None = Field(None, alias="请求对接")
    organisation: str | None = Field(None, alias="机构")
    standing: str = Field("", alias="状态")
    listed: list[str] = Field([], alias="清单")


class Story(_Strict):
    """What happens, under which law, and what is expected of it."""

    title: Said = Field(alias="名称")
    law: str = Field(alias="依据")
    expected: str = Field(alias="预期")
    procedure: str = Field(alias="事项")
    happenings: list[Happening] = Field(alias="经过", min_length=1)

    @classmethod
    def read(cls, path: Path) -> Story:
        """Return the story of a file."""
        return cls.model_validate(yaml.safe_load(path.read_text("utf-8")))

    def declared(self) -> Procedure:
        """Return the procedure that the story is of."""
        return newest(
            next(code for (code, _), each in catalogue().items() if each.title.zh == self.procedure)
        )
