from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qixi.core import Refused
from qixi.match.models.cache import Cache, content_key
from qixi.match.models.failure import ModelUnavailable

_WRITER = """
import sys
from pathlib import Path
from qixi.match.models.cache import Cache, content_key
cache = Cache(Path(sys.argv[1]))
for batch in range(int(sys.argv[3])):
    cache.put({content_key(sys.argv[2], f"{batch}-{i}"): b"%d" % i * 400 for i in range(20)})
    print(batch, flush=True)
"""


def _key(name: str) -> bytes:
    return content_key("model", name)


def test_cache_returns_what_was_put_in_another_opening(tmp_path: Path) -> None:
    with Cache(tmp_path / "new" / "folder") as cache:
        cache.put({_key("a"): b"1", _key("b"): b"2"})
    with Cache(tmp_path / "new" / "folder") as cache:
        assert cache.get([_key("a"), _key("b"), _key("c")]) == {_key("a"): b"1", _key("b"): b"2"}


def test_cache_answers_more_keys_than_one_query_takes() -> None:
    with Cache.in_memory() as cache:
        entries = {_key(str(i)): b"%d" % i for i in range(1203)}
        cache.put(entries)
        assert cache.get(list(entries)) == entries


def test_cache_keeps_the_first_answer_until_dropped() -> None:
    with Cache.in_memory() as cache:
        cache.put({_key("a"): b"first"})
        cache.put({_key("a"): b"second"})
        assert cache.get([_key("a")]) == {_key("a"): b"first"}
        cache.drop([_key("a")])
        assert cache.get([_key("a")]) == {}


def test_cache_keys_differ_by_model_and_by_content() -> None:
    assert (
        len(
            {
                content_key("a", "bc"),
                content_key("ab", "c"),
                content_key("a", "b"),
                content_key("a", "\ud800"),
            }
        )
        == 4
    )


def test_cache_drops_the_oldest_past_its_size(tmp_path: Path) -> None:
    bound = 400_000
    with Cache(tmp_path, bound) as cache:
        for i in range(100):
            cache.put({_key(f"{i}-{j}"): b"x" * 1000 for j in range(10)})
        assert 200 < len(cache) < 400
        assert cache.get([_key("0-0")]) == {}
        assert cache.get([_key("99-9")]) == {_key("99-9"): b"x" * 1000}
    assert (tmp_path / "models.sqlite3").stat().st_size < 2 * bound


def test_cache_refuses_a_file_that_is_none_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "models.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(Refused) as caught:
        Cache(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["models.cache"]


def test_cache_refuses_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(Refused):
        Cache(tmp_path / "file")


def test_cache_damaged_while_open_makes_the_model_unavailable(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put({_key(str(i)): b"x" * 3000 for i in range(200)})
    file = tmp_path / "models.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xee" * (len(content) - 4096)
    with Cache(tmp_path) as cache:
        file.write_bytes(content)
        with pytest.raises(ModelUnavailable):
            cache.get([_key(str(i)) for i in range(200)])


def test_two_processes_share_a_cache(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*command, name, "30"], stdout=subprocess.DEVNULL) for name in ("one", "two")]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    with Cache(tmp_path) as cache:
        assert len(cache) == 2 * 30 * 20


@pytest.mark.slow
@pytest.mark.parametrize("batches_before_kill", [1, 3, 10, 40, 90])
def test_cache_is_whole_after_its_writer_was_killed(tmp_path: Path, batches_before_kill: int) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path), "killed", "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(batches_before_kill):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        writer.wait(60)
    with Cache(tmp_path) as cache:
        count = len(cache)
        assert count >= 20 * batches_before_kill
        assert count % 20 == 0
        for batch in range(count // 20):
            keys = [content_key("killed", f"{batch}-{i}") for i in range(20)]
            assert cache.get(keys) == {key: b"%d" % i * 400 for i, key in enumerate(keys)}
        cache.put({_key("after"): b"1"})
        assert cache.get([_key("after")]) == {_key("after"): b"1"}
