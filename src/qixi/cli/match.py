"""`qixi match`: rank technologies for every need, explain the best, write the results."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from qixi.cli.corpus import corpus_of
from qixi.cli.outputs import write
from qixi.cli.porch import (
    SUFFIXES,
    TABLES,
    ManyFiles,
    Porch,
    demand_option,
    needs_of,
    rejects_option,
    settings_of,
    settings_option,
    strict_option,
    suite_of,
    supply_option,
    writable,
)
from qixi.cli.summary import tell
from qixi.cli.work import Work
from qixi.tables import read_pairs

OUTPUTS = {"out": SUFFIXES, "rejects": TABLES, "withheld": TABLES, "report": (".html", ".htm")}


@click.command(cls=ManyFiles)
@supply_option(required=False)
@demand_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help=f"Results: {' '.join(SUFFIXES)}.")
@click.option("--top", type=click.IntRange(1, 1_000_000), help="Technologies per need.  [default: 100]")
@click.option(
    "--pairs", type=click.Path(path_type=Path), help="Rank only these pairs (demand_id, supply_id)."
)
@click.option(
    "--index", "index_path", type=click.Path(path_type=Path), help="Index folder, built when missing."
)
@settings_option
@click.option(
    "--explain",
    type=click.IntRange(0, 1_000_000),
    default=10,
    show_default=True,
    help="Best matches of each need that get reasons and a suggestion.",
)
@rejects_option
@click.option(
    "--withheld",
    type=click.Path(path_type=Path),
    help="What is left out and why: lapsed patents (free to use, not offered for transfer), what another "
    f"holds alone, the firm's own: {' '.join(TABLES)}.",
)
@click.option("--report", type=click.Path(path_type=Path), help="A page to read and print: .html.")
@click.option(
    "--show", type=click.IntRange(0), default=0, help="Print the best matches of the first N needs."
)
@strict_option
@click.pass_obj
def match(porch: Porch, /, supply: tuple[Path, ...], demand: tuple[Path, ...], **asked: Any) -> int:
    """Rank technologies for every need."""
    taken = [*supply, *demand, *(asked[name] for name in ("pairs", "settings_path") if asked[name])]
    for name, suffixes in OUTPUTS.items():
        writable(asked[name], taken, suffixes)
        taken += [asked[name]] if asked[name] else []
    settings = settings_of(asked["settings_path"])
    with ExitStack() as stack:
        suite = suite_of(settings)
        if suite is not None:
            stack.enter_context(suite)
        needs = needs_of(porch, demand, settings)
        pairs = read_pairs([asked["pairs"]]) if asked["pairs"] else None
        corpus = corpus_of(porch, supply, asked["index_path"], settings, suite)
        work = Work(porch, settings, corpus, needs, pairs, asked["top"], asked["explain"])
        work.run()
        write(work, asked)
    try:
        tell(work, asked)
    except BrokenPipeError:
        raise
    except OSError as fault:
        # The files are in place by now; a full disk behind the terminal must not say otherwise.
        click.echo(
            f"结果已写出，但摘要无法显示：{fault.strerror}\n"
            f"the results are written, but the summary cannot be shown: {fault.strerror}",
            err=True,
        )
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 3 if asked["strict"] and work.rejects() else 0
