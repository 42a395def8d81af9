"""The one way a model says that it cannot help, so that the engine can finish without it."""

from __future__ import annotations

from qixi.core import Text


class ModelUnavailable(Exception):  # noqa: N818  it is a state of affairs, not a fault of the run
    """Raised when a model gives no usable answer; the default engine's result then stands.

    `whole_run` is true when the model is gone (refused connection, budget spent): what it said so
    far in this run must then be left out as well, because scores with and without it do not
    compare. It is false when one need's answer was unusable and the others' may stand.
    """

    def __init__(self, text: Text, *, whole_run: bool = True) -> None:
        self.text = text
        self.whole_run = whole_run
        super().__init__(str(text))
