"""What costs at most one value; the row is kept."""

from __future__ import annotations

from collections.abc import Mapping

from qixi.core import Text

_DROPPED = Text(
    "该行已保留，仅略去此值；需要时请更正", "The row is kept without this value; correct it if it matters"
)

WARNINGS: Mapping[str, tuple[Text, Text]] = {
    "kind-differs": (
        Text(
            "后缀是 {suffix}，内容却是 {kind}，按内容读取",
            "The suffix is {suffix}, the content is {kind}; read as such",
        ),
        Text("请改正后缀", "Correct the suffix"),
    ),
    "id-borrowed": (
        Text("没有编号列，以此列作编号", "There is no id column; this column serves as the id"),
        Text("如不合适，请加一列“编号”", "Add a column “id” if that does not suit"),
    ),
    "wrong-type": (
        Text(
            "值的类型不对：应是{wanted_zh}，这里是{found_zh}",
            "The value has the wrong type: {wanted_en} expected, {found_en} found",
        ),
        _DROPPED,
    ),
    "number-unusable": (
        Text("不是有限的数或位数过多", "This is no finite number, or it has too many digits"),
        _DROPPED,
    ),
    "date-unreadable": (
        Text("日期“{value}”无法识别", "The date “{value}” cannot be read"),
        Text(
            "该行已保留，日期留空；请写成 2023-01-02",
            "The row is kept without the date; write it as 2023-01-02",
        ),
    ),
    "ipc-unreadable": (
        Text("“{value}”不是 IPC 分类号", "“{value}” is no IPC symbol"),
        Text(
            "该行已保留，略去此分类号；请写成 H01M 10/0525",
            "The row is kept without the symbol; write it as H01M 10/0525",
        ),
    ),
    "word-unknown": (
        Text("不认识“{value}”，按未知处理", "“{value}” is not understood and counts as unknown"),
        Text("请改用：{known}", "Use one of: {known}"),
    ),
    "control-characters": (
        Text("去掉了 {size} 个不可见控制字符", "{size} invisible control characters were taken out"),
        Text("无须处理；如内容有缺请核对来源", "Nothing to do; check the source if something is missing"),
    ),
    "key-repeated": (
        Text("同一行里重复出现，取第一个", "It stands more than once in the row; the first is taken"),
        Text("请删去多余的一个", "Remove the others"),
    ),
    "head-repeated": (
        Text(
            "表头重复，其后的列改名为“{value}”", "The head is repeated; the later column is called “{value}”"
        ),
        Text("请给各列不同的表头", "Give the columns different heads"),
    ),
    "head-absent": (
        Text("该列没有表头，其内容未读", "The column has no head; its values are not read"),
        Text("请补上表头", "Give the column a head"),
    ),
    "cell-error": (
        Text("单元格是错误值 {value}，按空处理", "The cell holds the error {value} and counts as empty"),
        Text("请更正公式", "Correct the formula"),
    ),
    "value-unreadable": (
        Text("该值超出可表示的范围", "The value is out of the range that can be held"),
        _DROPPED,
    ),
    "feedback-repeated": (
        Text("与前面一行完全相同，只计一次", "It says what an earlier row says and counts once"),
        Text("无须处理", "Nothing to do"),
    ),
    "feedback-superseded": (
        Text(
            "需求“{demand}”与技术“{supply}”此后另有说法，以日期在后的为准",
            "Of “{demand}” and “{supply}” something else was said later, which counts",
        ),
        Text("无须处理；如日期有误请更正", "Nothing to do; correct the dates if they are wrong"),
    ),
    "feedback-conflict": (
        Text(
            "需求“{demand}”与技术“{supply}”同日有不同说法，此项均不采用",
            "Of “{demand}” and “{supply}” different things were said on one day; neither counts",
        ),
        Text("请补上日期，或删去有误的一行", "Give the dates, or drop the row that is wrong"),
    ),
    "sheet-skipped": (
        Text(
            "工作表“{value}”未读：每个文件只读第一张表",
            "Sheet “{value}” is not read: only the first table of a file is",
        ),
        Text("如需读取，请另存为单独的文件", "Save it as a file of its own if it should be read"),
    ),
}
