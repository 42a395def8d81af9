"""Answers of models kept on disk by the hash of their content, so that nothing is asked twice."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from qixi.core import Problem, Refused, Text
from qixi.match.models.failure import ModelUnavailable

_FILE = "models.sqlite3"
_VERSION = 1
_ASK_AT_ONCE = 500


def content_key(model_digest: str, content: str) -> bytes:
    """Return the key of `content` for a model: 32 bytes from which neither can be read."""
    head = hashlib.sha256(model_digest.encode()).digest()
    return hashlib.sha256(head + content.encode("utf-8", "surrogatepass")).digest()


class Cache:
    """Keys (32 bytes) to values (bytes), in one SQLite file that several processes may share.

    Every write is one transaction in a write-ahead log: a killed process leaves all of it or
    nothing. Past `max_bytes` the oldest entries go. Not for network drives, as SQLite's log is not.
    """

    def __init__(self, folder: Path | None, max_bytes: int = 2**31) -> None:
        self._lock = threading.Lock()
        self._max_bytes = max_bytes
        self._closed = False
        self._name = name = ":memory:" if folder is None else str(folder / _FILE)
        try:
            if folder is not None:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                name, timeout=60, isolation_level=None, check_same_thread=False, cached_statements=16
            )
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise _unusable(name, error) from error

    @classmethod
    def in_memory(cls) -> Cache:
        """Return a cache that lasts as long as the run."""
        return cls(None)

    def _prepare(self) -> None:
        run = self._database.execute
        run("PRAGMA auto_vacuum = INCREMENTAL")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        version = run("PRAGMA user_version").fetchone()[0]
        if version not in {0, _VERSION}:
            msg = f"version {version}"
            raise sqlite3.DatabaseError(msg)
        run(
            "CREATE TABLE IF NOT EXISTS answers "
            "(number INTEGER PRIMARY KEY, key BLOB UNIQUE, value BLOB NOT NULL)"
        )
        run(f"PRAGMA user_version = {_VERSION}")

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the values of those `keys` that are known."""
        found: dict[bytes, bytes] = {}
        with self._use():
            for start in range(0, len(keys), _ASK_AT_ONCE):
                some = keys[start : start + _ASK_AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value FROM answers WHERE key IN ({marks})"  # noqa: S608  only marks
                found.update(self._database.execute(query, some))
        return found

    def put(self, entries: Mapping[bytes, bytes]) -> None:
        """Keep `entries`, all or none; an entry that is there already stays as it is."""
        if not entries:
            return
        with self._use():
            with self._transaction():
                self._database.executemany(
                    "INSERT OR IGNORE INTO answers (key, value) VALUES (?, ?)", entries.items()
                )
                self._prune()
            self._database.execute("PRAGMA incremental_vacuum").fetchall()

    def drop(self, keys: Sequence[bytes]) -> None:
        """Forget `keys`."""
        with self._use(), self._transaction():
            self._database.executemany("DELETE FROM answers WHERE key = ?", [(key,) for key in keys])

    @contextmanager
    def _use(self) -> Iterator[None]:
        """Hold the file for one caller; a fault of it (disk full, damaged) is the models' to report."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise ModelUnavailable(_reason(self._name, error)) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _prune(self) -> None:
        """Drop the oldest tenth, and again, until what is in use fits."""
        run = self._database.execute
        while self._bytes_in_use() > self._max_bytes:
            low, high = run("SELECT MIN(number), MAX(number) FROM answers").fetchone()
            if low is None:
                return
            run("DELETE FROM answers WHERE number <= ?", (low + (high - low) // 10,))

    def _bytes_in_use(self) -> int:
        pages, free, size = (
            self._database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def __len__(self) -> int:
        with self._use():
            return int(self._database.execute("SELECT COUNT(*) FROM answers").fetchone()[0])

    def close(self) -> None:
        """Close the file; the cache must not be used afterwards."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _reason(name: str, error: Exception) -> Text:
    return Text(
        f"模型缓存 {name} 无法使用（{error}）", f"the cache of model answers {name} cannot be used ({error})"
    )


def _unusable(name: str, error: Exception) -> Refused:
    return Refused(
        Problem(
            "models.cache",
            _reason(name, error),
            Text(
                "请删除该文件，或在设置 cache 中另选一个本机可写的文件夹",
                "delete this file, or name another writable local folder in the setting cache",
            ),
        )
    )
