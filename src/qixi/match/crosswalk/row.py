"""One row of the crosswalk and the reading of its file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qixi.core import Problem, Refused, Text
from qixi.match.taxonomy import industry, ipc_title, normal_symbol

COLUMNS = ("industry", "ipc", "weight", "basis")
_REMEDY = Text(
    "表为 UTF-8 制表符分隔文本，首行表头 industry、ipc、weight、basis；可参照自带的 crosswalk.tsv 改正后再读",
    "the table is UTF-8 text separated by tabs with the head industry, ipc, weight, basis; "
    "correct it after the packaged crosswalk.tsv and read it again",
)


class Basis(StrEnum):
    """What ties the technology to the industry."""

    PRODUCT = "product"
    PROCESS = "process"
    EQUIPMENT = "equipment"
    MATERIAL = "material"
    APPLICATION = "application"

    @property
    def label(self) -> Text:
        """Return the word shown to people."""
        return _LABELS[self]


_LABELS = {
    Basis.PRODUCT: Text("产品", "product"),
    Basis.PROCESS: Text("工艺", "process"),
    Basis.EQUIPMENT: Text("装备", "equipment"),
    Basis.MATERIAL: Text("材料", "material"),
    Basis.APPLICATION: Text("应用", "application"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An industry code, an IPC symbol (section to subgroup), a weight in (0, 1] and its basis."""

    industry: str
    ipc: str
    weight: float
    basis: Basis


def read(path: Path) -> tuple[dict[tuple[str, str], Row], bool]:
    """Return the rows by (industry, ipc) and whether the head says `# confirmed: true`.

    Raises Refused naming file, row, column and remedy for every row that cannot be used.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = Text(f"对照表读不了（{error}）", f"the crosswalk cannot be read ({error})")
        raise Refused(Problem("crosswalk-file", reason, _REMEDY, str(path))) from error
    notes = [line[1:].strip().lower() for line in lines if line.startswith("#")]
    body = [(n, line) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not body or tuple(body[0][1].rstrip().split("\t")) != COLUMNS:
        reason = Text("对照表缺少表头", "the crosswalk lacks its head")
        raise Refused(Problem("crosswalk-head", reason, _REMEDY, str(path), body[0][0] if body else 1))
    rows: dict[tuple[str, str], Row] = {}
    problems: list[Problem] = []
    for number, line in body[1:]:
        try:
            row = _row(line.split("\t"), str(path), number)
            if (row.industry, row.ipc) in rows:
                said = f"{row.industry} {row.ipc}"
                raise _refusal(
                    "crosswalk-twice",
                    Text(f"“{said}”出现两次", f'"{said}" stands twice'),
                    (str(path), number, "ipc"),
                )
            rows[row.industry, row.ipc] = row
        except Refused as refusal:
            problems += refusal.problems
    if not rows and not problems:
        problems.append(Problem("crosswalk-empty", Text("对照表没有行", "no rows"), _REMEDY, str(path)))
    if problems:
        raise Refused(*problems)
    return rows, "confirmed: true" in notes


def _row(cells: list[str], file: str, number: int) -> Row:
    if len(cells) != len(COLUMNS):
        said = Text(f"应有 4 列，实有 {len(cells)} 列", f"4 columns expected, {len(cells)} found")
        raise _refusal("crosswalk-columns", said, (file, number, None))
    code, ipc, weight, basis = (cell.strip() for cell in cells)
    entry = industry(code)
    if entry is None:
        said = Text(f"“{code}”不是 GB/T 4754-2017 代码", f'"{code}" is no GB/T 4754-2017 code')
        raise _refusal("crosswalk-industry", said, (file, number, "industry"))
    symbol = normal_symbol(ipc)
    if symbol is None or ipc_title(symbol[:4]) is None:
        said = Text(f"“{ipc}”不是 IPC 分类号", f'"{ipc}" is no IPC symbol')
        raise _refusal("crosswalk-ipc", said, (file, number, "ipc"))
    if basis not in set(Basis):
        said = Text(
            f"“{basis}”不在依据之列（{'、'.join(Basis)}）",
            f'"{basis}" is none of the bases ({", ".join(Basis)})',
        )
        raise _refusal("crosswalk-basis", said, (file, number, "basis"))
    return Row(entry.code, symbol, _weight(weight, file, number), Basis(basis))


def _weight(value: str, file: str, number: int) -> float:
    try:
        weight = float(value)
    except ValueError:
        weight = 0.0
    if not 0.0 < weight <= 1.0:
        said = Text(f"权重“{value}”不是大于 0、不超过 1 的数", f'weight "{value}" is no number in (0, 1]')
        raise _refusal("crosswalk-weight", said, (file, number, "weight"))
    return weight


def _refusal(code: str, reason: Text, place: tuple[str, int, str | None]) -> Refused:
    return Refused(Problem(code, reason, _REMEDY, *place))
