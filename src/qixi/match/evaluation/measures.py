"""The measures of retrieval and their names, such as nDCG(gain=exp,pool=judged)@10 or R(rel=2)@100."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qixi.core import Problem, Refused, Text


class Kind(StrEnum):
    """What is measured. All lie in 0..1; the mean of RR is MRR, the mean of AP is MAP.

    nDCG: Järvelin & Kekäläinen, ACM TOIS 20(4), 2002, discount 1/log2(rank + 1) from rank 1 on.
    RR: one over the rank of the first relevant item. AP: precision at each relevant item, summed and
    divided by the number of relevant items in the judgements. R: recall. P: precision, divided by k
    also where fewer were ranked (as trec_eval does).
    """

    NDCG = "nDCG"
    RR = "RR"
    AP = "AP"
    R = "R"
    P = "P"


class Gain(StrEnum):
    """What a grade is worth in nDCG.

    EXP: 2^grade - 1 (Burges and others, ICML 2005). LIN: the grade (Järvelin & Kekäläinen 2002).
    """

    EXP = "exp"
    LIN = "lin"


class Pool(StrEnum):
    """Which items are ranked: all of the corpus, unjudged ones counting 0, or only the judged ones."""

    CORPUS = "corpus"
    JUDGED = "judged"


_KINDS = {kind.value.lower(): kind for kind in Kind} | {
    "mrr": Kind.RR,
    "map": Kind.AP,
    "recall": Kind.R,
    "precision": Kind.P,
}
_NAME = re.compile(r"(?P<kind>[A-Za-z]+)(?:\((?P<settings>[^()]*)\))?(?:@(?P<k>[0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: kind, cut-off `k`, lowest grade that counts as relevant, gain (nDCG), pool.

    nDCG must name its gain, since the field uses both and their values are not comparable; for it
    `rel` stays 1. R and P need `k`. Raises Refused for what does not fit together.
    """

    kind: Kind
    k: int | None = None
    rel: int = 1
    gain: Gain | None = None
    pool: Pool = Pool.CORPUS

    def __post_init__(self) -> None:
        if (self.kind is Kind.NDCG) != (self.gain is not None):
            raise _refused(
                self.kind, Text("nDCG 须且只有 nDCG 可写明增益", "nDCG, and it alone, names a gain")
            )
        if self.kind is Kind.NDCG and self.rel != 1:
            raise _refused(self.kind, Text("nDCG 不用相关等级", "nDCG takes no level of relevance"))
        if self.k is None and self.kind in (Kind.R, Kind.P):
            raise _refused(self.kind, Text("召回率和精确率须写明 k", "Recall and precision need a cut-off"))
        if self.rel < 1 or (self.k is not None and self.k < 1):
            raise _refused(
                self.kind, Text("k 和相关等级须至少为 1", "Cut-off and level of relevance start at 1")
            )

    def __str__(self) -> str:
        settings = [f"gain={self.gain}"] if self.gain else []
        settings += [f"rel={self.rel}"] if self.rel != 1 else []
        settings += [f"pool={self.pool}"] if self.pool is not Pool.CORPUS else []
        inside = f"({','.join(settings)})" if settings else ""
        return f"{self.kind}{inside}" + (f"@{self.k}" if self.k else "")

    @classmethod
    def parse(cls, name: str) -> Measure:
        """Read a name as `str` writes it; MRR, MAP, recall and precision are understood too.

        Raises Refused for anything else.
        """
        found = _NAME.fullmatch(name.replace(" ", ""))
        kind = _KINDS.get(found["kind"].lower()) if found else None
        if found is None or kind is None:
            raise _refused(name, Text("没有这个指标", "There is no such measure"))
        settings = _settings(name, found["settings"] or "")
        gain = settings.get("gain")
        return cls(
            kind,
            int(found["k"]) if found["k"] else None,
            int(settings.get("rel", "1")),
            Gain(gain) if gain else None,
            Pool(settings.get("pool", Pool.CORPUS)),
        )


_ALLOWED = {
    "gain": re.compile("exp|lin"),
    "rel": re.compile("[0-9]{1,2}"),
    "pool": re.compile("corpus|judged"),
}


def _settings(name: str, inside: str) -> Mapping[str, str]:
    settings: dict[str, str] = {}
    for part in inside.split(",") if inside else ():
        key, _, value = part.partition("=")
        allowed = _ALLOWED.get(key)
        if allowed is None or not allowed.fullmatch(value) or key in settings:
            raise _refused(name, Text(f"设置“{part}”有误", f"The setting “{part}” is wrong"))
        settings[key] = value
    return settings


def _refused(name: str, reason: Text) -> Refused:
    remedy = Text(
        "请写成 nDCG(gain=exp,pool=judged)@10、nDCG(gain=lin)@10、RR@10、AP、R(rel=2)@100 或 P@10",
        "Write nDCG(gain=exp,pool=judged)@10, nDCG(gain=lin)@10, RR@10, AP, R(rel=2)@100 or P@10",
    )
    return Refused(
        Problem(
            "measure-unknown", Text(f"指标“{name}”：{reason.zh}", f"Measure “{name}”: {reason.en}"), remedy
        )
    )


STANDARD = tuple(
    Measure.parse(name)
    for name in (
        "nDCG(gain=exp,pool=judged)@10",
        "nDCG(gain=lin,pool=judged)@10",
        "R(rel=2)@100",
        "R@100",
        "RR@10",
        "AP",
        "P@10",
    )
)
"""What `evaluate` measures when nothing else is asked for."""
