from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from qixi.core import Problem, Refused, Text
from qixi.tables.remote import brought, is_remote, plain, sent


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
    with brought(["memory://in/需求.csv", str(near), near.as_uri()]) as paths:
        assert [path.name for path in paths] == ["需求.csv", "near.csv", "near.csv"]
        assert [path.read_bytes() for path in paths] == [b"one", b"two", b"two"]
        assert paths[1:] == [near, near]
    assert not paths[0].exists()
    assert near.exists()


def test_files_of_one_name_do_not_meet(memory: Any) -> None:
    memory.pipe({"/a/x.csv": b"one", "/b/x.csv": b"two"})
    with brought(["memory://a/x.csv", "memory://b/x.csv"]) as paths:
        assert [path.read_bytes() for path in paths] == [b"one", b"two"]


def test_refusal_names_the_url(memory: Any) -> None:
    memory.pipe("/x.csv", b"one")
    with pytest.raises(Refused) as caught, brought(["memory://x.csv"]) as [path]:
        raise Refused(Problem("c", Text("z", "e"), Text("z", "e"), file=str(path)))
    assert [problem.file for problem in caught.value.problems] == ["memory://x.csv"]


@pytest.mark.parametrize("place", ["memory://none.csv", "nowhere://a.csv"])
def test_what_cannot_be_brought_is_refused(place: str) -> None:
    with pytest.raises(Refused) as caught, brought([place]):
        pass
    assert [(p.code, p.file) for p in caught.value.problems] == [("remote", place)]


def test_output_is_sent_whole_with_its_neighbour(memory: Any) -> None:
    with sent("memory://out/a.csv") as draft:
        draft.write_bytes(b"rows")
        draft.with_name("a.csv.meta.json").write_bytes(b"note")
        assert memory.store == {}
    assert {name: memory.cat(name) for name in memory.find("/")} == {
        "/out/a.csv": b"rows",
        "/out/a.csv.meta.json": b"note",
    }


def test_failed_output_leaves_what_stood_there(memory: Any) -> None:
    memory.pipe("/out/a.csv", b"old")

    def fail() -> None:
        with sent("memory://out/a.csv") as draft:
            draft.write_bytes(b"half")
            raise Refused(Problem("c", Text("z", "e"), Text("z", "e"), file=str(draft)))

    with pytest.raises(Refused) as caught:
        fail()
    assert [problem.file for problem in caught.value.problems] == ["memory://out/a.csv"]
    assert memory.cat("/out/a.csv") == b"old"


def test_local_output_is_written_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with sent(str(path)) as one, sent(path.as_uri()) as other:
        assert [one, other] == [path, path]


def test_missing_fsspec_is_refused_with_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qixi.tables.remote.importlib.util.find_spec", lambda _: None)
    with pytest.raises(Refused, match="qixi\\[cluster\\]"), brought(["memory://a.csv"]):
        pass
