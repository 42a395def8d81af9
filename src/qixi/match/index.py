"""An engine on disk: built once for a corpus, opened by any later run, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from qixi import __version__
from qixi.core import Asset, Problem, Refused, Text
from qixi.match.engine import Engine
from qixi.match.models import ModelSuite
from qixi.match.scorers.store import damaged
from qixi.match.settings import Settings
from qixi.tables import ASSET_COLUMNS, Reading, asset_row, read_assets, write_rows

_FORMAT = 1
_ABOUT = "index.json"


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index folder holds: corpus snapshot and size, the engine and the settings that made it."""

    snapshot: str
    technologies: int
    engine: str
    fusion: str
    format: int = _FORMAT


def fusion_digest(settings: Settings) -> str:
    """Return the digest of those settings that what is stored depends on."""
    return Settings(fusion=settings.fusion).digest()


def save_index(engine: Engine, snapshot: str, folder: Path) -> IndexInfo:
    """Write `engine` to `folder`, replacing an index that is there; raises Refused on anything else there."""
    if folder.exists() and not (folder / _ABOUT).is_file() and any(folder.iterdir()):
        raise _refused(
            folder,
            Text("该文件夹不是索引，且不为空", "the folder is not an index and not empty"),
            Text("请另选一个空文件夹", "choose an empty folder"),
        )
    info = IndexInfo(snapshot, len(engine.assets), __version__, fusion_digest(engine.settings))
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        draft.mkdir(parents=True)
        rows = [asset_row(asset) for asset in engine.assets]
        columns = list(dict.fromkeys([*ASSET_COLUMNS, *(name for row in rows for name in row)]))
        write_rows(draft / "assets.jsonl", columns, rows, header={})
        (draft / "need").mkdir()
        engine.need_fit.save(draft / "need")
        (draft / _ABOUT).write_text(json.dumps(asdict(info), indent=1) + "\n", encoding="utf-8")
        if folder.exists():
            folder.replace(old)
        draft.replace(folder)
    except OSError as fault:
        raise _refused(
            folder,
            Text(f"无法写入索引：{fault.strerror}", f"the index cannot be written: {fault.strerror}"),
            Text("请检查磁盘空间与权限", "check disk space and permissions"),
        ) from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return info


def index_info(folder: Path) -> IndexInfo:
    """Read what an index holds; raises Refused where it is none, or of another version."""
    try:
        info = IndexInfo(**json.loads((folder / _ABOUT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as fault:
        raise damaged(folder / _ABOUT) from fault
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
    """Open the engine in `folder`; raises Refused where it is damaged or of other fusion settings."""
    info = index_info(folder)
    chosen = settings or Settings()
    if info.fusion != fusion_digest(chosen):
        raise _refused(
            folder,
            Text("索引是用另一组融合设置建立的", "the index was built with other fusion settings"),
            Text("请用同一设置文件，或重新建立索引", "use the same settings file, or build the index again"),
        )
    reading: Reading[Asset] = read_assets([folder / "assets.jsonl"])
    if reading.rejects or reading.snapshot != info.snapshot:
        raise damaged(folder / "assets.jsonl")
    return Engine(chosen, suite).load(reading.records, folder / "need"), info


def _refused(folder: Path, reason: Text, remedy: Text) -> Refused:
    return Refused(Problem("index", reason, remedy, file=str(folder)))
