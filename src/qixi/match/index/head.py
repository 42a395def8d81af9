"""The head of an index: which parts it is made of; what stands under its name is whole at any moment."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from qixi import __version__
from qixi.core import Problem, Refused, Text
from qixi.match.index.disk import sync, write_synced
from qixi.match.vault import damaged

FORMAT = 4
"""Of an index as a whole; another one is built anew."""
HEAD = "index.json"
PART = re.compile(r"base-[0-9a-f]{16}|delta-[1-9][0-9]{0,17}")
_INSIDE = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
_SEAL = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """One folder of an index: how many technologies it stores, and the seal of each file in it.

    `snapshot` is that of a base's technologies, empty for later changes.
    """

    name: str
    records: int
    files: Mapping[str, str]
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What an index is: the base part, then those of later changes in the order in which they came.

    `technologies` counts those that are still there; the list of those that are not is in the part
    `removed_in`, none where that is empty.
    """

    technologies: int
    scorers: tuple[str, ...]
    parts: tuple[Part, ...]
    removed_in: str = ""
    engine: str = __version__
    format: int = FORMAT

    @property
    def base(self) -> Part:
        """The part that all statistics come from."""
        return self.parts[0]

    @property
    def files(self) -> tuple[str, ...]:
        """The files of the index by their places in its folder, the head first; others are leftovers."""
        return (HEAD, *(f"{part.name}/{name}" for part in self.parts for name in part.files))

    @property
    def snapshot(self) -> str:
        """What the technologies are: what reading files of them says, as long as there is a base alone.

        After changes it pins base and changes instead, until they are one.
        """
        if len(self.parts) == 1:
            return self.base.snapshot
        return _digest({"parts": [dict(part.files) for part in self.parts], "removed_in": self.removed_in})

    def packed(self) -> bytes:
        """Return the file's content: JSON, its own SHA-256 last."""
        plain = asdict(self)
        return (_text({**plain, "sha256": _digest(plain)})).encode("utf-8")

    def put(self, folder: Path, draft: Path) -> None:
        """Put the head in its place by way of a folder for drafts; raises OSError.

        All it names must be on the disk by now.
        """
        write_synced(draft / HEAD, self.packed())
        (draft / HEAD).replace(folder / HEAD)
        sync(folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the head in `folder`; raises Refused where it is none, changed, or of another version."""
        path = folder / HEAD
        try:
            if not path.exists():
                raise _missing(folder)
            if not path.is_file():
                raise damaged(path)
            content = path.read_text(encoding="utf-8")
            plain = json.loads(content)
        except (OSError, ValueError, RecursionError) as fault:
            raise damaged(path) from fault
        if not isinstance(plain, dict):
            raise damaged(path)
        _of_this_version(folder, plain)
        said = plain.pop("sha256", None)
        if said != _digest(plain) or content != _text({**plain, "sha256": said}):
            raise damaged(path)
        try:
            return cls._of(plain)
        except (TypeError, KeyError, ValueError, AttributeError) as fault:
            raise damaged(path) from fault

    @classmethod
    def _of(cls, plain: Mapping[str, Any]) -> Self:
        """Raise ValueError, TypeError or KeyError on what is no head, whatever its digest says."""
        parts = tuple(_part(each) for each in plain["parts"])
        head = cls(**{**plain, "scorers": tuple(plain["scorers"]), "parts": parts})
        stored = sum(part.records for part in parts)
        words = (head.removed_in, *head.scorers)
        fits = (
            all(isinstance(word, str) for word in words)
            and type(head.technologies) is int
            and 0 <= head.technologies <= stored
            and len({part.name for part in parts}) == len(parts) > 0
            and parts[0].name.startswith("base-")
            and all(part.name.startswith("delta-") for part in parts[1:])
            and head.removed_in in {"", *(part.name for part in parts[1:])}
        )
        if not fits:
            raise ValueError
        return head


def _part(plain: Mapping[str, Any]) -> Part:
    part = Part(**plain)
    fits = (
        PART.fullmatch(part.name)
        and type(part.records) is int
        and 0 <= part.records < 2**31
        and isinstance(part.snapshot, str)
        and all(_INSIDE.fullmatch(name) and _SEAL.fullmatch(seal) for name, seal in part.files.items())
    )
    if not fits:
        raise ValueError
    return part


def _missing(folder: Path) -> Refused:
    reason = (
        Text("该文件夹里没有索引（缺少 index.json）", "the folder holds no index (index.json is missing)")
        if folder.is_dir()
        else Text("没有这个索引文件夹", "there is no such index folder")
    )
    return refused(
        folder,
        reason,
        Text(
            "请核对路径；还没有索引的，先用 qixi index build 建立",
            "check the path; where there is no index yet, build one with qixi index build",
        ),
        "index-missing",
    )


def _of_this_version(folder: Path, plain: Mapping[str, object]) -> None:
    if plain.get("format") == FORMAT and plain.get("engine") == __version__:
        return
    if not isinstance(plain.get("engine"), str) or type(plain.get("format")) is not int:
        raise damaged(folder / HEAD)
    by, form = plain["engine"], plain["format"]
    reason = Text(
        f"索引由版本 {by} 建立，格式 {form}；此版本为 {__version__}，格式 {FORMAT}",
        f"the index was built by version {by} in format {form}; this is {__version__}, format {FORMAT}",
    )
    raise refused(folder, reason, REBUILD)


REBUILD = Text(
    "请用 qixi index build --replace 重新建立索引", "build the index again with qixi index build --replace"
)


def refused(folder: Path, reason: Text, remedy: Text, code: str = "index") -> Refused:
    """Return the refusal to do something with the index in `folder`."""
    return Refused(Problem(code, reason, remedy, file=str(folder)))


def _text(plain: Mapping[str, object]) -> str:
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def _digest(plain: Mapping[str, object]) -> str:
    return hashlib.sha256(_text(plain).encode("utf-8", "surrogatepass")).hexdigest()
