"""Writes the reference pages that follow from the code, so that the docs cannot say otherwise.

`python tools/reference.py` writes them, `--check` only says which are out of date.
"""

from __future__ import annotations

import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import annotated_types as at
import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from qixi.cli import COMMANDS, EXIT_CODES, cli
from qixi.cli.chinese import DOES, meaning
from qixi.core import Text
from qixi.match.evaluation import STANDARD
from qixi.match.settings import Settings
from qixi.registry.domain.may import Kind, Verb, rules
from qixi.tables import Limits, known_heads
from qixi.tables.catalogue import FILE_FAULTS, OUTPUT_FAULTS, ROW_FAULTS, WARNINGS
from qixi.tables.words import LEGAL_STATUS, LICENCE, MATURITY, Glossary

PAGES = Path(__file__).parents[1] / "docs" / "reference"
_NOTE = "<!-- Written by tools/reference.py from the code; change the code, then run make reference. -->"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _code(text: object) -> str:
    return f"`{text}`"


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([_NOTE, f"# {title}", *(part.strip("\n") for part in parts if part)]) + "\n"


def column_heads() -> str:
    """Return the page of heads and of words in cells that are understood."""
    parts = [
        "A column is found by its head. Width, case, script (simplified or traditional), blanks, brackets "
        "and marks such as 必填 make no difference; where a file has several heads of one field, the one "
        "further left in the list wins. The field's own name (left column) is understood too. "
        "Columns with other heads are kept with the record and stand in the match file behind its own "
        "columns. A deadline that names a month (2026-05, 2026年5月) means its last day.",
        "The lists were collected from public patent exports and demand forms; no office has confirmed "
        "them. More heads can be named in the [settings](settings.md), under `heads`.",
    ]
    titles = {
        "supply": "Supply (technologies)",
        "demand": "Demand (needs)",
        "pairs": "Pairs",
        "feedback": "Feedback",
        "capacities": "Capacities",
    }
    for side, title in titles.items():
        rows = [(_code(name), " · ".join(heads)) for name, heads in known_heads(side).items()]  # type: ignore[arg-type]
        parts += [f"## {title}", table(("Field", "Heads"), rows)]
    parts.append("## Words in cells")
    glossaries = (("legal_status", LEGAL_STATUS), ("licence", LICENCE), ("maturity", MATURITY))
    for name, words in glossaries:
        parts += [f"### `{name}`", _glossary(words)]
    parts += [
        "## Bounds",
        "A file beyond these is refused, or read up to the bound, with a line in the rejects. "
        "Lengths are in characters, sizes in bytes. The numbers are Qixi's own; no rule asks for them.",
        table(("Bound", "Value"), ((_code(f.name), f"{f.default:,}") for f in fields(Limits))),
    ]
    return _page("Column heads and words", *parts)


def _glossary(words: Glossary) -> str:
    meanings = {meaning: [w for w, m in words.words.items() if m == meaning] for meaning in words.order}
    rows = [(_code(meaning), " · ".join(known)) for meaning, known in meanings.items()]
    state = "Confirmed" if words.confirmed else "Unconfirmed"
    return f"{state}. Source: {words.source}. Where a cell holds several, the higher row wins.\n\n" + table(
        ("Meaning", "Words"), rows
    )


def faults() -> str:
    """Return the page of what can be wrong with a file, and the remedies."""
    sections: tuple[tuple[str, str, Mapping[str, tuple[Text, Text]]], ...] = (
        (
            "Faults of a whole file",
            "The file is not read, or not read further; other files go on.",
            FILE_FAULTS,
        ),
        (
            "Faults of a row",
            "The row is left out and listed among the rejects; other rows go on.",
            ROW_FAULTS,
        ),
        ("Warnings", "At most one value is left out; the row is kept.", WARNINGS),
        ("Faults of an output", "Nothing is written; a file that was there stays as it was.", OUTPUT_FAULTS),
    )
    parts = [
        "Rejects are written with the columns `kind`, `kind_zh`, `file`, `row`, `column`, `code`, "
        "`reason_zh`, `reason_en`, `remedy_zh`, `remedy_en`. `row` counts as a person sees it: the line of "
        "a text file, the row of a sheet, the record of a Parquet file. Words in braces stand for what "
        "was found."
    ]
    for title, lead, catalogue in sections:
        rows = [(_code(code), _both(reason), _both(remedy)) for code, (reason, remedy) in catalogue.items()]
        parts += [f"## {title}", lead, table(("Code", "Reason", "Remedy"), rows)]
    return _page("Bad rows, bad files and remedies", *parts)


def _both(text: Text) -> str:
    return f"{text.zh}<br>{text.en}".replace("{{", "{").replace("}}", "}")


def settings() -> str:
    """Return the page of settings."""
    parts = [
        "Settings are a TOML file, given with `--settings`. What is left out keeps its default; an entry "
        "that does not exist or does not fit is refused by name. Paths are relative to the folder the "
        "command runs in. The digest of the settings stands with every result.",
        table(("Setting", "Type", "Default", "Allowed"), _own_rows(Settings, "")),
    ]
    for path, model in _sections(Settings, ""):
        rows = list(_own_rows(model, ""))
        parts += [f"## `[{path}]`", _summary(model)]
        if rows:
            parts.append(table(("Setting", "Type", "Default", "Allowed"), rows))
    return _page("Settings", *parts)


def _sections(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        inner = _model_of(field.annotation)
        if inner is not None:
            yield f"{path}{name}", inner
            yield from _sections(inner, f"{path}{name}.")


def _model_of(annotation: object) -> type[BaseModel] | None:
    for candidate in (annotation, *typing.get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _summary(model: type[BaseModel]) -> str:
    return inspect.cleandoc(model.__doc__ or "")


def _own_rows(model: type[BaseModel], path: str) -> Iterator[tuple[str, str, str, str]]:
    for name, field in model.model_fields.items():
        if _model_of(field.annotation) is None:
            yield _code(path + name), _type(field.annotation), _default(field), _allowed(field)


def _type(annotation: object) -> str:
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {types.UnionType, typing.Union}:
        return " or ".join(_type(each) for each in inside if each is not type(None))
    if origin is typing.Literal:
        return " or ".join(f'`"{each}"`' for each in inside)
    if origin is typing.Annotated:
        return _type(inside[0])
    if origin in {tuple, list}:
        return f"list of {_type(inside[0])}"
    if origin is dict:
        return f"table of {_type(inside[1])}"
    names = {bool: "true or false", int: "whole number", float: "number", str: "text", Path: "path"}
    return names.get(annotation, "value")  # type: ignore[call-overload, no-any-return]


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be given"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ("", {}):
        return "none"
    if isinstance(value, bool):
        return _code(str(value).lower())
    if isinstance(value, tuple | list):
        return _code([round(each, 4) if isinstance(each, float) else each for each in value])
    return _code(value)


_BOUNDS: dict[type, str] = {at.Gt: "> {gt}", at.Ge: "≥ {ge}", at.Lt: "< {lt}", at.Le: "≤ {le}"}


def _allowed(field: FieldInfo) -> str:
    said = []
    for rule in field.metadata:
        form = _BOUNDS.get(type(rule))
        if form is not None:
            said.append(form.format(**{name: getattr(rule, name) for name in rule.__slots__}))
        elif isinstance(rule, at.MaxLen):
            said.append(f"at most {rule.max_length} characters")
    return ", ".join(said)


def command_line() -> str:
    """Return the page of commands and options."""
    parts = [
        cli.help or "",
        meaning("qixi", DOES) or "",
        "`python -m qixi` is the same command.",
        _options(cli, "qixi"),
    ]
    parts += _commands(cli, "qixi")
    codes = [(_code(code), said) for code, said in EXIT_CODES.items()]
    parts += ["## Exit codes", table(("Code", "Meaning"), codes)]
    return _page("Command line", *parts)


def _commands(group: click.Group, path: str) -> Iterator[str]:
    for name in COMMANDS if group is cli else group.commands:
        group.get_command(click.Context(group), name)  # which imports it
        command = group.commands[name]
        full = f"{path} {name}"
        context = click.Context(command, info_name=full, **cli.context_settings)
        yield f"## `{full}`"
        yield _help(command.help or "")
        yield inspect.cleandoc(meaning(full, DOES) or "")
        if isinstance(command, click.Group):
            yield from _commands(command, full)
            continue
        usage = " ".join(command.collect_usage_pieces(context))
        yield f"```text\n{full} {usage}\n```"
        yield _options(command, full)


def _help(text: str) -> str:
    return text.replace("\b\n", "").strip()


def _options(command: click.Command, path: str) -> str:
    rows = []
    for param in command.params:
        if not isinstance(param, click.Option) or param.hidden:
            continue
        shown = ", ".join(_code(name) for name in (*param.opts, *param.secondary_opts))
        metavar = "" if param.is_flag else f" {_code(param.make_metavar(click.Context(command)))}"
        chinese = meaning(path, max(param.opts, key=len)) if param.help else None
        rows.append((shown + metavar, _fallback(param), _help(param.help or ""), chinese or ""))
    return table(("Option", "Default", "Meaning", "含义"), rows) if rows else ""


def _fallback(param: click.Option) -> str:
    if param.required:
        return "must be given"
    value = param.default
    plain = isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    return _code(value) if plain else ""


def standard_measures() -> str:
    """Return the fragment that lists what `evaluate` measures when nothing is asked for."""
    return "\n".join([_NOTE, *(f"- `{measure}`" for measure in STANDARD)]) + "\n"


_KINDS = {
    Kind.CASE: Text("办件", "Case"),
    Kind.PROPOSAL: Text("本单位审批", "Approval within an organisation"),
    Kind.INVITATION: Text("共同申请邀请", "Invitation to apply together"),
    Kind.ORGANISATION: Text("机构", "Organisation"),
    Kind.ASSET: Text("成果", "Asset"),
    Kind.NEED: Text("需求", "Need"),
    Kind.EXPERT: Text("专家", "Expert"),
    Kind.DIVISION: Text("地区统计", "Figures of a division"),
    Kind.SERVICE: Text("服务", "The service"),
}
_VERBS = {
    Verb.SEE: Text("查看", "See"),
    Verb.SEE_CONFIDENTIAL: Text("查看保密内容", "See what is confidential"),
    Verb.OPEN: Text("新建、发起", "Begin"),
    Verb.ACT: Text("办理", "Act"),
    Verb.OVERSEE: Text("经办", "Act as its officer"),
    Verb.OBJECT: Text("提出异议", "Object"),
    Verb.ATTACH: Text("提交文件", "Hand in a file"),
    Verb.MANDATE: Text("委托、邀请共同申请", "Give a mandate, invite to apply together"),
    Verb.LEAVE: Text("退出", "Leave"),
    Verb.ANSWER: Text("答复", "Answer"),
    Verb.PROMISE: Text("为抽取承诺数值", "Promise a number for a draw"),
    Verb.APPROVE: Text("审批、退回", "Approve or send back"),
    Verb.TAKE_BACK: Text("撤回", "Take back"),
    Verb.EDIT: Text("修改", "Edit"),
    Verb.CONFIRM: Text("确认或异议", "Confirm or dispute"),
    Verb.DEAL: Text("处分份额", "Deal with a share"),
    Verb.PRESERVE: Text("登记保全", "Enter a preservation"),
    Verb.DRAW: Text("组织抽取", "Hold a draw"),
    Verb.VERIFY: Text("核验", "Verify"),
    Verb.MERGE: Text("合并", "Merge"),
    Verb.GOVERN: Text("设置审批流程", "Set chains of approval"),
    Verb.APPOINT_OFFICERS: Text("指定经办人员", "Appoint officers"),
    Verb.DESK: Text("使用工作台、批量办理", "Use the desk, act in many cases"),
    Verb.GIVE_POSTS: Text("授予岗位", "Give posts"),
    Verb.ADMINISTER: Text("运营", "Administer"),
}


def who_may_what() -> str:
    """Return the page of who may do what with which records."""
    parts = [
        "谁可以对哪类记录做什么。页面、接口与测试都由同一个函数判定；表中没有的一律拒绝。"
        "看不到记录的人，得到的答复与记录不存在时相同。办件由当事人和所在地区及上级的经办人员查看；"
        "未提交的草稿只有当事人和代其新建的经办人员可以查看；公示期间凡登录者均可查看，提出过异议者此后仍可查看。",
        "Who may do what with which record. Pages, interfaces and tests ask one function; what is not in the "
        "tables is refused to all. Whoever may not see a record is told that there is none. A record is seen "
        "by its parties and holders, by officers of its division and those above, and by all once it is "
        "public; operators see organisations, and no case. A case that was not handed in yet is seen by its "
        "parties alone, and by an officer who began it for them; while it is announced whoever signed in "
        "sees it, and who objected to it from then on. The acts of a case are further bound by its "
        "procedure.",
    ]
    said = rules()
    for kind, title in _KINDS.items():
        rows = [
            (_both(_VERBS[verb]), _code(verb.value), _both(said[verb, kind]))
            for verb in Verb
            if (verb, kind) in said
        ]
        parts += [
            f"## {title.zh} / {title.en}",
            table(("事项 What", "名称 Name", "谁可以 Who"), rows),
        ]
    return _page("谁可以做什么 / Who may what", *parts)


WRITERS: Mapping[str, Callable[[], str]] = {
    "column-heads.md": column_heads,
    "faults.md": faults,
    "settings.md": settings,
    "command-line.md": command_line,
    "standard-measures.txt": standard_measures,
    "who-may-what.md": who_may_what,
}


def stale() -> list[Path]:
    """Return the pages that differ from what the code says."""
    return [
        PAGES / name
        for name, write in WRITERS.items()
        if not (PAGES / name).is_file() or (PAGES / name).read_text("utf-8") != write()
    ]


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` return 1 where one is out of date."""
    old = stale()
    for page in old:
        if "--check" not in arguments:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(WRITERS[page.name](), "utf-8", newline="\n")
        sys.stdout.write(f"{'out of date' if '--check' in arguments else 'written'}: {page.name}\n")
    return int(bool(old) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
