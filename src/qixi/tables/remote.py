"""Files that lie elsewhere, named by a URL and brought or sent through fsspec."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from qixi.core import Problem, Refused, Text

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(::[a-z0-9+.-]+)*://")
_SECRET = re.compile(r"(?<=://)[^/@\s]*@|\?.*", re.DOTALL)


def is_remote(place: str) -> bool:
    """Say whether `place` is a URL and not a path; `C:/...` is a path."""
    return _URL.match(place) is not None


def plain(place: str) -> str:
    """Return a URL without what may give access: user, password and query."""
    return _SECRET.sub("", place) if is_remote(place) else place


@contextmanager
def brought(places: Sequence[str]) -> Iterator[list[Path]]:
    """Yield a readable path for each of `places`: paths as they are, URLs as copies kept meanwhile.

    A copy keeps the name, and with it the suffix, of what it is a copy of. Refusals raised meanwhile
    name the URL in its place. Raises Refused where a file cannot be brought.
    """
    with TemporaryDirectory(prefix="qixi-", ignore_cleanup_errors=True) as name:
        copies: dict[str, str] = {}
        paths = []
        for number, place in enumerate(places):
            folder = Path(name) / str(number)
            path = _brought(place, folder)
            if path.parent == folder:
                copies[str(path)] = plain(place)
            paths.append(path)
        try:
            yield paths
        except Refused as refused:
            raise Refused(
                *(replace(p, file=copies.get(p.file or "", p.file)) for p in refused.problems)
            ) from None


def _brought(place: str, folder: Path) -> Path:
    if not is_remote(place):
        return Path(place)
    with _told(place, "读取", "read"):
        system, inside = _system(place)
        if _is_local(system):
            return Path(inside)
        folder.mkdir()
        copy = folder / PurePosixPath(inside).name
        system.get_file(inside, str(copy))
        return copy


@contextmanager
def sent(place: str) -> Iterator[Path]:
    """Yield a path to write to; what stands there when the block ends well is put at `place`, whole.

    For a path this is the path itself. Raises Refused where it cannot be put there.
    """
    if not is_remote(place):
        yield Path(place)
        return
    with _told(place, "写入", "written"):
        system, inside = _system(place)
    if _is_local(system):
        yield Path(inside)
        return
    with TemporaryDirectory(prefix="qixi-", ignore_cleanup_errors=True) as name:
        draft = Path(name) / PurePosixPath(inside).name
        try:
            yield draft
        except Refused as refused:
            raise Refused(*(_renamed(p, draft, place) for p in refused.problems)) from None
        # What stands beside the output, as NAME.meta.json, goes with it, and before it.
        files = sorted(Path(name).iterdir(), key=lambda path: (path == draft, path.name))
        with _told(place, "写入", "written"):
            for file in files:
                goal = str(PurePosixPath(inside).with_name(file.name))
                with system.transaction, file.open("rb") as mine, system.open(goal, "wb") as theirs:
                    shutil.copyfileobj(mine, theirs, 2**22)


def _renamed(problem: Problem, draft: Path, place: str) -> Problem:
    return replace(problem, file=plain(place)) if problem.file == str(draft) else problem


def _system(place: str) -> tuple[AbstractFileSystem, str]:
    if importlib.util.find_spec("fsspec") is None:
        raise Refused(
            Problem(
                "remote",
                Text(
                    "网址形式的文件需要 fsspec，尚未安装",
                    "files named by a URL need fsspec, which is missing",
                ),
                Text(
                    "请执行 pip install 'qixi[cluster]'，或先把文件取到本机",
                    "run pip install 'qixi[cluster]', or bring the file to this machine first",
                ),
                file=plain(place),
            )
        )
    from fsspec.core import url_to_fs

    system, inside = url_to_fs(place)
    return system, str(inside)


def _is_local(system: AbstractFileSystem) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(system, LocalFileSystem)


@contextmanager
def _told(place: str, zh: str, en: str) -> Iterator[None]:
    """Turn what a driver raises into a refusal that names the place; each driver has errors of its own."""
    try:
        yield
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001  see above
        why = _SECRET.sub("", str(error)).strip().partition("\n")[0] or type(error).__name__
        raise Refused(
            Problem(
                "remote",
                Text(f"该网址的文件无法{zh}：{why}", f"the file at this URL cannot be {en}: {why}"),
                Text(
                    "请检查网址与访问权限，并确认已安装其驱动（如 s3fs、adlfs、gcsfs）",
                    "check the URL, the right of access, and that its driver is installed (s3fs, gcsfs, ...)",
                ),
                file=plain(place),
            )
        ) from None
