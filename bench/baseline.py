"""The strongest simple baseline: BM25 over characters and bigrams, idf raised, firms' history dropped."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from qixi.core import Need

_WORD = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")
_SENTENCE = re.compile(r"(?<=[。；;!！?？\n])")
# What the letters of firms say of themselves before they say what they want.
_HISTORY = re.compile(
    r"成立于|创建于|始建于|注册资本|注册资金|占地|员工|职工|高新技术企业|荣获|荣誉|获得.{0,12}(?:奖|称号|认定|认证)"
    r"|公司(?:简介|位于|坐落|现有|拥有|是一家|主要从事|主营|专业从事)|我公司是|本公司是|企业简介|年产值|销售收入|固定资产"
)
CONTENT_WEIGHT = 0.17


def grams(text: str) -> list[str]:
    """Return single characters and bigrams of Chinese, whole words of Latin letters and digits."""
    found: list[str] = []
    for run in _WORD.findall(text.lower()):
        if run[0] < "\u4e00":
            found.append(run)
        else:
            found += [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
    return found


def without_history(content: str) -> str:
    """Return the content without sentences in which a firm tells its history."""
    return "".join(s for s in _SENTENCE.split(content) if not _HISTORY.search(s))


def weigh(title: Iterable[str], content: Iterable[str]) -> dict[str, float]:
    """Return the weights of a query: counts of the title, damped and light ones of the content."""
    weights: dict[str, float] = dict(Counter(title))
    for term, count in Counter(content).items():
        weights[term] = weights.get(term, 0.0) + CONTENT_WEIGHT * (1 + math.log(count))
    return weights


class Bm25:
    """Okapi BM25 (Robertson & Zaragoza 2009) with idf = ln(1 + (N - n + 0.5)/(n + 0.5)) to a power."""

    def __init__(self, documents: Sequence[Sequence[str]], k1: float, b: float, idf_power: float) -> None:
        self.terms = {t: i for i, t in enumerate(sorted({t for d in documents for t in d}))}
        counts = [Counter(document) for document in documents]
        rows = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
        columns = np.array([self.terms[t] for count in counts for t in count])
        tf = np.array([n for count in counts for n in count.values()], dtype=np.float64)
        length = np.array([len(document) for document in documents], dtype=np.float64)
        df = np.bincount(columns, minlength=len(self.terms))
        idf = np.log(1 + (len(counts) - df + 0.5) / (df + 0.5)) ** idf_power
        norm = k1 * (1 - b + b * length / length.mean())
        worth = idf[columns] * tf * (k1 + 1) / (tf + norm[rows])
        self._worth = sp.csr_array((worth, (rows, columns)), shape=(len(counts), len(self.terms)))

    def score(self, weights: dict[str, float]) -> NDArray[np.float64]:
        """Return the score of every document."""
        query = np.zeros(len(self.terms))
        for term, weight in weights.items():
            if term in self.terms:
                query[self.terms[term]] = weight
        return np.asarray(self._worth @ query)


def strongest(titles: Sequence[str], needs: Sequence[Need], idf_power: float = 1.6) -> NDArray[np.float64]:
    """Return scores of shape (needs, titles) of the strongest simple baseline."""
    index = Bm25([grams(title) for title in titles], k1=0.8, b=0.5, idf_power=idf_power)
    return np.array([index.score(weigh(grams(n.title), grams(without_history(n.content)))) for n in needs])
