"""What an operator sets about market allocation, in the part [assign] of the settings."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qixi.match.assign.calibration import along


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class ExplorationSettings(_Part):
    """How much is shown to learn from rather than for its likelihood.

    `share` is the chance of each lottery to go to the shaken allocation, 0 for no exploration;
    `temperature` scales the noise on the logits of likelihoods: the more, the larger and fewer the lotteries;
    `seed` makes a draw repeatable.
    """

    share: float = Field(default=0.0, ge=0, le=0.5)
    temperature: float = Field(default=0.05, gt=0, le=10)
    seed: int = Field(default=0, ge=0, le=2**32 - 1)


class AssignSettings(_Part):
    """Capacities, floors and effort. The numbers are Qixi's own and unconfirmed; 0 is a capacity, too.

    `reads`, `talks` and `carries` hold where the capacities file names nobody else's; `carries` missing is
    no limit. `response` is the share of what is shown that comes to ask for a talk: where it is below 1,
    inventors and brokers are shown to so many more. `groups` are pairs owed to groups of needs, by
    name. `serious` is the likelihood from which a candidate counts for the floor that gives every need one
    where one exists. `talker` says whose room talks take: the technology's own or the inventor's (the
    first one named, by name and applicant). `broker_column` and `group_column` name columns of people's
    files; "region" is the need's region. `calibration` are points (score, likelihood), by which scores
    become likelihoods. Up to `exact_pairs` the exact solver is used, for `seconds` at most; beyond,
    or where it finds nothing in its time, auctions that stop at `gap`.
    """

    reads: int = Field(default=10, ge=0, le=1_000_000)
    talks: int = Field(default=5, ge=0, le=1_000_000)
    carries: int | None = Field(default=None, ge=0, le=100_000_000)
    response: float = Field(default=1.0, ge=0.01, le=1)
    serious: float = Field(default=0.5, gt=0, le=1)
    floor: bool = True
    groups: dict[str, int] = Field(default_factory=dict)
    talker: Literal["technology", "inventor"] = "technology"
    broker_column: str = Field(default="broker", min_length=1, max_length=200)
    group_column: str = Field(default="group", min_length=1, max_length=200)
    calibration: tuple[tuple[float, float], ...] = Field(default=(), max_length=10_000)
    exploration: ExplorationSettings = ExplorationSettings()
    exact_pairs: int = Field(default=20_000, ge=0, le=1_000_000)
    seconds: float = Field(default=60.0, gt=0, le=86_400)
    gap: float = Field(default=0.01, ge=0.0001, le=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        try:
            along(self.calibration)
        except ValueError as fault:
            msg = (
                "calibration 的分数须递增，可能性须在 0 到 1 之间且不递减 / "
                "in calibration scores rise, and likelihoods lie in 0..1 and do not fall"
            )
            raise ValueError(msg) from fault
        if any(number < 0 for number in self.groups.values()):
            msg = "groups 中的数须不小于 0 / the numbers in groups are at least 0"
            raise ValueError(msg)
        return self
