from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qixi.core import Problem, Refused, Text
from qixi.tables.remote import brought, is_remote, plain, prepare, send


@pytest.fixture
def memory() -> Any:
    import fsspec

    system = fsspec.filesystem("memory")
    system.store.clear()
    return system


def test_url_is_told_from_path() -> None:
    assert [is_remote(place) for place in ("s3://b/a.csv", "zip://a.csv::s3://b/c.zip", "file:///a.csv")] == [
        True
    ] * 3
    assert [is_remote(place) for place in ("a.csv", "/a/b.csv", r"C:\a.csv", "C:/a.csv", "a://")] == [
        False,
        False,
        False,
        False,
        True,
    ]


def test_plain_url_tells_no_secret() -> None:
    assert plain("https://me:word@host/a.csv?signature=1") == "https://host/a.csv"
    assert plain("a?b@c.csv") == "a?b@c.csv"


def test_remote_file_is_brought_under_its_name(memory: Any, tmp_path: Path) -> None:
    memory.pipe("/in/需求.csv", b"one")
    near = tmp_path / "near.csv"
    near.write_bytes(b"two")
    with brought(["memory://in/需求.csv", str(near), near.as_uri()]) as here:
        assert [path.name for path in here.paths] == ["需求.csv", "near.csv", "near.csv"]
        assert [path.read_bytes() for path in here.paths] == [b"one", b"two", b"two"]
        assert here.paths[1:] == (near, near)
    assert not here.paths[0].exists()
    assert near.exists()


def test_files_of_one_name_do_not_meet(memory: Any) -> None:
    memory.pipe({"/a/x.csv": b"one", "/b/x.csv": b"two"})
    with brought(["memory://a/x.csv", "memory://b/x.csv"]) as here:
        assert [path.read_bytes() for path in here.paths] == [b"one", b"two"]


def test_refusal_names_the_url(memory: Any) -> None:
    memory.pipe("/x.csv", b"one")
    with pytest.raises(Refused) as caught, brought(["memory://x.csv"]) as here:
        raise Refused(Problem("c", Text("z", "e"), Text("z", "e"), file=str(here.paths[0])))
    assert [problem.file for problem in caught.value.problems] == ["memory://x.csv"]


@pytest.mark.parametrize("place", ["memory://none.csv", "nowhere://a.csv"])
def test_what_cannot_be_brought_is_refused(place: str) -> None:
    with pytest.raises(Refused) as caught, brought([place]):
        pass
    assert [(p.code, p.file) for p in caught.value.problems] == [("remote", place)]


def test_problem_of_a_copy_names_the_url(memory: Any, tmp_path: Path) -> None:
    memory.pipe("/x.csv", b"one")
    with brought(["memory://x.csv", str(tmp_path / "y.csv")]) as here:
        told = here.named(
            Problem("c", Text("z", "e"), Text("z", "e"), file=file) for file in (*map(str, here.paths), None)
        )
    assert [problem.file for problem in told] == ["memory://x.csv", str(tmp_path / "y.csv"), None]


@pytest.fixture
def results(tmp_path: Path) -> dict[str, Path]:
    files = {"forward/a.parquet": b"rows", "run.json": b"done"}
    found = {}
    for name, content in files.items():
        found[name] = tmp_path / "out" / name
        found[name].parent.mkdir(parents=True, exist_ok=True)
        found[name].write_bytes(content)
    return found


def test_files_are_sent_into_a_folder(memory: Any, results: dict[str, Path]) -> None:
    memory.pipe("/far/run.json", b"old")
    prepare("memory://far")
    send(results, "memory://far/")
    assert {name: memory.cat(name) for name in memory.find("/")} == {
        "/far/forward/a.parquet": b"rows",
        "/far/run.json": b"done",
    }


def test_files_are_sent_into_a_folder_of_this_machine(results: dict[str, Path], tmp_path: Path) -> None:
    far = tmp_path / "far"
    prepare(far.as_uri())
    send(results, far.as_uri())
    assert (far / "forward" / "a.parquet").read_bytes() == b"rows"
    assert (far / "run.json").read_bytes() == b"done"


def test_file_that_fails_leaves_what_stood_there(memory: Any, tmp_path: Path) -> None:
    memory.pipe("/far/run.json", b"old")
    with pytest.raises(Refused) as caught:
        send({"run.json": tmp_path / "none"}, "memory://far")
    assert [(p.code, p.file) for p in caught.value.problems] == [("remote", "memory://far")]
    assert memory.cat("/far/run.json") == b"old"


def test_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match="cannot be written: "):
        prepare((tmp_path / "file").as_uri() + "/far")


def test_missing_fsspec_is_refused_with_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qixi.tables.remote.importlib.util.find_spec", lambda _: None)
    with pytest.raises(Refused, match="qixi\\[cluster\\]"), brought(["memory://a.csv"]):
        pass
