"""Why a pair is not shown and why a need got nothing serious, in plain words from room and prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qixi.core import Text
from qixi.match.assign.allocation import Allocation
from qixi.match.assign.certificate import usage
from qixi.match.assign.coverage import behind
from qixi.match.assign.market import NOBODY

_NAMED = 5
"""So many of those who hold the room are named."""

_FULL = {
    "talker-full": Text("发明人（或技术）", "the inventor (or technology)"),
    "firm-full": Text("企业", "the firm"),
}

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its code, for programs, and its words; `enough` where prices would say nothing new."""

    code: str
    text: Text
    enough: bool = False


@dataclass(slots=True)
class Why:
    """Answers about one allocation."""

    allocation: Allocation
    _used: tuple[Index, ...] = field(init=False)
    _shown: Index = field(init=False)
    _need: Index = field(init=False)
    _firm_of_need: NDArray[np.int32] = field(init=False)
    _by_firm: Index = field(init=False)
    _by_talker: Index = field(init=False)
    _behind: NDArray[np.bool_] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        market = self.allocation.market
        self._used = usage(market, self.allocation.shown)
        self._shown = np.flatnonzero(self.allocation.shown)
        self._need = market.need_of(self._shown)
        self._firm_of_need = market.firm_of_need()
        self._by_firm = np.argsort(self._firm_of_need[self._need], kind="stable")
        self._by_talker = np.argsort(market.talker[self._shown], kind="stable")

    def not_shown(self, pair: int) -> Reason:
        """Say why a pair of the market is not shown; raises ValueError for one that is."""
        if self.allocation.shown[pair]:
            msg = "the pair is shown"
            raise ValueError(msg)
        if self.allocation.best[pair]:
            return Reason(
                "draw", Text("探索抽签时让位给了另一项", "the draw for exploration put another in its place")
            )
        if self.allocation.market.likelihood[pair] <= 0:
            return Reason("no-likelihood", Text("可能性为 0", "its likelihood is 0"))
        found = [each for each in (self._talker(pair), self._firm(pair), self._broker(pair)) if each]
        cost = self._cost(pair)
        if not found:
            return cost or self._left_over()
        texts = [each.text for each in found]
        # The price tells why less likely pairs stay; where all are likelier it would say nothing new.
        if cost is not None and not any(each.enough for each in found):
            texts.append(cost.text)
        return Reason(found[0].code, _joined(texts))

    def need_without(self, need: int) -> Reason | None:
        """Say why a need is shown no serious candidate; None where it is shown one."""
        market = self.allocation.market
        pairs = slice(int(market.start[need]), int(market.start[need + 1]))
        earnest = market.earnest()[pairs]
        if bool(np.any(earnest & self.allocation.shown[pairs])):
            return None
        if not earnest.any():
            best = float(market.likelihood[pairs].max(initial=0.0))
            return Reason(
                "no-serious",
                Text(
                    f"没有达到 {market.serious:g} 的候选，最高为 {best:.3f}",
                    f"no candidate reaches {market.serious:g}; the likeliest has {best:.3f}",
                ),
            )
        count = int(earnest.sum())
        firm = int(self._firm_of_need[need])
        if self._is_behind(need):
            return self._exhausted(count)
        if self._used[0][firm] >= market.reads[firm]:
            return self._firm_full_for_need(need, firm, count)
        return self._elsewhere(count)

    def _is_behind(self, need: int) -> bool:
        """Say whether a cut proves that somebody had to go without, and this need lies behind it."""
        certificate = self.allocation.certificate
        if self._behind is None:
            self._behind = behind(self.allocation.market, certificate.cut)
        return bool(self._behind[need]) and certificate.given == certificate.given_bound

    def _exhausted(self, count: int) -> Reason:
        certificate = self.allocation.certificate
        zh = (
            f"它的 {count} 项可行候选，对方的时间全部给了同样没有别处可去的需求；"
            f"任何安排至多能满足 {certificate.given_bound}/{certificate.owed}，本次已满足 {certificate.given}"
        )
        en = (
            f"the people behind its {count} serious candidates are all taken by needs that have nowhere else "
            f"to go; no allocation gives more than {certificate.given_bound} of {certificate.owed} what they "
            f"are owed, and this one gives {certificate.given}"
        )
        return Reason("room-exhausted", Text(zh, en))

    def _elsewhere(self, count: int) -> Reason:
        certificate = self.allocation.certificate
        given, most = certificate.given, certificate.given_bound
        zh = f"它的 {count} 项可行候选都让给了别的需求；本次满足 {given}，上界 {most}"
        en = (
            f"its {count} serious candidates went to other needs; {given} needs are given one, and no more "
            f"than {most} can be"
        )
        return Reason("went-elsewhere", Text(zh, en))

    def _firm_full_for_need(self, need: int, firm: int, count: int) -> Reason:
        market = self.allocation.market
        name, most = market.firm_ids[firm], int(market.reads[firm])
        zh = f"企业“{name}”至多阅读 {most} 项，已排满；本需求的 {count} 项可行候选未能排入"
        en = (
            f'the firm "{name}" reads {most} at most and has them; '
            f"the {count} serious candidates here found no room"
        )
        return Reason("firm-full", Text(zh, en))

    def _talker(self, pair: int) -> Reason | None:
        market = self.allocation.market
        who = int(market.talker[pair])
        most = int(market.talks[who])
        if self._used[1][who] < most:
            return None
        if most == 0:
            return Reason(
                "talker-closed",
                Text("发明人（或技术）不接待", "the inventor (or technology) talks to nobody"),
            )
        holders = _those(self._shown, self._by_talker, market.talker[self._shown], who)
        names = [(market.demand_ids[self._need_of(each)], self._chance(each)) for each in holders]
        return self._full(pair, most, names, "talker-full")

    def _firm(self, pair: int) -> Reason | None:
        market = self.allocation.market
        firm = int(self._firm_of_need[self._need_of(pair)])
        most = int(market.reads[firm])
        if self._used[0][firm] < most:
            return None
        if most == 0:
            return Reason("firm-closed", Text("企业不阅读任何技术", "the firm reads nothing"))
        holders = _those(self._shown, self._by_firm, self._firm_of_need[self._need], firm)
        names = [(market.supply_ids[market.supply[each]], self._chance(each)) for each in holders]
        return self._full(pair, most, names, "firm-full")

    def _broker(self, pair: int) -> Reason | None:
        market = self.allocation.market
        broker = int(market.broker[pair])
        if broker == NOBODY or self._used[2][broker] < market.carries[broker]:
            return None
        name, most = market.broker_ids[broker], int(market.carries[broker])
        zh, en = (
            f"经纪人“{name}”至多承办 {most} 件，已满",
            f'the broker "{name}" carries {most} at most and has them',
        )
        return Reason("broker-full", Text(zh, en))

    def _full(self, pair: int, most: int, names: Sequence[tuple[str, float]], code: str) -> Reason:
        """Tell who holds the room of a firm or a talker, and whether all of them are likelier."""
        mine, who = self._chance(pair), _FULL[code]
        ranked = sorted(names, key=lambda each: (-each[1], each[0]))
        told = [f"{name} ({chance:.3f})" for name, chance in ranked[:_NAMED]]
        rest = len(ranked) - len(told)
        list_zh = "、".join(told) + (f" 等 {len(ranked)} 项" if rest else "")
        list_en = ", ".join(told) + (f" and {rest} more" if rest else "")
        zh = f"{who.zh}已排满（至多 {most}）：{list_zh}"
        en = f"{who.en} is fully booked ({most} at most): {list_en}"
        if all(chance >= mine for _, chance in ranked):
            zh, en = (
                f"{zh}，可能性都不低于本项的 {mine:.3f}",
                f"{en}, none less likely than this one's {mine:.3f}",
            )
            return Reason(code, Text(zh, en), enough=True)
        less = [name for name, chance in ranked if chance < mine][-_NAMED:]
        zh += (
            f"。其中 {'、'.join(less)} 低于本项的 {mine:.3f}，但换下它在别处失去的更多，或它没有别的可行候选"
        )
        en += (
            f". Less likely than this one's {mine:.3f}: {', '.join(less)}; but putting it out would lose "
            "more elsewhere, or it has no other serious candidate"
        )
        return Reason(code, Text(zh, en))

    def _cost(self, pair: int) -> Reason | None:
        """Tell what the room costs where it costs more than the pair promises."""
        market, prices = self.allocation.market, self.allocation.certificate.prices
        need, broker = self._need_of(pair), int(market.broker[pair])
        parts = (
            float(prices.firm[self._firm_of_need[need]]),
            float(prices.talker[market.talker[pair]]),
            0.0 if broker == NOBODY else float(prices.broker[broker]),
        )
        mine, cost = self._chance(pair), sum(parts)
        if cost < mine:
            return None
        zh = (
            f"它要占用的时间给别人更值：合计 {cost:.3f}（企业 {parts[0]:.3f}、发明人 {parts[1]:.3f}、"
            f"经纪人 {parts[2]:.3f}），而本项只有 {mine:.3f}"
        )
        en = (
            f"the room it takes is worth {cost:.3f} to others (firm {parts[0]:.3f}, inventor {parts[1]:.3f}, "
            f"broker {parts[2]:.3f}), and it promises {mine:.3f}"
        )
        return Reason("price", Text(zh, en))

    def _left_over(self) -> Reason:
        gap = self.allocation.certificate.gap
        return Reason(
            "within-gap",
            Text(f"在所述差距（{gap:.2%}）之内未排入", f"left out within the stated gap of {gap:.2%}"),
        )

    def _need_of(self, pair: int) -> int:
        return int(self.allocation.market.need_of(pair))

    def _chance(self, pair: int) -> float:
        return float(self.allocation.market.likelihood[pair])


def _those(shown: Index, order: Index, whose: NDArray[np.int32], who: int) -> Index:
    """Return the shown pairs of one firm or talker, by `order`, which sorts them by whose they are."""
    begin, end = np.searchsorted(whose, [who, who + 1], sorter=order)
    return shown[order[begin:end]]


def _joined(texts: Sequence[Text]) -> Text:
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))
