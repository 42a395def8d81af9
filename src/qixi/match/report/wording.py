"""The words of the report that are not the records' own, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from qixi.core import LegalStatus, Licence, Text
from qixi.match.quantities import Status
from qixi.match.requirements import Kind

WORDS: Mapping[str, Text] = {
    "title": Text("技术供需匹配报告", "Technology matching report"),
    "brand": Text("七夕 Qixi · 技术转移撮合", "Qixi · technology transfer"),
    "lead": Text(
        "逐条需求列出最匹配的技术，附可核对的原文、尚缺之处和补足办法。",
        "For each need the best matches, with words to check, what is missing, and what would help.",
    ),
    "skip": Text("跳到需求目录", "Skip to the list of needs"),
    "how": Text("怎样读这份报告", "How to read this report"),
    "how_not": Text("供人参考，不作决定", "It informs people; it decides nothing"),
    "how_not_text": Text(
        "排序是可复算的线索，不是评审、定价或对接的决定。联系各方之前，请对照原始记录核实引文、权利状态和数值。",
        "The order is a lead that can be recomputed, not a verdict, a price or a commitment. "
        "Before you contact anyone, check quotations, rights and numbers against the original records.",
    ),
    "how_fits": Text("三项契合度", "Three fits"),
    "how_fits_text": Text(
        "匹配分由三项加权而成，均在 0 到 1 之间，可跨需求比较，但不是成功概率。"
        "需求契合：需求文本与技术文本；业务契合：企业行业与技术分类；专利契合：企业自有专利与该技术。",
        "The score weighs three fits, each from 0 to 1. It can be compared across needs; it is no "
        "probability of success. Need fit: the need's text and the technology's. Business fit: the firm's "
        "industry and the technology's classification. Portfolio fit: the firm's own patents and the "
        "technology.",
    ),
    "how_weights": Text(
        "本次权重：需求 {need}，业务 {business}，专利 {portfolio}（默认权重未经确认）。",
        "Weights in this run: need {need}, business {business}, portfolio {portfolio} "
        "(the default weights are unconfirmed).",
    ),
    "how_known": Text("已知比例与未知项", "Known share and unknown fits"),
    "how_known_text": Text(
        "已知比例是匹配分中有依据部分所占的权重。缺资料的一项画成斜纹，以均值代入，不增加区分。",
        "The known share is the part of the score's weight that rests on data. A fit without data is drawn "
        "hatched and stands at its mean, so that it favours nobody.",
    ),
    "how_status": Text("逐项对照", "Requirement by requirement"),
    "how_status_text": Text(
        "引号内均为原文，一字未改；着色的词是两边对上的词，下划线的是比较过的数值。"
        "“未见说明”指技术文本没有提到，不等于做不到。",
        "Quotations are verbatim. Shaded words meet on both sides, underlined ones are numbers that were "
        "compared. 'Missing' means that the technology's text does not say; it may still be able to.",
    ),
    "how_suggestion": Text("合作形式建议", "Suggested form"),
    "how_suggestion_text": Text(
        "由技术成熟度和未满足比例查表得出，每条注明判定行。",
        "It is looked up in a table by maturity and unmet share; each match names the row that decided.",
    ),
    "source": Text("来源：{source}。", "Source: {source}."),
    "known_bar": Text("有依据", "rests on data"),
    "unknown_bar": Text("未知，取均值", "unknown, mean used"),
    "summary": Text("概况", "Summary"),
    "needs": Text("需求", "Needs"),
    "technologies": Text("参与匹配的技术", "Technologies matched"),
    "shown": Text("列出的匹配", "Matches listed"),
    "withheld": Text("未列出", "Withheld"),
    "run": Text("本次运行", "This run"),
    "notes": Text("运行说明", "Notes on the run"),
    "index": Text("需求目录", "List of needs"),
    "index_caption": Text("各需求及其最佳匹配", "Each need and its best match"),
    "number": Text("序号", "No."),
    "need": Text("需求", "Need"),
    "organisation": Text("单位", "Organisation"),
    "best": Text("最佳匹配", "Best match"),
    "score": Text("匹配分", "Score"),
    "no_match": Text("没有可列出的匹配", "No match to list"),
    "no_needs": Text("没有需求，本报告没有匹配可列。", "There are no needs, so there is nothing to list."),
    "no_match_long": Text(
        "没有可列出的技术。可能是候选技术都未列出（见下），或名单中没有与之配对的技术。",
        "No technology to list: those that came near are withheld (see below), or none was paired with it.",
    ),
    "to_index": Text("回到目录", "Back to the list"),
    "id": Text("编号", "Id"),
    "region": Text("地区", "Region"),
    "industry": Text("行业", "Industry"),
    "budget": Text("预算", "Budget"),
    "deadline": Text("截止日期", "Deadline"),
    "content": Text("需求原文", "The need in its own words"),
    "content_note": Text("（圈号为要求的序号）", "(circled numbers are the requirements)"),
    "no_content": Text("没有正文，只有标题。", "There is no text beside the title."),
    "untitled": Text("（无标题）", "(no title)"),
    "not_given": Text("未填", "not given"),
    "applicant": Text("权利人", "Applicant"),
    "legal": Text("法律状态", "Legal status"),
    "licence": Text("许可", "Licence"),
    "maturity": Text("技术成熟度", "Maturity"),
    "level": Text("{level} 级", "level {level}"),
    "price": Text("价格", "Price"),
    "publication": Text("公开号", "Publication"),
    "application": Text("申请号", "Application"),
    "rank": Text("排名", "Rank"),
    "known": Text("已知比例", "Known share"),
    "fits": Text("三项契合度", "Three fits"),
    "fit_need": Text("需求契合", "Need fit"),
    "fit_business": Text("业务契合", "Business fit"),
    "fit_portfolio": Text("专利契合", "Portfolio fit"),
    "suggestion": Text("建议", "Suggestion"),
    "unconfirmed": Text("未经确认", "unconfirmed"),
    "confirmed": Text("判定表已确认", "table confirmed"),
    "row": Text("判定行", "deciding row"),
    "barred": Text("该技术通常不列出：{reason}。", "This technology would normally be withheld: {reason}."),
    "folded": Text("同族另有", "Same family"),
    "checks_caption": Text("要求与“{title}”原文的对照", "Requirements beside the words of {title}"),
    "requirement": Text("要求", "Requirement"),
    "outcome": Text("结果", "Outcome"),
    "words": Text("技术原文", "The technology's words"),
    "not_counted": Text("不计入", "not counted"),
    "said_nothing": Text("文本中没有提到", "the text does not say"),
    "no_requirements": Text("该需求没有可逐项对照的要求。", "The need states nothing to compare."),
    "left_out": Text(
        "另有 {count} 条是现有条件、预算或进度等，不作对照。",
        "Left out: {count} statements of conditions, budget, schedule and the like.",
    ),
    "compared": Text("数值比较", "Numbers compared"),
    "missing": Text("尚缺", "What is missing"),
    "open": Text("{outcome}：", "{outcome}: "),
    "lift": Text("怎样补足", "What would lift it"),
    "nothing_missing": Text("各项要求均有对应。", "Every requirement is answered."),
    "lift_more": Text("其余 {count} 项见上表。", "{count} more: see the table above."),
    "rest": Text("其余匹配", "Further matches"),
    "rest_caption": Text("“{title}”的其余匹配，未展开理由", "Further matches of {title}, without reasons"),
    "rest_only": Text("匹配名单", "Matches"),
    "rest_more": Text(
        "排名更后的 {count} 项未印出，见匹配结果文件。",
        "{count} more of lower rank are not printed; see the file of matches.",
    ),
    "technology": Text("技术", "Technology"),
    "withheld_note": Text(
        "下列技术按匹配分本可入选。失效专利可自由实施，不作转让推荐；其余已许可他人独占或排他使用，或为企业自有。",
        "By their scores these would stand among the matches. Lapsed patents are free to use and not offered "
        "for transfer; the others are held by somebody alone, or are the firm's own.",
    ),
    "withheld_caption": Text("未列出的技术及理由", "Withheld technologies and why"),
    "reason": Text("理由", "Reason"),
    "foot": Text(
        "本报告由软件按公开规则算出，供人参考；引文均为原文，可按编号核对。",
        "Computed by software after published rules, to inform people. Quotations are verbatim; "
        "check them by id.",
    ),
}

STATUS: Mapping[Status, Text] = {
    Status.MET: Text("满足", "met"),
    Status.PARTLY: Text("部分满足", "partly met"),
    Status.MISSING: Text("未见说明", "missing"),
    Status.CONTRADICTS: Text("数值不符", "contradicts"),
}

KIND: Mapping[Kind, Text] = {
    Kind.PROBLEM: Text("问题", "problem"),
    Kind.TARGET: Text("目标", "target"),
    Kind.CONSTRAINT: Text("约束", "constraint"),
    Kind.CONDITION: Text("现有条件", "condition"),
    Kind.OTHER: Text("其他", "other"),
}

LEGAL: Mapping[LegalStatus, Text] = {
    LegalStatus.IN_FORCE: Text("有效", "in force"),
    LegalStatus.PENDING: Text("审查中", "pending"),
    LegalStatus.LAPSED: Text("失效", "lapsed"),
    LegalStatus.INVALID: Text("无效", "invalid"),
    LegalStatus.UNKNOWN: Text("未知", "unknown"),
}

LICENCE: Mapping[Licence, Text] = {
    Licence.NONE: Text("未许可", "none"),
    Licence.ORDINARY: Text("普通许可", "ordinary"),
    Licence.OPEN: Text("开放许可", "open"),
    Licence.SOLE: Text("排他许可", "sole"),
    Licence.EXCLUSIVE: Text("独占许可", "exclusive"),
    Licence.UNKNOWN: Text("未知", "unknown"),
}

FIELD: Mapping[str, Text] = {
    "title": Text("标题", "title"),
    "abstract": Text("摘要", "abstract"),
    "claims": Text("权利要求 {item}", "claim {item}"),
    "keywords": Text("关键词", "keywords"),
    "content": Text("需求原文", "text"),
}

HEADER: Mapping[str, Text] = {
    "engine": Text("引擎版本", "Engine version"),
    "settings": Text("设置摘要", "Settings digest"),
    "corpus": Text("技术库快照", "Corpus snapshot"),
    "technologies": Text("参与匹配的技术", "Technologies matched"),
    "needs": Text("需求快照", "Needs snapshot"),
    "rejects": Text("未能读入的行", "Rows not read"),
    "models": Text("模型", "Models"),
    "model_embedding": Text("向量模型", "Embedding model"),
    "weights_confirmed": Text("权重已经确认", "Weights confirmed"),
}

YES_NO: Mapping[str, Text] = {"true": Text("是", "yes"), "false": Text("否", "no")}
