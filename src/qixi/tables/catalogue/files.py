"""What can be wrong with a whole file."""

from __future__ import annotations

from collections.abc import Mapping

from qixi.core import Text

_RESAVE = Text("请用原软件重新导出该文件后再试", "Export the file again from its program and try once more")
_SPLIT = Text("请拆分文件，或在设置中提高上限", "Split the file, or raise the limit in the settings")
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
    "kind-column-missing": (
        Text("没有类别列", "There is no column of kinds"),
        Text(
            "请加一列“类别”：企业、发明人、经纪人 或 分组",
            "Add a column “kind”: firm, inventor, broker or group",
        ),
    ),
    "holder-column-missing": (
        Text("没有名称列", "There is no column of names"),
        Text(
            "请加一列“名称”：企业名称或各自的编号", "Add a column “holder”: the firm's name or the id of each"
        ),
    ),
    "capacity-column-missing": (
        Text("没有容量列", "There is no column of capacities"),
        Text("请加一列“容量”，填整数", "Add a column “capacity” of whole numbers"),
    ),
    "kind-not-for-supply": (
        Text("此处不能用 DOCX 表单", "A DOCX form cannot be used here"),
        Text("请整理成 XLSX、CSV 或 JSONL", "Put the rows into XLSX, CSV or JSONL"),
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
    "demand-column-missing": (
        Text("没有需求编号列", "There is no column of demand ids"),
        Text("请加一列“demand_id”", "Add a column “demand_id”"),
    ),
    "supply-column-missing": (
        Text("没有成果编号列", "There is no column of supply ids"),
        Text("请加一列“supply_id”", "Add a column “supply_id”"),
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
