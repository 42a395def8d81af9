"""An engine on disk: built once for a corpus, opened by any later run, whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from pathlib import Path

from qixi import __version__
from qixi.core import Asset, Problem, Refused, Text
from qixi.match.engine import Engine
from qixi.match.holding import load_assets, save_assets
from qixi.match.lock import LOCK, PATIENCE, locked
from qixi.match.models import ModelSuite
from qixi.match.scorers.store import damaged, read_json
from qixi.match.settings import Settings
from qixi.tables import asset_row
from qixi.tables.reading import snapshot

_FORMAT = 3
_ABOUT = "index.json"
_PART = re.compile(r"part-([1-9][0-9]{0,17})")
_DRAFT = re.compile(r"\.[0-9a-z_]+\.(?:part|head)")


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index folder holds: corpus snapshot and size, the engine that made it, and its scorers.

    `part` is the folder inside it that holds the rest.
    """

    snapshot: str
    technologies: int
    engine: str
    scorers: tuple[str, ...]
    part: str
    format: int = _FORMAT


def write_index(engine: Engine, folder: Path, patience: float = PATIENCE) -> IndexInfo:
    """Write `engine` to `folder`, replacing an index that is there.

    Writers of one folder take turns. The part of the index before stays until the next time, for
    those who are reading it. Raises Refused where anything else is there, a text cannot be written as
    UTF-8, or another process has been writing for `patience` seconds.
    """
    if folder.exists() and (folder.is_file() or not _ours(folder)):
        raise _refused(
            folder,
            Text("该文件夹不是索引，且不为空", "the folder is not an index and not empty"),
            Text("请另选一个空文件夹", "choose an empty folder"),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, patience):
            return _replace(engine, folder)
    except OSError as fault:
        raise _refused(
            folder,
            Text(f"无法写入索引：{fault.strerror}", f"the index cannot be written: {fault.strerror}"),
            Text("请检查磁盘空间与权限", "check disk space and permissions"),
        ) from fault
    except UnicodeEncodeError as fault:
        raise _refused(
            folder,
            Text(
                "有技术含不完整的字符，无法写入索引",
                "a technology holds half a character and cannot be written",
            ),
            Text("请改正该文本中的乱码", "correct the broken character in its text"),
        ) from fault


def _replace(engine: Engine, folder: Path) -> IndexInfo:
    """Write an index beside the one that is there, and let it take its place; only under the lock."""
    before = _named(folder)
    draft = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=folder))
    try:
        # A temporary folder is its owner's alone; what is made in it may be read as usual.
        (draft / "part").mkdir()
        _write_part(engine, draft / "part")
        part = _place(draft / "part", folder)
        scorers = tuple(scorer.name for scorer in engine.need_fit.scorers)
        info = IndexInfo(_snapshot(engine.assets), len(engine.assets), __version__, scorers, part.name)
        # What stands under the head's name is whole at any moment: the head is replaced in one step,
        # after the part it points to is there and before the parts of older heads go.
        head = draft / _ABOUT
        head.write_text(json.dumps(asdict(info), indent=1) + "\n", encoding="utf-8")
        head.replace(folder / _ABOUT)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _clear(folder, {part.name, before})
    return info


def _named(folder: Path) -> str | None:
    """Return the part that the head names, also a head of another version; none where it names none."""
    try:
        about = read_json(folder / _ABOUT)
    except Refused:
        return None
    part = about.get("part") if isinstance(about, dict) else None
    return part if isinstance(part, str) else None


def _snapshot(assets: Sequence[Asset]) -> str:
    """Return what reading files of these technologies, sorted by id, calls their snapshot."""
    return snapshot(map(asset_row, assets))


def _write_part(engine: Engine, draft: Path) -> None:
    (draft / "assets").mkdir()
    save_assets(engine.assets, draft / "assets")
    (draft / "need").mkdir()
    engine.need_fit.save(draft / "need")


def _place(draft: Path, folder: Path) -> Path:
    """Give a finished draft the next free number."""
    part = folder / f"part-{max(_parts(folder), default=0) + 1}"
    return draft.rename(part)


def _parts(folder: Path) -> dict[int, Path]:
    found = ((_PART.fullmatch(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in found if match}


def _left_over(path: Path) -> bool:
    """Say whether `path` is a part, or the beginning of one: of an older index or of a killed writer."""
    return _PART.fullmatch(path.name) is not None or _DRAFT.fullmatch(path.name) is not None


def _ours(folder: Path) -> bool:
    """Say whether an index stands in `folder`, or else nothing but what writers leave."""
    if is_index(folder) or all(path.name == LOCK or _left_over(path) for path in folder.iterdir()):
        return True
    # The first writer's head may have come between the two looks.
    return is_index(folder)


def _clear(folder: Path, spared: AbstractSet[str | None]) -> None:
    """Remove all parts and drafts but those of these names; only under the lock."""
    for path in list(folder.iterdir()):
        if path.name in spared or not _left_over(path):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def is_index(folder: Path) -> bool:
    """Say whether an index stands in `folder`."""
    return (folder / _ABOUT).is_file()


def index_info(folder: Path) -> IndexInfo:
    """Read what an index holds; raises Refused where it is none, or of another version."""
    about = read_json(folder / _ABOUT)
    try:
        info = IndexInfo(**{**about, "scorers": tuple(about["scorers"])})
    except (TypeError, KeyError) as fault:
        raise damaged(folder / _ABOUT) from fault
    words = (info.snapshot, info.engine, info.part, *info.scorers)
    if type(info.technologies) is not int or not all(isinstance(word, str) for word in words):
        raise damaged(folder / _ABOUT)
    if info.format != _FORMAT or info.engine != __version__:
        raise _refused(
            folder,
            Text(f"索引由版本 {info.engine} 建立", f"the index was built by version {info.engine}"),
            Text("请用 qixi index build 重新建立索引", "build the index again with qixi index build"),
        )
    return info


def load_index(
    folder: Path, settings: Settings | None = None, suite: ModelSuite | None = None
) -> tuple[Engine, IndexInfo]:
    """Open the engine in `folder`; raises Refused where it is damaged or lacks a scorer that has a weight."""
    info = index_info(folder)
    try:
        return _open(folder, info, Engine(settings, suite)), info
    except Refused:
        later = index_info(folder)
        if later == info:
            raise
    # The index was replaced while it was being read, and what it was has gone.
    return _open(folder, later, Engine(settings, suite)), later


def _open(folder: Path, info: IndexInfo, engine: Engine) -> Engine:
    missing = ", ".join(kind.name for kind in engine.need_fit.kinds if kind.name not in info.scorers)
    if missing:
        raise _refused(
            folder,
            Text(f"索引缺少设置所用的部分：{missing}", f"the index lacks what the settings use: {missing}"),
            Text("请用同一设置文件重新建立索引", "build the index again with the same settings file"),
        )
    part = folder / info.part
    if _PART.fullmatch(info.part) is None or not part.is_dir():
        raise damaged(folder / _ABOUT)
    for name in info.scorers:
        if not (part / "need" / name).is_dir():
            raise damaged(part / "need" / name)
    assets = load_assets(part / "assets")
    if _snapshot(assets) != info.snapshot or len(assets) != info.technologies:
        raise damaged(folder / _ABOUT)
    return engine.load(assets, part / "need")


def _refused(folder: Path, reason: Text, remedy: Text) -> Refused:
    return Refused(Problem("index", reason, remedy, file=str(folder)))
