"""The folder of an index: taking turns to write to it, drafts, parts put in their places and taken away."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

from qixi.core import Text
from qixi.match.index.disk import VAULT, files_in, remove, seal_of, sync, sync_tree
from qixi.match.index.head import HEAD, PART, Head, refused
from qixi.match.lock import LOCK, locked
from qixi.match.vault.layout import MAGIC
from qixi.tables.placing import nameable

_MARK = ".qixi"
"""The file that says of a folder of drafts that it is one."""
_DRAFT = re.compile(r"\.[0-9a-z_]+\.(?:part|head)")
_OLDER = re.compile(r"part-[1-9][0-9]{0,17}")
_DELTA = re.compile(r"delta-([1-9][0-9]{0,17})")


@contextmanager
def writing(folder: Path, patience: float) -> Iterator[Path]:
    """Hold the lock of an index, and give a folder for drafts in it, which goes when the block ends.

    Raises Refused where something else is in `folder`, it cannot be written to, another has been
    writing for `patience` seconds, or a text holds half a character.
    """
    check(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, patience), _draft(folder) as draft:
            yield draft
    except OSError as fault:
        raise refused(
            folder,
            Text(f"无法写入索引：{fault.strerror}", f"the index cannot be written: {fault.strerror}"),
            Text("请检查磁盘空间与权限；原有索引未变", "check disk space and permissions; it is as it was"),
        ) from fault
    except UnicodeEncodeError as fault:
        raise refused(
            folder,
            Text(
                "有技术含不完整的字符，无法写入索引",
                "a technology holds half a character and cannot be written",
            ),
            Text("请改正该文本中的乱码", "correct the broken character in its text"),
        ) from fault


def check(folder: Path) -> None:
    """Raise Refused unless an index can stand in `folder`: it is new, empty, or holds one."""
    nameable(folder)
    if folder.exists() and (folder.is_file() or not _ours(folder)):
        raise refused(
            folder,
            Text("该文件夹不是索引，且不为空", "the folder is not an index and not empty"),
            Text("请另选一个空文件夹", "choose an empty folder"),
        )


@contextmanager
def changing(folder: Path, patience: float) -> Iterator[tuple[Head, Path]]:
    """Give the head of an index that is there, and a folder for drafts; see `writing`."""
    Head.read(folder)
    with writing(folder, patience) as draft:
        yield Head.read(folder), draft


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    draft = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=folder))
    (draft / _MARK).touch()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def begun(draft: Path) -> Path:
    """Return a folder in the drafts to write a part to, for all to read as new folders usually are."""
    part = draft / "part"
    part.mkdir()
    return part


def seals(part: Path) -> dict[str, str]:
    """Return the seal of every file of a part."""
    return {name: seal_of(part / name) for name in files_in(part)}


def base_name(files: Mapping[str, str]) -> str:
    """Return the name of a base, which its content gives it: equal bases have equal names."""
    return "base-" + hashlib.sha256(json.dumps(files, sort_keys=True).encode("ascii")).hexdigest()[:16]


def delta_name(folder: Path) -> str:
    """Return the next free name for a delta."""
    taken = [int(match[1]) for path in folder.iterdir() if (match := _DELTA.fullmatch(path.name))]
    return f"delta-{max(taken, default=0) + 1}"


def place(part: Path, folder: Path, name: str) -> None:
    """Put a finished part where it belongs, all of it on the disk; raises OSError."""
    sync_tree(part)
    target = folder / name
    if target.is_dir():
        # The same content by its name, perhaps damaged since: each file is replaced in one step.
        for path in files_in(part):
            (target / path).parent.mkdir(exist_ok=True)
            (part / path).replace(target / path)
        sync_tree(target)
    else:
        part.rename(target)
    sync(folder)


def clear(folder: Path, spared: AbstractSet[str]) -> None:
    """Remove all parts and drafts but those of these names; only under the lock."""
    for path in list(folder.iterdir()):
        if path.name not in spared and _left_over(path):
            remove(path)


def _left_over(path: Path) -> bool:
    """Say whether `path` is a part, or the beginning of one: of an older index or of a killed writer.

    Its name alone does not say so: somebody else's folder may have it, too.
    """
    if not any(kind.fullmatch(path.name) for kind in (PART, _OLDER, _DRAFT)) or path.is_symlink():
        return False
    return _is_draft_of_head(path) or (path.is_dir() and _marked(path))


def _is_draft_of_head(path: Path) -> bool:
    return path.suffix == ".head" and path.is_file()


def _marked(folder: Path) -> bool:
    """Say whether there is nothing in a folder, or something that an index alone has."""
    files = [path for path in folder.rglob("*") if not path.is_dir()]
    return not files or any(path.name == _MARK or _is_vault(path) for path in files)


def _is_vault(path: Path) -> bool:
    if path.suffix != VAULT or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def is_index(folder: Path) -> bool:
    """Say whether an index stands in `folder`."""
    return (folder / HEAD).is_file()


def discard(folder: Path) -> None:
    """Do away with an index: nothing stands in `folder` any more, what is left goes with the next one."""
    (folder / HEAD).unlink(missing_ok=True)


def _ours(folder: Path) -> bool:
    """Say whether an index stands in `folder`, or else nothing but what writers leave."""
    if is_index(folder) or all(path.name == LOCK or _left_over(path) for path in folder.iterdir()):
        return True
    # The first writer's head may have come between the two looks.
    return is_index(folder)
