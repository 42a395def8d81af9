"""What learning says of itself, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qixi.core import Problem, Text
from qixi.match.learning.settings import OUTCOMES, Outcome
from qixi.match.learning.study import Enough, Study
from qixi.match.learning.sufficiency import to_tell

OUTCOME_NAMES: Mapping[Outcome, Text] = {
    "good": Text("评价为好", "a good grade"),
    "introduced": Text("对接", "an introduction"),
    "signed": Text("签约", "a signing"),
}

PART_NAMES: Mapping[str, Text] = {
    "lexical": Text("文字", "words"),
    "topics": Text("主题", "topics"),
    "subclasses": Text("IPC 小类", "subclasses"),
    "dense": Text("向量模型", "embedding model"),
    "business": Text("业务契合", "business fit"),
    "portfolio": Text("专利契合", "portfolio fit"),
}

_COLLECT = Text(
    "请继续收集反馈后再运行；规则见文档“从反馈中学习”",
    'Collect more feedback and run again; the page "Learn from feedback" gives the rule',
)


_TOO_MANY = 20


def refusals(enough: Enough, file: str) -> list[Problem]:
    """Return why nothing can be learnt, with how many more are wanted of each thing."""
    return [Problem("feedback-too-little", said, _COLLECT, file=file) for said in lacking(enough)]


def lacking(enough: Enough) -> Iterator[Text]:
    """Yield what there is too little of, and how many more are wanted."""
    if enough.weights.more:
        have, wanted, more = enough.weights.have, enough.weights.wanted, enough.weights.more
        yield Text(
            f"学习权重需要 {wanted} 项反馈有高有低的需求，现有 {have} 项，还差 {more} 项",
            f"weights want {wanted} needs whose pairs fared differently; "
            f"there are {have}, {more} more are wanted",
        )
    for part, supply in enough.parts.items():
        if supply.more:
            yield Text(
                f"“{PART_NAMES[part].zh}”的权重不变：它在 {supply.have} 项需求内有差别，"
                f"需要 {supply.wanted} 项",
                f"the weight of {part} stays: it differs within {supply.have} needs, "
                f"{supply.wanted} are wanted",
            )
    for outcome in OUTCOMES:
        pairs, needs, name = enough.pairs[outcome], enough.needs[outcome], OUTCOME_NAMES[outcome]
        if pairs.more or needs.more:
            yield Text(
                f"“{name.zh}”的可能性需要 {pairs.wanted} 对、{needs.wanted} 项需求的结果，"
                f"现有 {pairs.have} 对、{needs.have} 项，还差 {pairs.more} 对、{needs.more} 项",
                f"the likelihood of {name.en} wants known outcomes of {pairs.wanted} pairs in "
                f"{needs.wanted} needs; there are {pairs.have} in {needs.have}: "
                f"{pairs.more} pairs and {needs.more} needs more are wanted",
            )


def verdict(study: Study) -> Iterator[Text]:
    """Yield what was found and what of it is installed."""
    yield from _of_weights(study)
    for outcome, trial in study.curves.items():
        gain, (low, high) = trial.gain()
        name, better = OUTCOME_NAMES[outcome], trial.better()
        yield Text(
            f"“{name.zh}”的可能性：在留出的需求上，对数损失比只报平均比例低 {gain:.4f}"
            f"（95% 区间 {low:.4f} 至 {high:.4f}），{'采用' if better else '不采用'}",
            f"likelihood of {name.en}: on held-out needs its log loss is {gain:.4f} below that of the "
            f"mere share (95 % interval {low:.4f} to {high:.4f}): "
            f"{'installed' if better else 'not installed'}",
        )
    yield from lacking(study.enough)


def _of_weights(study: Study) -> Iterator[Text]:
    found = study.ranking
    if found is None or found.difference is None or found.interval is None:
        return
    low, high = found.interval
    word = (
        Text("采用", "installed")
        if study.better
        else Text("不采用，保留原权重", "not installed, the weights stay")
    )
    yield Text(
        f"新权重：在 {found.demands} 项留出的需求上，nDCG@10 由 {found.b:.4f} 变为 {found.a:.4f}，差 "
        f"{found.difference:+.4f}（95% 区间 {low:+.4f} 至 {high:+.4f}），{word.zh}",
        f"weights: on {found.demands} held-out needs nDCG@10 goes from {found.b:.4f} to {found.a:.4f}, "
        f"by {found.difference:+.4f} (95 % interval {low:+.4f} to {high:+.4f}): {word.en}",
    )
    if study.better:
        return
    if low > 0 and (study.log_loss_change or 0.0) > 0:
        yield Text(
            f"排序虽好，但可能性的对数损失上升 {study.log_loss_change:.4f}，故不采用",
            f"they rank better, yet the log loss of likelihoods rises by {study.log_loss_change:.4f}",
        )
        return
    wanted = to_tell(found.difference, found.interval, found.demands)
    if wanted is not None and wanted > _TOO_MANY * found.demands:
        yield Text(
            f"差别太小：{_TOO_MANY} 倍的需求也不足以确认",
            f"the difference is too small for {_TOO_MANY} times as many needs to show it",
        )
    elif wanted is not None and low <= 0:
        yield Text(
            f"若差别确实如此，约需 {wanted} 项这样的需求才能确认，还差 {wanted - found.demands} 项",
            f"if the difference is real, about {wanted} such needs would show it: "
            f"{wanted - found.demands} more",
        )
