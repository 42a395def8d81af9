"""The files that one run writes: all of them put in their places, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qixi.cli.headings import look_of
from qixi.cli.work import Work
from qixi.core import Problem, Refused, Text
from qixi.match.report import write_report
from qixi.match.rows import WITHHELD_COLUMNS, withheld_rows
from qixi.tables import REJECT_COLUMNS, reject_rows, write_rows


@contextmanager
def together() -> Iterator[Callable[[Path], Path]]:
    """Give a function that turns an output's path into one to write to for now.

    What was written there takes its place when the block ends well, in the order asked for; when it
    does not, nothing is left and what stood in those places still stands. Raises Refused where a
    folder cannot be written to.
    """
    drafts: list[tuple[Path, Path]] = []
    with ExitStack() as stack:

        def draft(path: Path) -> Path:
            try:
                folder = TemporaryDirectory(prefix=".qixi-", suffix=".part", dir=path.parent)
            except OSError as error:
                raise _refusal(path, error) from None
            drafts.append((Path(stack.enter_context(folder)), path))
            return drafts[-1][0] / path.name

        try:
            yield draft
        except Refused as refused:
            raise Refused(*(_renamed(problem, drafts) for problem in refused.problems)) from None
        for folder, path in drafts:
            _place(folder, path)


def _place(folder: Path, path: Path) -> None:
    """Move what is in `folder`, the output and what stands beside it, to where `path` says."""
    try:
        for file in sorted(folder.iterdir()):
            file.replace(path.parent / file.name)
    except OSError as error:
        raise _refusal(path, error) from None


def write(work: Work, asked: Mapping[str, Any]) -> None:
    """Write everything that was asked for; raises Refused, nothing being written."""
    header = work.header()
    with together() as draft:
        if asked["report"]:
            _write_report(work, draft(asked["report"]), header)
        if asked["rejects"]:
            problems = (*work.rejects(), *work.warnings())
            rows = reject_rows(problems)
            _table(work, draft(asked["rejects"]), "rejects", REJECT_COLUMNS, rows, header)
        if asked["withheld"]:
            rows = withheld_rows(work.rankings)
            _table(work, draft(asked["withheld"]), "withheld", WITHHELD_COLUMNS, rows, header)
        # The results come last: where they are, everything else is too.
        total = sum(len(ranking.matches) for ranking in work.rankings)
        with work.porch.progress(total, "写出结果", "writing results") as step:
            _table(work, draft(asked["out"]), "matches", work.columns(), work.rows(step), header)


def _table(
    work: Work,
    path: Path,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    header: Mapping[str, str],
) -> None:
    write_rows(path, columns, rows, header=header, look=look_of(name, work.porch.language))


def _write_report(work: Work, path: Path, header: Mapping[str, str]) -> None:
    needs = work.need_by_id()
    write_report(
        path,
        [(needs[r.need_id], r, work.explanations.get(r.need_id, [])) for r in work.rankings],
        header=header,
        language=work.porch.language,
        notes=work.notes(),
        assets=work.corpus.engine.held.by_id,
        weights=work.settings.weights,
    )


def _renamed(problem: Problem, drafts: Sequence[tuple[Path, Path]]) -> Problem:
    """Name the file that was asked for where the problem names the one written to for now."""
    for folder, path in drafts:
        if problem.file is not None and Path(problem.file).parent == folder:
            return replace(problem, file=str(path.parent / Path(problem.file).name))
    return problem


def _refusal(path: Path, error: OSError) -> Refused:
    why = error.strerror or type(error).__name__
    reason = Text(f"无法写入：{why}", f"it cannot be written: {why}")
    remedy = Text("请检查磁盘空间与权限", "check disk space and permissions")
    return Refused(Problem("output", reason, remedy, file=str(path)))
