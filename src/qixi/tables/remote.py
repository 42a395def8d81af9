"""Files that lie elsewhere, named by a URL and brought or sent through fsspec."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from qixi.core import Problem, Refused, Text
from qixi.tables.placing import placed

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


@dataclass(frozen=True, slots=True)
class Brought:
    """Readable files: `paths`, and the URLs of those that are copies, by path."""

    paths: tuple[Path, ...]
    urls: Mapping[str, str]

    def named(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return the problems with URLs in place of the copies' paths."""
        return tuple(replace(each, file=self.urls.get(each.file or "", each.file)) for each in problems)


@contextmanager
def brought(places: Sequence[str]) -> Iterator[Brought]:
    """Yield a readable path for each of `places`: paths as they are, URLs as copies kept meanwhile.

    A copy keeps the name, and with it the suffix, of what it is a copy of. Refusals raised meanwhile
    name the URL in its place. Raises Refused where a file cannot be brought.
    """
    with TemporaryDirectory(prefix="qixi-", ignore_cleanup_errors=True) as name:
        folders = [Path(name) / str(number) for number in range(len(places))]
        paths = tuple(_brought(place, folder) for place, folder in zip(places, folders, strict=True))
        urls = {
            str(path): plain(place)
            for place, path, folder in zip(places, paths, folders, strict=True)
            if path.parent == folder
        }
        here = Brought(paths, urls)
        try:
            yield here
        except Refused as refused:
            raise Refused(*here.named(refused.problems)) from None


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


def prepare(place: str) -> None:
    """Make the folder at a URL, where there are such things; raises Refused where it cannot be made."""
    with _told(place, "写入", "written"):
        system, inside = _system(place)
        system.makedirs(inside, exist_ok=True)


def send(files: Mapping[str, Path], place: str) -> None:
    """Put each file under its name into the folder at a URL, in this order, each of them whole.

    Raises Refused where one cannot be put there.
    """
    with _told(place, "写入", "written"):
        system, inside = _system(place)
        for name, path in files.items():
            goal = f"{inside.rstrip('/')}/{name}"
            system.makedirs(goal.rpartition("/")[0], exist_ok=True)
            if _is_local(system):
                with placed(Path(goal)) as part:
                    shutil.copyfile(path, part)
                continue
            with system.transaction, path.open("rb") as mine, system.open(goal, "wb") as theirs:
                shutil.copyfileobj(mine, theirs, 2**22)


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
