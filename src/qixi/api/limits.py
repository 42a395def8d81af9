"""How many requests one caller may send in a while, whichever process they reach."""

from __future__ import annotations

import time
from dataclasses import dataclass

from qixi.api.services import count_request

_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left: `most` requests in `window` seconds, `left` of them, anew in `wait` seconds."""

    most: int
    window: int
    left: int
    wait: int
    exceeded: bool

    def headers(self) -> dict[str, str]:
        """Return the head lines that tell it to a program."""
        said = {
            "RateLimit-Policy": f'"default";q={self.most};w={self.window}',
            "RateLimit": f'"default";r={self.left};t={self.wait}',
        }
        return said | ({"Retry-After": str(self.wait)} if self.exceeded else {})


def spend(caller: str, rate: str) -> Allowance:
    """Count one request of a caller and return what it has left; `rate` is as 300/m.

    Counted by windows that begin at the same moment for all, so that no request need be remembered alone.
    """
    most, unit = rate.split("/")
    window, now = _UNITS[unit], time.time()
    begins = int(now // window) * window
    count = count_request(caller, begins, begins + window)
    wait = max(1, round(begins + window - now))
    return Allowance(int(most), window, max(0, int(most) - count), wait, count > int(most))
