"""Words of the report of learning."""

from __future__ import annotations

from collections.abc import Mapping

from qixi.core import Text

WORDS: Mapping[str, Text] = {
    "title": Text("从反馈中学习", "Learning from feedback"),
    "weights": Text("权重", "Weights"),
    "weights_lead": Text(
        "“文字”的权重固定，其余为与它之比；两项契合为与需求契合之比。各折范围是每次留出一部分需求时学到的值。",
        "The weight of the words stays, and the scorers' weights are against it; those of the two fits are "
        "against the need fit. The range over folds is what was learnt each time some needs were held out.",
    ),
    "part": Text("部分", "Part"),
    "before": Text("原有", "Set"),
    "learnt": Text("学得", "Learnt"),
    "range": Text("各折范围", "Range over folds"),
    "differs": Text("有差别的需求数", "Needs in which it differs"),
    "ranking": Text("留出需求上的排序", "Ranking of held-out needs"),
    "measure": Text("指标", "Measure"),
    "difference": Text("差（95% 区间）", "Difference (95 % interval)"),
    "wins": Text("胜 – 平 – 负", "Won – tied – lost"),
    "likelihoods": Text("可能性", "Likelihoods"),
    "likelihoods_lead": Text(
        "每一点是一组留出的配对：横轴是给出的可能性，纵轴是其中实际发生的比例，"
        "竖线为 95% Wilson 区间，点越大配对越多。落在虚线上为准。同一需求的配对彼此相似，真实区间略宽。",
        "Each dot is a group of held-out pairs: across, the likelihood they were given; up, the share that "
        "came about, with its 95 % Wilson interval; larger dots hold more pairs. On the dashed line "
        "likelihoods are true. Pairs of one need are alike, so the true intervals are somewhat wider.",
    ),
    "plot": Text("可靠性图", "Reliability plot"),
    "pairs": Text("配对", "Pairs"),
    "given": Text("给出的可能性", "Likelihood given"),
    "came": Text("实际发生的比例", "Share that came about"),
    "interval": Text("95% 区间", "95 % interval"),
    "counts": Text(
        "{pairs} 对，其中 {events} 对发生；对数损失 {curve:.4f}，只报平均比例为 {constant:.4f}",
        "{pairs} pairs, of which {events} came about; log loss {curve:.4f}, of the mere share {constant:.4f}",
    ),
    "how": Text("怎样判断", "How this was judged"),
    "made": Text("来源", "What made this"),
}

HOW = (
    Text(
        "需求按编号的摘要分成若干折，文字相同的需求在同一折；每折的结果都由其余各折学得，折内再选先验的宽窄。",
        "Needs were dealt into folds by a digest of their ids, needs of the same words into one; what stands "
        "for a fold was learnt from the others, and the width of the prior was chosen inside these.",
    ),
    Text(
        "只有当留出需求上 nDCG@10 之差的 95% 区间全在零以上，且可能性的对数损失不升高，新权重才被采用；"
        "只有当对数损失确实低于只报平均比例，曲线才被采用。",
        "Weights are installed only where the whole 95 % interval of the difference in nDCG@10 over held-out "
        "needs lies above zero and the log loss of likelihoods does not rise; a curve only where its log "
        "loss is below that of the mere share beyond doubt.",
    ),
    Text(
        "反馈只来自推送过的配对。没有展示概率的反馈，说的是过去推送的那类配对，未必适用于从未推送的。",
        "Feedback comes from pairs that were shown. Without propensities it speaks of pairs like those that "
        "were shown before, and need not hold for pairs that never were.",
    ),
)
