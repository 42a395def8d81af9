"""What costs a row."""

from __future__ import annotations

from collections.abc import Mapping

from qixi.core import Text

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
    "capacity-kind-unknown": (
        Text("“{value}”不是容量的类别", "“{value}” is no kind of capacity"),
        Text(
            "请写 企业、发明人（或技术）、经纪人 或 分组",
            "Write firm, inventor (or technology), broker or group",
        ),
    ),
    "capacity-not-whole": (
        Text("“{value}”不是不小于 0 的整数", "“{value}” is no whole number from 0 up"),
        Text("请填写整数，0 表示不参加", "Write a whole number; 0 means to take no part"),
    ),
    "row-of-totals": (
        Text(
            "这是合计行，不是一条记录（该列写着“{value}”）",
            "This is a row of totals and no record: the column says “{value}”",
        ),
        Text(
            "无须处理；如确是一条记录，请补填名称或说明", "Nothing to do; if it is a record, give it a title"
        ),
    ),
    "grade-unknown": (
        Text("“{value}”不是等级", "“{value}” is no grade"),
        Text(
            "请填 {low} 到 {high} 的数，或在设置 learning.words 中说明该词相当于几级",
            "Write a number from {low} to {high}, or say under learning.words in the settings what it means",
        ),
    ),
    "grade-out-of-scale": (
        Text("等级 {value} 不在 {low} 到 {high} 之间", "The grade {value} is not within {low} to {high}"),
        Text(
            "请改正，或在设置中写明所用等级的两端：learning.lowest 与 learning.highest",
            "Correct it, or set the ends of your scale: learning.lowest and learning.highest",
        ),
    ),
    "yes-no-unknown": (
        Text("“{value}”既非“是”也非“否”", "“{value}” is neither yes nor no"),
        Text("请填 是 或 否，不知道时留空", "Write yes or no, and leave it empty where it is not known"),
    ),
    "propensity-wrong": (
        Text("展示概率“{value}”不在 0 与 1 之间", "The propensity “{value}” is not above 0 and at most 1"),
        Text("请填推送日志中的概率，例如 0.25", "Take the probability from the log, such as 0.25"),
    ),
    "cell-not-plain": (
        Text("此处应是一个值，而不是列表或对象", "One value should stand here, no list or object"),
        Text("请每格只填一个值", "Write one value into each cell"),
    ),
    "feedback-empty": (
        Text(
            "没有任何等级，也没有对接或签约情况", "There is no grade, and nothing of introduction or signing"
        ),
        Text("请至少填一项，或删去该行", "Fill in one of them at least, or drop the row"),
    ),
    "feedback-contradiction": (
        Text("已签约却写着未对接", "It is signed and yet not introduced"),
        Text("请核对“是否对接”与“是否签约”两列", "Check the columns introduced and signed"),
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
