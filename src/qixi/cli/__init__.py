"""The command `qixi`: the porch through which files come in and results go out."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from qixi import __version__
from qixi.cli.chinese import in_chinese
from qixi.cli.porch import LANGUAGE_SET_BY, Porch, language_option
from qixi.cli.usage import explained
from qixi.core import Refused
from qixi.core.text import Language

__all__ = ["main"]

COMMANDS = (
    "match",
    "batch",
    "explain",
    "search",
    "index",
    "assign",
    "evaluate",
    "learn",
    "procedures",
    "draw",
    "policy",
    "serve",
    "background",
    "office",
    "doctor",
)
"""The commands, each in the module of its name; imported when asked for, since all take long to import."""

EXIT_CODES = {
    0: "done; bad rows, if any, were left out and counted",
    1: "a failure of Qixi itself, please report it",
    2: "the command line is wrong; nothing was done",
    3: "done, but rows were rejected and --strict was given",
    4: "refused: an input, a setting or the output cannot be used; nothing was written but the bad rows "
    "that learn was asked to list",
    5: "learn: nothing proved better than what is set; no settings were written",
    130: "interrupted; nothing was written but the finished blocks of a batch, which are kept",
    141: "what read the output closed it early; files asked for had been written",
}


class _Closed(Exception):  # noqa: N818  an end, not an error
    """Raised where nobody reads the output any more, as behind `head`."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; a name that nothing has is held against all of them."""
        for name in (cmd_name,) if cmd_name in COMMANDS else COMMANDS:
            self.add_command(getattr(import_module(f"qixi.cli.{name}"), name))
        command = self.commands.get(cmd_name)
        return in_chinese(command, f"qixi {cmd_name}") if command and _is_chinese(ctx) else command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        shown = in_chinese(self, "qixi") if _is_chinese(ctx) else self
        click.Group.format_help(shown, ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would end with 1, which here means a fault of Qixi itself
            raise _Closed from None


def _is_chinese(context: click.Context) -> bool:
    """Say whether to help in Chinese; `--help` may come before the language is known."""
    language = context.params.get("language") or os.environ.get(LANGUAGE_SET_BY)
    return language != "en"


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="qixi")
@language_option
@click.pass_context
def cli(context: click.Context, language: Language) -> None:
    """Qixi (七夕) matches technologies with needs, with reasons a person can check."""
    context.obj = Porch(language)


def main() -> None:
    """Run the command; every refusal is said in both languages and ends with code 4."""
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show Chinese must not turn a message into a failure.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(prog_name="qixi", standalone_mode=False)
    except Refused as refused:
        for problem in refused.problems:
            message = problem.message()
            click.echo(f"拒绝：{message.zh}\nrefused: {message.en}", err=True)
        sys.exit(4)
    except click.exceptions.NoArgsIsHelpError as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except click.UsageError as fault:
        click.echo(explained(fault), err=True)
        sys.exit(fault.exit_code)
    except _Closed:
        # What is still buffered must not fail again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断 / interrupted", err=True)
        sys.exit(130)
    except Exception as fault:  # a fault of ours: said plainly, the trace on request
        if os.environ.get("QIXI_DEBUG"):
            raise
        click.echo(
            f"内部错误（{type(fault).__name__}）：没有写出结果。请设 QIXI_DEBUG=1 重试并报告输出。\n"
            f"internal error ({type(fault).__name__}): no results were written. "
            "Run again with QIXI_DEBUG=1 and report the output.",
            err=True,
        )
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
