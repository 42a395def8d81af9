"""How firms grade what they are shown: the three dimensions of the national action. Pure.

The dimensions are documented; the scale of each is not: 0 to 3 here, as in `qixi.tables.GRADES`, unconfirmed.
"""

from __future__ import annotations

from pydantic import model_validator

from qixi.procedures.forms import Form, titled

MOST = 3


class GradeForm(Form):
    """A firm's grades, 0 to 3 each, and why."""

    prospects: int | None = titled(
        "产业化前景（0–3）", "Prospects in industry (0-3)", default=None, ge=0, le=MOST
    )
    improvement: int | None = titled(
        "技术改进需求（0–3）", "Need for improvement (0-3)", default=None, ge=0, le=MOST
    )
    cooperation: int | None = titled(
        "产学研合作意愿（0–3）", "Willingness to cooperate (0-3)", default=None, ge=0, le=MOST
    )
    why: str = titled("理由", "Why", default="", max_length=2000)

    @model_validator(mode="after")
    def _says_something(self) -> GradeForm:
        if self.prospects is None and self.improvement is None and self.cooperation is None:
            msg = "请至少给出一项评价 / grade at least one of the three"
            raise ValueError(msg)
        return self
