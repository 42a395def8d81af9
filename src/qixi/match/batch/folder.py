"""The folder of a batch: what was asked, a file set for each finished block, and the final lists."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text
from qixi.match.batch.memory import MERGING
from qixi.match.batch.results import NOBODY, Back, Found, merged
from qixi.match.ranking import DECIMALS
from qixi.match.scorers.store import read_json
from qixi.tables import header_of, named, write_columns
from qixi.tables.placing import nameable, placed

ABOUT = "run.json"
FORWARD, BACK, _PIECES = "forward", "back", "pieces"
INDEX = "index"
"""Where the index lies that was built for this batch alone."""
_RANGE = 65_536
"""Technologies in a file of the final back lists."""
_ENTRY = 48
"""Bytes of an entry of a piece while lists are merged: itself, its key, its place in the order."""


@dataclass(frozen=True)
class Folder:
    """Where a batch lies. `identity` says what made it: a run with another one may not go on here.

    Each file is put in its place whole: a forward file says that its block is done, and comes last.
    """

    path: Path
    identity: Mapping[str, str]
    technologies: int
    depth: int

    @classmethod
    def open(cls, path: Path, identity: Mapping[str, str], technologies: int, depth: int) -> Folder:
        """Begin a batch in an empty or new folder, or go on with one; raises Refused where it is neither."""
        about = path / ABOUT
        check(path)
        try:
            if about.is_file():
                found = _read(about)["identity"]
                if found != dict(identity):
                    raise of_another_run(path, found, identity)
            folder = cls(path, identity, technologies, depth)
            path.mkdir(parents=True, exist_ok=True)
            if not about.is_file():  # first of all: from here on the folder is a batch
                folder.reopen()
            for name in (FORWARD, BACK, _PIECES):
                (path / name).mkdir(exist_ok=True)
        except OSError as fault:
            raise _unwritable(path, fault) from fault
        return folder

    @property
    def finished(self) -> bool:
        """Whether the final lists are all there."""
        return _read(self.path / ABOUT)["finished"] is True

    @property
    def backed(self) -> bool:
        """Whether the back lists are all there: then blocks are asked for their forward lists alone."""
        return all(self._holds(self._back(at)) for at in self._ranges()) if self.depth else True

    def has(self, block: int) -> bool:
        """Say whether a block is done; one of whose files is missing, cut short or another's is not."""
        piece = not self.depth or self._open_piece(block) is not None
        return piece and self._holds(self._forward(block))

    def _holds(self, path: Path) -> bool:
        """Say whether a table stands at `path` that this batch wrote for just this place."""
        return header_of(path) == self._header(path)

    def _header(self, path: Path) -> dict[str, str]:
        return {**self.identity, "part": f"{path.parent.name}/{path.stem}"}

    def reopen(self) -> None:
        """Say that the batch is not finished."""
        self._tell({"finished": False})

    def put(self, block: int, found: Found, need_ids: Sequence[str], technology_ids: Sequence[str]) -> None:
        """Write what a block came to; `need_ids` are those of its own needs."""
        forward, back = found
        if back is not None:
            piece = self._piece(block)
            with placed(piece) as part, part.open("wb") as file:
                np.save(
                    file, np.stack([back.need, back.score, back.found.view(np.int32)]), allow_pickle=False
                )
        columns = {
            "demand_id": named(need_ids, forward.need.astype(np.int64)),
            "supply_id": named(technology_ids, forward.place.astype(np.int64)),
            "rank": forward.rank,
            "score": forward.score,
            "fit_business": forward.business,
            "fit_need": forward.fit,
            "fit_portfolio": forward.portfolio,
            "known": forward.known,
        }
        path = self._forward(block)
        write_columns(path, columns, self._header(path))

    def finish(self, count: int, need_ids: Sequence[str], technology_ids: Sequence[str]) -> None:
        """Merge the back lists of all `count` blocks, and say that the batch is finished."""
        if self.depth:
            self._merge(count, need_ids, technology_ids)
        self._tell({"finished": True, "blocks": count})
        self.tidy()

    def tidy(self) -> None:
        """Remove what a finished batch has no use for, the drafts of killed writers among it."""
        shutil.rmtree(self.path / _PIECES, ignore_errors=True)
        for folder in (self.path, self.path / FORWARD, self.path / BACK):
            for each in folder.iterdir():
                if _is_draft(each):
                    each.unlink(missing_ok=True)

    def _merge(self, count: int, need_ids: Sequence[str], technology_ids: Sequence[str]) -> None:
        pieces = self._pieces(count)
        for at in self._ranges():
            back = self._merged(pieces, at, min(at + _RANGE, self.technologies))
            place, rank = np.nonzero(back.need != NOBODY)
            columns = {
                "supply_id": named(technology_ids, place + at),
                "demand_id": named(need_ids, back.need[place, rank].astype(np.int64)),
                "rank": (rank + 1).astype(np.int32),
                "score": np.round(back.score[place, rank] / 10**DECIMALS, DECIMALS),
            }
            path = self._back(at)
            write_columns(path, columns, self._header(path))

    def least(self, count: int) -> NDArray[np.float32]:
        """Return what a need must be found by to come into a back list after the first `count` blocks.

        See `Back.least`; raises Refused where a piece is damaged.
        """
        pieces = self._pieces(count)
        lists = (self._merged(pieces, at, min(at + _RANGE, self.technologies)) for at in self._ranges())
        return np.concatenate([np.empty(0, np.float32), *(back.least() for back in lists)])

    def _merged(self, pieces: Sequence[NDArray[np.int32]], begin: int, end: int) -> Back:
        """Return the back lists of the technologies [begin, end) from all pieces, in bounded memory."""
        lists = Back.empty(end - begin, self.depth)
        rows = max(1, MERGING // (_ENTRY * len(pieces) * self.depth))
        for at in range(begin, end, rows):
            part, into = slice(at, min(at + rows, end)), slice(at - begin, min(at + rows, end) - begin)
            best = merged(
                [Back(p[0, part], p[1, part], p[2, part].view(np.float32)) for p in pieces], self.depth
            )
            lists.need[into], lists.score[into], lists.found[into] = best.need, best.score, best.found
        return lists

    def _pieces(self, count: int) -> list[NDArray[np.int32]]:
        pieces = []
        for block in range(count):
            piece = self._open_piece(block)
            if piece is None:
                raise _damaged(self._piece(block))
            pieces.append(piece)
        return pieces

    def _open_piece(self, block: int) -> NDArray[np.int32] | None:
        """Map what a block left for the merge into memory; nothing where it is not as it should be."""
        try:
            found = np.load(self._piece(block), mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        sound = found.shape == (3, self.technologies, self.depth) and found.dtype == np.int32
        return found if sound else None

    def _forward(self, block: int) -> Path:
        return self.path / FORWARD / f"block-{block:05}.parquet"

    def _ranges(self) -> range:
        """Return the first technology of each file of the final back lists."""
        return range(0, self.technologies, _RANGE)

    def _back(self, first: int) -> Path:
        return self.path / BACK / f"part-{first // _RANGE:05}.parquet"

    def _piece(self, block: int) -> Path:
        return self.path / _PIECES / f"block-{block:05}.npy"

    def _tell(self, standing: Mapping[str, object]) -> None:
        with placed(self.path / ABOUT) as part:
            about = {"identity": dict(self.identity), **standing}
            part.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def places(path: Path) -> list[Path]:
    """Return what a batch in `path` may have there: the folders and the file that are its own."""
    return [path / name for name in (FORWARD, BACK, _PIECES, INDEX, ABOUT)]


def check(path: Path) -> None:
    """Raise Refused unless a batch can begin or go on in `path`: it is new, empty, or holds a batch."""
    nameable(path)
    try:
        if (path / ABOUT).is_file() or not path.exists():
            return
        if path.is_file() or any(each.name != INDEX and not _is_draft(each) for each in path.iterdir()):
            raise _not_empty(path)
    except OSError as fault:
        raise _unwritable(path, fault) from fault


def corpus_of_run(path: Path) -> str | None:
    """Return the snapshot of the technologies that the batch in `path` was begun with, None without one."""
    if not (path / ABOUT).is_file():
        return None
    identity = _read(path / ABOUT)["identity"]
    return str(identity.get("corpus")) if isinstance(identity, dict) else None


def _read(path: Path) -> dict[str, object]:
    try:
        found = read_json(path)
    except Refused:
        found = None
    if not isinstance(found, dict) or not {"identity", "finished"} <= found.keys():
        raise _damaged(path)
    return found


def _damaged(path: Path) -> Refused:
    reason = Text("批量结果的文件缺失或损坏", "a file of the batch is missing or damaged")
    remedy = Text(
        "请用同一命令再做一次，缺的部分会重做；若是 run.json，请另选一个空文件夹",
        "run the same command again, which does anew what is missing; "
        "if it is run.json, choose an empty folder",
    )
    return Refused(Problem("batch", reason, remedy, file=str(path)))


def _is_draft(path: Path) -> bool:
    return path.name.startswith(".") and path.name.endswith(".part") and path.is_file()


def _not_empty(path: Path) -> Refused:
    reason = Text("该文件夹不是批量结果，且不为空", "the folder is no batch, and not empty")
    return Refused(
        Problem("output", reason, Text("请另选一个空文件夹", "choose an empty folder"), file=str(path))
    )


def of_another_run(path: Path, found: object, asked: Mapping[str, str]) -> Refused:
    """Return the refusal of a folder whose batch was begun with `found`, not with what is `asked`."""
    there = found if isinstance(found, dict) else {}
    other = ", ".join(sorted(key for key in {*there, *asked} if there.get(key) != asked.get(key)))
    reason = Text(
        f"文件夹里是另一次批量匹配，不同之处：{other}",
        f"the folder holds another batch, which differs in {other}",
    )
    remedy = Text(
        "请用相同的文件与设置继续，或另选一个空文件夹",
        "go on with the same files and settings, or choose an empty folder",
    )
    return Refused(Problem("output", reason, remedy, file=str(path)))


def _unwritable(path: Path, fault: OSError) -> Refused:
    why = fault.strerror or type(fault).__name__
    reason = Text(f"无法写入：{why}", f"it cannot be written: {why}")
    remedy = Text("请检查磁盘空间与权限", "check disk space and permissions")
    return Refused(Problem("output", reason, remedy, file=str(path)))
