"""The reasons the fits give, in both languages."""

from __future__ import annotations

from qixi.core import OwnPatent, Text
from qixi.match.crosswalk import Affinity, Crosswalk
from qixi.match.fits.closeness import closeness
from qixi.match.fits.symbols import Shares
from qixi.match.taxonomy import Industry, ipc_label


def by_industry(origin: Text, industry: Industry, affinity: Affinity, crosswalk: Crosswalk) -> Text:
    """Say how an industry and a symbol hang together, and which row of the crosswalk says so."""
    name, symbol = industry.label(), ipc_label(affinity.symbol)
    row = affinity.row
    if row is None:
        return Text(
            f"{origin.zh}“{name.zh}”与 {symbol.zh} 在对照表中没有联系",
            f'the crosswalk does not tie {origin.en} "{name.en}" to {symbol.en}',
        )
    doubt = Text("", "") if crosswalk.confirmed else Text("，对照表未经确认", "; crosswalk unconfirmed")
    basis = row.basis.label
    cited = Text(
        f"（对照表行 {row.industry}–{row.ipc}，{basis.zh}，权重 {row.weight:g}{doubt.zh}）",
        f" (crosswalk row {row.industry}-{row.ipc}, {basis.en}, weight {row.weight:g}{doubt.en})",
    )
    if affinity.field is not None:
        field = affinity.field.name
        return Text(
            f"{origin.zh}“{name.zh}”与 {symbol.zh} 只同属技术领域“{field.zh}”{cited.zh}",
            f'{origin.en} "{name.en}" and {symbol.en} share only the technology field "{field.en}"{cited.en}',
        )
    return Text(
        f"{origin.zh}“{name.zh}”与 {symbol.zh} 相关{cited.zh}",
        f'{origin.en} "{name.en}" goes with {symbol.en}{cited.en}',
    )


def by_symbols(origin: Text, own: str, other: str) -> Text:
    """Say at which level two symbols meet."""
    level = closeness(own, other)[1]
    mine, theirs = ipc_label(own), ipc_label(other)
    if level is None:
        return Text(
            f"{origin.zh} {mine.zh} 与技术的 {theirs.zh} 不在同一部",
            f"{origin.en} {mine.en} and the technology's {theirs.en} are of different sections",
        )
    return Text(
        f"{origin.zh} {mine.zh} 与技术的 {theirs.zh} 属于{level.zh}",
        f"{origin.en} {mine.en} and the technology's {theirs.en} are of {level.en}",
    )


def inferred(reason: Text, shares: Shares) -> Text:
    """Say that the technology's symbols were guessed from its text."""
    first = [f"{key} {share:.0%}" for key, share in shares[:3]]
    return Text(
        f"技术未给 IPC，由文本推断（{'、'.join(first)}）：{reason.zh}",
        f"the technology gives no IPC, inferred from its text ({', '.join(first)}): {reason.en}",
    )


def asset_unknown(mean: float) -> Text:
    """Say that the technology's side is unknown."""
    return Text(
        f"技术没有 IPC，取该需求在全库的均值 {mean:.2f}",
        f"the technology has no IPC; the need's mean over the corpus, {mean:.2f}, stands in",
    )


def need_unknown(mean: float) -> Text:
    """Say that the need's side is unknown."""
    return Text(
        f"需求未给行业、主营业务或 IPC，取各行业在全库的均值 {mean:.2f}",
        f"the need gives no industry, business or IPC; the mean of all industries, {mean:.2f}, stands in",
    )


def no_portfolio(mean: float) -> Text:
    """Say that the firm's own patents are unknown."""
    return Text(
        f"未给企业自有专利，取全库均值 {mean:.2f}",
        f"none of the firm's own patents is given; the corpus mean, {mean:.2f}, stands in",
    )


def not_comparable(mean: float) -> Text:
    """Say that the technology cannot be compared with the firm's patents."""
    return Text(
        f"技术与企业自有专利无可比的 IPC 或文本，取该需求在全库的均值 {mean:.2f}",
        "the technology shares no IPC or text to compare with the firm's patents; "
        f"the need's mean over the corpus, {mean:.2f}, stands in",
    )


def named_patent(patent: OwnPatent, value: float) -> Text:
    """Name the own patent that is closest."""
    title = f"“{patent.title}”" if patent.title else ""
    name = f"{title}{f'（{patent.number}）' if patent.number else ''}" or "、".join(patent.ipc)
    english = " ".join(filter(None, (f'"{patent.title}"' if patent.title else "", patent.number)))
    return Text(
        f"与企业自有专利{name}最接近（{value:.2f}）",
        f"closest to the firm's own patent {english or ', '.join(patent.ipc)} ({value:.2f})",
    )


def text_alike(value: float) -> Text:
    """Say how alike the texts are."""
    return Text(f"文本相似度 {value:.2f}", f"likeness of the texts {value:.2f}")
