"""`qixi learn`: weights and likelihoods from what came of shown pairs, installed where they prove better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from qixi.cli.corpus import Corpus, corpus_of
from qixi.cli.headings import look_of
from qixi.cli.lessons import Lessons, feedback_of, lessons_of
from qixi.cli.outputs import together
from qixi.cli.porch import (
    TABLES,
    ManyFiles,
    Porch,
    demand_option,
    needs_of,
    no_rows,
    rejects_option,
    settings_of,
    settings_option,
    suite_of,
    supply_option,
    writable,
)
from qixi.core import Problem, Refused, Text
from qixi.match.learning.gathering import gather
from qixi.match.learning.installing import installed, origin
from qixi.match.learning.notation import toml_of
from qixi.match.learning.report import write_report
from qixi.match.learning.study import Enough, Study, study
from qixi.match.learning.weights import Weights
from qixi.match.learning.wording import refusals, verdict
from qixi.match.settings import Settings
from qixi.tables import REJECT_COLUMNS, reject_rows, write_rows
from qixi.tables.placing import placed

OUTPUTS = {"out": (".toml",), "report": (".html", ".htm"), "rejects": TABLES}

_NOT_BETTER = 5


@click.command(cls=ManyFiles)
@click.option(
    "--feedback",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE...",
    help="What came of shown pairs: demand_id, supply_id, grades, introduced, signed, date, propensity.",
)
@supply_option(required=False)
@demand_option
@click.option(
    "--index", "index_path", type=click.Path(path_type=Path), help="Index folder, built when missing."
)
@settings_option
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Settings to match with: .toml.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="What was found, with reliability plots: .html."
)
@rejects_option
@click.pass_obj
def learn(porch: Porch, /, supply: tuple[Path, ...], demand: tuple[Path, ...], **asked: Any) -> int:
    """Learn weights and likelihoods from feedback, and write settings where they prove better.

    Ends with code 4 where there is too little feedback, and says how much more is wanted and which rows
    are bad; with code 5 where nothing proved better on needs held out, and then writes no settings.
    """
    taken = [
        *supply,
        *demand,
        *asked["feedback"],
        *([asked["settings_path"]] if asked["settings_path"] else []),
    ]
    for name, suffixes in OUTPUTS.items():
        writable(asked[name], taken, suffixes)
        taken += [asked[name]] if asked[name] else []
    settings = settings_of(asked["settings_path"])
    _refuse_rerank(settings, asked["settings_path"])
    with ExitStack() as stack:
        suite = suite_of(settings)
        if suite is not None:
            stack.enter_context(suite)
        told = feedback_of(porch, asked["feedback"], settings)
        if not told.records:
            raise _refusal(porch, asked, [*told.rejects, *told.warnings], (), no_rows(asked["feedback"]))
        needs = needs_of(porch, demand, settings)
        corpus = corpus_of(porch, supply, asked["index_path"], settings, suite)
        lessons = lessons_of(asked["feedback"], told, needs, corpus, settings)
        found = _study(porch, lessons, corpus, settings, asked)
    after = installed(found, settings, origin(lessons.records, found, settings, corpus.snapshot))
    _write(porch, lessons, found, after, asked)
    _tell(porch, lessons, found, after, asked)
    return 0 if after is not None else _NOT_BETTER


def _refuse_rerank(settings: Settings, path: Path | None) -> None:
    if settings.models.rerank is None:
        return
    raise Refused(
        Problem(
            "learning-with-rerank",
            Text("设有重排模型时无法学习", "with a re-ranker nothing can be learnt"),
            Text(
                "请用一份没有 models.rerank 的设置学习权重，再把权重抄入本设置；可能性不适用于重排后的分数",
                "learn with settings without models.rerank and copy the weights; likelihoods do not hold "
                "for re-ranked scores",
            ),
            file=str(path),
            setting="models.rerank",
        )
    )


def _study(
    porch: Porch, lessons: Lessons, corpus: Corpus, settings: Settings, asked: Mapping[str, Any]
) -> Study:
    with porch.progress(len(lessons.needs), "计算各部分得分", "scoring the parts") as step:
        sample = gather(corpus.engine, lessons.needs, lessons.records, settings.learning, step)
    if (
        settings.models.embedding is not None
        and settings.models.embedding.weight
        and not corpus.engine.models
    ):
        raise Refused(
            Problem(
                "model-lost",
                Text("向量模型没有应答，学到的不会是所设的分数", "the embedding model did not answer"),
                Text(
                    "请检查模型后重试，或去掉 models.embedding",
                    "check the model, or take it out of the settings",
                ),
            )
        )
    files = "，".join(str(path) for path in lessons.files)
    if not sample.needs:
        raise _refusal(porch, asked, lessons.problems(), lessons.header(), _nothing(files))
    enough = Enough.of(sample, Weights.of(settings), settings.learning)
    if not enough.for_weights and not enough.outcomes:
        raise _refusal(porch, asked, lessons.problems(), lessons.header(), *refusals(enough, files))
    with porch.progress(settings.learning.folds + 1, "学习", "learning") as step:
        return study(sample, settings, enough, step)


def _nothing(files: str) -> Problem:
    return Problem(
        "feedback-unusable",
        Text("没有一行反馈可用于学习", "no row of feedback can be learnt from"),
        Text(
            "请核对编号，并填写前景、合作意愿、等级、对接、签约中的一项",
            "check the ids, and fill in prospects, cooperation, grade, introduced or signed",
        ),
        file=files,
    )


def _refusal(
    porch: Porch,
    asked: Mapping[str, Any],
    problems: Sequence[Problem],
    made: Sequence[tuple[Text, str]],
    *why: Problem,
) -> Refused:
    """Return the refusal and behind it the first bad rows; all of them are written where --rejects asks."""
    if asked["rejects"]:
        with together() as draft:
            _write_rejects(porch, draft(asked["rejects"]), problems, made)
        porch.say(f"已写入 {asked['rejects']}", f"written {asked['rejects']}")
    return Refused(*why, *problems[:20])


def _write_rejects(
    porch: Porch, path: Path, problems: Sequence[Problem], made: Sequence[tuple[Text, str]]
) -> None:
    header = {name.en: value for name, value in made}
    look = look_of("rejects", porch.language)
    write_rows(path, REJECT_COLUMNS, reject_rows(problems), header=header, look=look)


def _write(
    porch: Porch, lessons: Lessons, found: Study, after: Settings | None, asked: Mapping[str, Any]
) -> None:
    """Write everything that was asked for, or nothing; settings only where something proved better."""
    with together() as draft:
        if asked["report"]:
            write_report(draft(asked["report"]), found, lessons.header(), porch.language)
        if asked["rejects"]:
            _write_rejects(porch, draft(asked["rejects"]), lessons.problems(), lessons.header())
        if after is not None:
            remarks = [f"{line.zh} / {line.en}" for line in verdict(found)]
            with placed(draft(asked["out"])) as part:
                part.write_text(toml_of(after, remarks), encoding="utf-8", newline="\n")


def _tell(
    porch: Porch, lessons: Lessons, found: Study, after: Settings | None, asked: Mapping[str, Any]
) -> None:
    pairs, needs = len(found.sample.assets), len(found.sample.needs)
    porch.say(f"反馈 {pairs} 对，需求 {needs} 项", f"{pairs} pairs of {needs} needs")
    for line in verdict(found):
        click.echo(porch.text(line))
    problems = lessons.problems()
    if problems:
        porch.say(f"问题行与提醒共 {len(problems)} 处", f"{len(problems)} bad rows and remarks")
        for problem in [] if asked["rejects"] else problems[:5]:
            click.echo(f"  {porch.text(problem.message())}")
    for name in ("report", "rejects"):
        if asked[name]:
            porch.say(f"已写入 {asked[name]}", f"written {asked[name]}")
    if after is not None:
        porch.say(f"已写入 {asked['out']}", f"written {asked['out']}")
    else:
        porch.say(
            f"没有一项胜过现有设置，未写 {asked['out']}",
            f"nothing proved better; {asked['out']} is not written",
        )
