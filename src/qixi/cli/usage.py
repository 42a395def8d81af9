"""A wrong command line, said in both languages as every refusal is."""

from __future__ import annotations

from collections.abc import Sequence

import click

from qixi.core import Text


class Misuse(click.UsageError):
    """A command line that is wrong for a reason of Qixi's own."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


def explained(fault: click.UsageError) -> str:
    """Return the usage of the command, what is wrong in both languages, and where help is."""
    said = fault.text if isinstance(fault, Misuse) else Text(_chinese(fault), fault.format_message())
    zh, en = f"{said.zh}。", said.en if said.en.endswith((".", "?", "?)")) else f"{said.en}."
    if fault.ctx is None:
        return f"用法有误：{zh}\nusage error: {en}"
    path = fault.ctx.command_path
    return (
        f"{fault.ctx.get_usage()}\n用法有误：{zh}说明见 {path} --help。\nusage error: {en} See {path} --help."
    )


def _chinese(fault: click.UsageError) -> str:
    """Return in Chinese what click says in English."""
    near: Sequence[str] = getattr(fault, "possibilities", None) or ()
    like = f"（相近的：{'、'.join(near)}）" if near else ""
    match fault:
        case click.MissingParameter(param=click.Parameter() as param):
            return f"缺少 {_name(param)}{_allowed(param.type)}"
        case click.BadParameter(param=click.Parameter() as param):
            return f"{_name(param)} 的值不可用{_allowed(param.type)}"
        case click.NoSuchOption(option_name=name):
            return f"没有选项 {name}{like}"
        case click.BadOptionUsage(option_name=name):
            return f"选项 {name} 缺少值，或不应有值"
    if hasattr(fault, "command_name"):  # newer releases of click
        return f"没有命令 {fault.command_name}{like}"
    return "有多余、缺少或认不出的词"


def _name(param: click.Parameter) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name.upper()


def _allowed(kind: click.ParamType) -> str:  # type: ignore[type-arg]  # generic in some releases of click
    """Return what a value may be, where the kind of parameter says it."""
    match kind:
        case click.Choice(choices=choices):
            return f"，可用：{'、'.join(map(str, choices))}"
        case click.IntRange(min=least, max=most) | click.FloatRange(min=least, max=most):
            bounds = [f"不小于 {least}"] if least is not None else []
            bounds += [f"不大于 {most}"] if most is not None else []
            return f"，应为{'整数' if isinstance(kind, click.IntRange) else '数字'}，{' 且'.join(bounds)}"
        case click.Path(exists=True):
            return "，应为已有的文件"
        case click.DateTime():
            return "，应为日期，如 2026-01-31"
    return ""
