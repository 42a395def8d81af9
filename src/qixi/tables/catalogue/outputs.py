"""What cannot be written."""

from __future__ import annotations

from collections.abc import Mapping

from qixi.core import Text

OUTPUT_FAULTS: Mapping[str, tuple[Text, Text]] = {
    "write-failed": (
        Text("文件写不进去：{why}", "The file cannot be written: {why}"),
        Text(
            "请检查文件夹是否存在、是否可写、磁盘是否已满",
            "Check that the folder exists, may be written to, and has room",
        ),
    ),
    "disk-full": (
        Text(
            "磁盘已满，文件没有写完，也没有留下",
            "No space left on device: the file was not written to its end, and nothing was left behind",
        ),
        Text("请腾出空间，或写到别处", "Make room, or write to another place"),
    ),
    "path-unusable": (
        Text("该路径不可用：{why}", "The path cannot be used: {why}"),
        Text("请另选输出的名称", "Choose another name for the output"),
    ),
    "path-not-text": (
        Text("该路径不是 UTF-8 文字", "The path is no UTF-8 text"),
        Text("请另选输出的名称", "Choose another name for the output"),
    ),
    "suffix-unknown": (
        Text("不认识输出文件的后缀“{value}”", "The suffix “{value}” is none that can be written"),
        Text("请用 .jsonl、.csv、.xlsx、.parquet 或 .run", "Use .jsonl, .csv, .xlsx, .parquet or .run"),
    ),
    "value-unwritable": (
        Text("值“{value}”无法写入文件", "The value “{value}” cannot be written to a file"),
        Text("请检查该值是否为有限的数或完整的文字", "Check that it is a finite number or sound text"),
    ),
    "run-id-blank": (
        Text(
            "编号“{value}”含空白或为空，.run 格式容不下",
            "The id “{value}” is empty or holds a blank, which .run cannot",
        ),
        Text("请改用 .jsonl 或 .csv", "Write .jsonl or .csv instead"),
    ),
    "cell-too-long": (
        Text(
            "内容有 {size} 字，XLSX 单元格最多 {limit} 字",
            "The value has {size} characters, an XLSX cell holds {limit}",
        ),
        Text("请改用 .jsonl、.csv 或 .parquet", "Write .jsonl, .csv or .parquet instead"),
    ),
    "sheet-too-small": (
        Text(
            "有 {size} 行或列，XLSX 工作表最多 {limit}",
            "There are {size} rows or columns, an XLSX sheet holds {limit}",
        ),
        Text("请改用 .jsonl、.csv 或 .parquet", "Write .jsonl, .csv or .parquet instead"),
    ),
}
