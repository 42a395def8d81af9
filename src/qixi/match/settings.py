"""What an operator sets about matching, from a TOML file, and the digest that names a setting."""

from __future__ import annotations

import hashlib
import json
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qixi.core import Problem, Refused, Text
from qixi.core.entries import wrong
from qixi.match.assign.settings import AssignSettings
from qixi.match.learning.settings import Calibration, Learned, LearningSettings
from qixi.match.models import ModelSettings
from qixi.tables import Limits


class _Part(BaseModel):
    # Inputs stay out of messages: a key pasted into the wrong line must not be shown.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class FitWeights(_Part):
    """Shares of the three fits in a pair's score; they are scaled to sum to 1.

    The city model that names the three fits does not publish its weights, so these are Qixi's own
    and unconfirmed: the words of the need tell most.
    """

    business: float = Field(default=0.15, ge=0, le=1)
    need: float = Field(default=0.7, gt=0, le=1)
    portfolio: float = Field(default=0.15, ge=0, le=1)


class Fusion(_Part):
    """Weights of the scorers in the need fit, and the standard deviations that make it one half."""

    lexical: float = Field(default=1.0, gt=0)
    topics: float = Field(default=0.4, ge=0, le=100)
    subclasses: float = Field(default=0.4, ge=0, le=100)
    half: float = Field(default=6.0, ge=0.01, le=1000)


class Withholding(_Part):
    """Which records are left out or folded.

    `lapsed`: patents that have lapsed or are invalid, which are free to use and not offered for transfer.
    `exclusive`: what another holds alone. `own`: what is the firm's own. `family`: further members of a
    patent family.
    """

    lapsed: bool = True
    exclusive: bool = True
    own: bool = True
    family: bool = True


class Heads(_Part):
    """Further column heads, by field, for supply and demand files; they win over the known ones."""

    supply: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    demand: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Settings(_Part):
    """All settings of a match. Paths are relative to the folder the command runs in.

    `crosswalk` and `suggestion` name an operator's own tables, which replace the packaged ones.
    `infer_ipc` lets the business fit guess IPC subclasses from the text of technologies and
    businesses that state none; guessed sides count as known, and the reasons say so.
    """

    weights: FitWeights = FitWeights()
    fusion: Fusion = Fusion()
    withhold: Withholding = Withholding()
    crosswalk: Path | None = None
    suggestion: Path | None = None
    heads: Heads = Heads()
    limits: Limits = Limits()
    infer_ipc: bool = False
    models: ModelSettings = ModelSettings()
    learning: LearningSettings = LearningSettings()
    assign: AssignSettings = AssignSettings()
    calibration: Calibration | None = None
    learned: Learned | None = None

    @model_validator(mode="after")
    def _curves_of_these_weights(self) -> Self:
        if self.calibration is not None and self.calibration.scores != self.scale():
            msg = (
                "[calibration] 属于另一组权重：请重新运行 qixi learn，或删去该表 / "
                "[calibration] belongs to other weights: run qixi learn again, or remove the table"
            )
            raise ValueError(msg)
        return self

    def scale(self) -> str:
        """Return 16 hex digits that name what makes a score of the fits: other weights, other digits."""
        parts = {"weights", "fusion", "infer_ipc"}
        values = self.model_dump(mode="json", include=parts)
        chosen = self.models.embedding
        values["embedding"] = None if chosen is None else chosen.model_dump(mode="json")
        return _digest(values)

    def digest(self) -> str:
        """Return the first 16 hex digits of the SHA-256 of the settings in canonical form.

        An operator's table counts by its content, wherever it lies; where answers of models are
        kept does not count, nor what is set about learning and allocation. Raises Refused where a table
        cannot be read.
        """
        aside: dict[str, Any] = {
            "models": {"cache", "cache_mib"},
            "learning": True,
            "learned": True,
            "assign": True,
        }
        if self.calibration is None:
            aside["calibration"] = True
        values = self.model_dump(mode="json", exclude=aside)
        values |= {"crosswalk": _content(self.crosswalk), "suggestion": _content(self.suggestion)}
        return _digest(values)


def _digest(values: Mapping[str, Any]) -> str:
    canonical = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _content(table: Path | None) -> str | None:
    """Return the digest of a table's bytes, None where none is named."""
    if table is None:
        return None
    try:
        return hashlib.sha256(table.read_bytes()).hexdigest()
    except OSError as fault:
        raise Refused(
            Problem(
                "settings-table",
                Text("设置指明的表无法读取", "a table that the settings name cannot be read"),
                Text("请检查路径与读取权限", "check the path, and that you may read it"),
                file=str(table),
            )
        ) from fault


_MOST_BYTES = 2**20


def read_settings(path: Path) -> Settings:
    """Read settings from TOML; raises Refused naming every wrong entry."""
    try:
        about = path.stat()
        # A pipe or a device would be read for ever.
        if stat.S_ISREG(about.st_mode) and about.st_size <= _MOST_BYTES:
            values = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        else:
            raise _unreadable(path, Text("不是普通文件，或超过 1 MiB", "no regular file, or over 1 MiB"))
    except OSError as fault:
        raise _unreadable(path, Text(fault.strerror or "", fault.strerror or "")) from fault
    except (ValueError, RecursionError) as fault:  # bad UTF-8 and bad TOML are ValueErrors
        reason = str(fault)[:200] if isinstance(fault, tomllib.TOMLDecodeError) else type(fault).__name__
        raise _unreadable(path, Text(reason, reason)) from fault
    try:
        return Settings.model_validate(values)
    except ValidationError as fault:
        raise Refused(*(_wrong(path, error) for error in fault.errors())) from fault


def _unreadable(path: Path, reason: Text) -> Refused:
    return Refused(
        Problem(
            "settings-unreadable",
            Text(f"设置文件无法读取：{reason.zh}", f"the settings file cannot be read: {reason.en}"),
            Text("请提供 UTF-8 编码的 TOML 文件", "give a TOML file in UTF-8"),
            file=str(path),
        )
    )


def _wrong(path: Path, error: Mapping[str, Any]) -> Problem:
    return Problem(
        "settings-wrong",
        wrong(error),
        Text("请按文档“Settings”（设置）改正", 'correct it as the page "Settings" says'),
        file=str(path),
        setting=".".join(str(part) for part in error["loc"]) or None,
    )
