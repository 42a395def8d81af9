"""The catalogue of what can be wrong with a file or a row: reason and remedy in both languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from qixi.core import Problem, Text

_RESAVE = Text("请用原软件重新导出该文件后再试", "Export the file again from its program and try once more")
_SPLIT = Text("请拆分文件，或在设置中提高上限", "Split the file, or raise the limit in the settings")
_DROPPED = Text(
    "该行已保留，仅略去此值；需要时请更正", "The row is kept without this value; correct it if it matters"
)

FILE_FAULTS: Mapping[str, tuple[Text, Text]] = {
    "file-missing": (
        Text("找不到文件", "The file does not exist"),
        Text("请检查路径和文件名", "Check the path and the name"),
    ),
    "file-unreadable": (
        Text("文件无法打开：{why}", "The file cannot be opened: {why}"),
        Text(
            "请检查读取权限，并确认它是文件而非文件夹", "Check that it is a file you may read, not a folder"
        ),
    ),
    "file-empty": (
        Text("文件是空的", "The file is empty"),
        Text("请确认导出成功且至少有一行数据", "Make sure that the export worked and holds at least one row"),
    ),
    "file-too-large": (
        Text("文件有 {size} 字节，上限为 {limit}", "The file has {size} bytes, the limit is {limit}"),
        _SPLIT,
    ),
    "kind-unknown": (
        Text("内容不是可读的文件类型", "The content is no kind of file that can be read"),
        Text(
            "请另存为 XLSX、CSV、JSONL 或 Parquet；需求也可用 DOCX 表单",
            "Save it as XLSX, CSV, JSONL or Parquet; needs may also be DOCX forms",
        ),
    ),
    "kind-old-excel": (
        Text(
            "这是旧式 Excel（.xls）或加密的 Office 文件",
            "This is an old Excel (.xls) or encrypted Office file",
        ),
        Text("请取消密码并另存为 .xlsx 或 .docx", "Remove the password and save it as .xlsx or .docx"),
    ),
    "kind-not-for-supply": (
        Text("供给清单不能是 DOCX 表单", "A supply list cannot be a DOCX form"),
        Text("请把成果整理成 XLSX、CSV 或 JSONL", "Put the technologies into XLSX, CSV or JSONL"),
    ),
    "archive-broken": (
        Text(
            "文件已损坏，无法解压或解析：{why}", "The file is damaged and cannot be unpacked or parsed: {why}"
        ),
        _RESAVE,
    ),
    "archive-locked": (
        Text("文件设有密码", "The file is protected by a password"),
        Text("请取消密码后另存", "Remove the password and save it again"),
    ),
    "archive-bomb": (
        Text(
            "压缩内容异常：{what} 为 {size}，上限 {limit}",
            "The packed content is out of bounds: {what} is {size}, the limit is {limit}",
        ),
        Text(
            "文件可能是恶意的；请向来源核实后重新导出",
            "The file may be hostile; ask its source and export it again",
        ),
    ),
    "archive-entities": (
        Text("文件的 XML 含有文档类型或实体声明", "The XML in the file declares a document type or entities"),
        Text(
            "文件可能是恶意的；请向来源核实后重新导出",
            "The file may be hostile; ask its source and export it again",
        ),
    ),
    "json-broken": (
        Text("JSON 数组没有正常结束", "The JSON array does not end as it should"),
        Text("请补全文件末尾的 ]，已读出的记录保留", "Complete the closing ]; what was read is kept"),
    ),
    "head-missing": (
        Text("前 10 行里找不到可识别的表头", "No known column heads in the first 10 rows"),
        Text(
            "请加上表头行，或在设置中登记您的列名",
            "Add a row of column heads, or list your heads in the settings",
        ),
    ),
    "id-column-missing": (
        Text("没有编号列", "There is no id column"),
        Text("请加一列“编号”（id），每行各不相同", "Add a column “id” with a different value in each row"),
    ),
    "text-column-missing": (
        Text("没有任何文字列（名称、摘要、内容等）", "There is no text column (title, abstract, content)"),
        Text("请至少加一列名称或说明", "Add at least a title or a description column"),
    ),
    "form-missing": (
        Text("文档里找不到填写的需求", "The document holds no filled-in need"),
        Text("请按表单填写“需求名称”或“需求内容”", "Fill in the need's title or content in the form"),
    ),
    "rows-too-many": (
        Text("行数超过上限 {limit}，其后未读", "More than {limit} rows; the rest is not read"),
        _SPLIT,
    ),
    "columns-too-many": (
        Text("列数 {size} 超过上限 {limit}", "{size} columns, the limit is {limit}"),
        _SPLIT,
    ),
    "cells-too-many": (
        Text("单元格数超过上限 {limit}，其后未读", "More than {limit} cells; the rest is not read"),
        _SPLIT,
    ),
}

ROW_FAULTS: Mapping[str, tuple[Text, Text]] = {
    "id-missing": (
        Text("没有编号", "The id is missing"),
        Text("请填写编号，每行各不相同", "Give the row an id of its own"),
    ),
    "id-duplicate": (
        Text(
            "编号“{value}”已在 {first} 第 {line} 行出现",
            "The id “{value}” already stands in {first}, row {line}",
        ),
        Text(
            "请改用不同编号或删去重复行；保留的是先出现的一行",
            "Give it another id or drop the row; the first one stays",
        ),
    ),
    "id-wrong-type": (
        Text(
            "编号应是文字或整数，这里是{found_zh}",
            "The id should be text or a whole number, here it is {found_en}",
        ),
        Text("请改成文字编号", "Write the id as text"),
    ),
    "text-missing": (
        Text(
            "没有任何文字（名称、摘要、内容等都为空）",
            "There is no text: title, abstract and content are empty",
        ),
        Text("请至少填写名称或说明", "Fill in at least a title or a description"),
    ),
    "field-too-long": (
        Text("内容有 {size} 字，上限 {limit}", "The value has {size} characters, the limit is {limit}"),
        Text("请缩短，或在设置中提高上限", "Shorten it, or raise the limit in the settings"),
    ),
    "row-too-long": (
        Text("整行有 {size} 字，上限 {limit}", "The row has {size} characters, the limit is {limit}"),
        Text("请检查是否漏了换行", "Look for a missing line break"),
    ),
    "encoding-broken": (
        Text("有字节不是 {encoding} 文字", "Some bytes are no {encoding} text"),
        Text("请把文件另存为 UTF-8 并核对该行", "Save the file as UTF-8 and check this row"),
    ),
    "text-broken": (
        Text("含有空字符或不成对的代理字符", "There is a NUL or an unpaired surrogate character in it"),
        Text("请重新输入该值", "Type the value again"),
    ),
    "json-malformed": (
        Text("不是合法的 JSON：{why}", "This is no valid JSON: {why}"),
        Text("请检查引号、逗号和括号", "Check quotes, commas and brackets"),
    ),
    "json-not-object": (
        Text("应是一个 JSON 对象，这里是{found_zh}", "This should be a JSON object, here it is {found_en}"),
        Text('请写成 {{"id": …, "title": …}}', 'Write it as {{"id": …, "title": …}}'),
    ),
    "json-too-deep": (
        Text("JSON 嵌套超过 {limit} 层", "The JSON is nested deeper than {limit} levels"),
        Text("请展平嵌套的值", "Flatten the nested values"),
    ),
    "cell-count": (
        Text("有 {size} 个单元格，表头有 {limit} 个", "The row has {size} cells, the head has {limit}"),
        Text(
            "含分隔符的内容请加双引号；空单元格请保留分隔符",
            "Quote values that hold the separator; keep separators of empty cells",
        ),
    ),
    "quote-unclosed": (
        Text("双引号没有配对", "A double quote is not closed"),
        Text("请补上引号；值里的引号写成两个", "Close the quote; write a quote inside a value twice"),
    ),
}

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
    "sheet-skipped": (
        Text("工作表“{value}”没有可识别的表头，未读", "Sheet “{value}” has no known heads and is not read"),
        Text("如需读取，请加上表头", "Add column heads if it should be read"),
    ),
}

CATALOGUE: Mapping[str, tuple[Text, Text]] = {**FILE_FAULTS, **ROW_FAULTS, **WARNINGS}

KIND_WORDS: Mapping[type, Text] = {
    str: Text("文字", "text"),
    bool: Text("真假值", "true or false"),
    int: Text("数字", "a number"),
    float: Text("数字", "a number"),
    list: Text("列表", "a list"),
    dict: Text("对象", "an object"),
    bytes: Text("二进制数据", "binary data"),
    type(None): Text("空值", "nothing"),
}


def kind_word(value: object) -> Text:
    """Return what sort of value this is, in words."""
    return KIND_WORDS.get(type(value), Text("其他类型的值", "a value of another type"))


def shown(value: object, length: int = 40) -> str:
    """Return `value` short and printable, for a message."""
    text = value if isinstance(value, str) else str(value)
    text = "".join("·" if unicodedata.category(c)[0] == "C" else c for c in text[: length + 1])
    return text if len(text) <= length else text[:length] + "…"


def fault(
    code: str,
    values: Mapping[str, object],
    *,
    file: str | None = None,
    row: int | None = None,
    column: str | None = None,
) -> Problem:
    """Return the catalogue's problem `code`, its wording filled in with `values`; KeyError if unknown."""
    reason, remedy = CATALOGUE[code]
    words = {name: shown(value, 200) for name, value in values.items()}
    where = None if column is None else shown(column, 80)
    return Problem(code, _filled(reason, words), _filled(remedy, words), file, row, where)


def _filled(text: Text, words: Mapping[str, str]) -> Text:
    return Text(text.zh.format(**words), text.en.format(**words))
