"""No byte of an index changes unseen: by verifying, by opening, or by the read that meets it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from corpus_model import asset, built

from qixi.core import Need, Refused
from qixi.match.conformance.sample import queries
from qixi.match.index import append, index_info, load_index, map_index, open_facets, remove, verify
from qixi.match.index.disk import files_in, seal_of
from qixi.match.index.head import HEAD, Head, Part, _digest, _text
from qixi.match.index.opened import GONE, Opened
from qixi.match.search import Search
from qixi.match.vault import Vault, VaultWriter
from qixi.match.vault.layout import HEADER, KINDS


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """Return an index with a base, two deltas of which one knows new words, and what is gone."""
    folder = tmp_path_factory.mktemp("sound") / "it"
    built((asset(n) for n in range(30)), folder)
    append(folder, [asset(3, 1), asset(40), asset(41)])
    append(folder, [asset(42)])
    remove(folder, ["P007", "P041"])
    return folder


@pytest.fixture
def folder(sound, tmp_path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "it"))


def flip(path: Path, place: int, bit: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        old = file.read(1)[0]
        file.seek(place)
        file.write(bytes([old ^ (1 << bit)]))


def refuses(read: Callable[[], object]) -> str | None:
    """Return the file that a refusal names, None where there is none."""
    try:
        read()
    except Refused as refused:
        return refused.problems[0].file
    return None


def use_all(folder: Path) -> None:
    """Read all that scoring, ranking and explaining read, without verifying."""
    mapped = map_index(folder)
    engine = mapped.engine
    for watched in mapped.watched.values():
        watched.check()
    for scorer in engine.need_fit.scorers:
        scorer.score(queries())
    for id_ in engine.place:
        engine.assets[engine.place[id_]]
    engine.assets[0].texts()
    list(engine.assets)


def test_sound_index_is_verified(sound):
    assert verify(sound) == sum(
        (sound / name).stat().st_size for name in files_in(sound) if named(sound, name)
    )


def named(folder: Path, name: str) -> bool:
    head = index_info(folder)
    return name == HEAD or any(name == f"{part.name}/{file}" for part in head.parts for file in part.files)


def places_of(path: Path, dice: random.Random, count: int) -> list[int]:
    """Return places all over a file: in header, data, checksums and directory."""
    size = path.stat().st_size
    inside = [dice.randrange(size) for _ in range(count)]
    return [0, 9, 12, 16, 40, 90, HEADER - 1, HEADER, size - 1, *inside] if path.name != HEAD else inside


def test_flip_of_any_byte_is_found_by_verifying_and_by_the_read_that_meets_it(folder):
    dice = random.Random(11)
    head = index_info(folder)
    paths = [folder / HEAD] + [folder / p.name / name for p in head.parts for name in p.files]
    flips = 0
    for path in paths:
        for place in places_of(path, dice, 60 if path.name == HEAD else 5):
            bit = dice.randrange(8)
            flip(path, place, bit)
            assert refuses(lambda: verify(folder)) == str(path), (path.name, place)
            # Facets only narrow a search down, and a list of what is gone is read where it is the last.
            last = folder / head.removed_in / GONE
            if path.name != "facets.vault" and (path.name != GONE or path == last):
                assert refuses(lambda: use_all(folder)) == str(path), (path.name, place)
            flip(path, place, bit)
            flips += 1
    assert flips > 300
    use_all(folder)


def test_every_byte_of_the_head_is_under_its_digest(folder):
    path = folder / HEAD
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << place % 8)]) + whole[place + 1 :])
        assert refuses(lambda: Head.read(folder)) in {str(folder), str(path)}, place


@pytest.mark.parametrize("harm", [lambda c: c[:-1], lambda c: c + b"\0", lambda c: b"", lambda c: None])
def test_file_that_was_cut_lengthened_or_lost_is_found_at_opening(folder, harm):
    head = index_info(folder)
    for part in head.parts:
        for name in part.files:
            path = folder / part.name / name
            whole = path.read_bytes()
            path.unlink()
            if harm(whole) is not None:
                path.write_bytes(harm(whole))
            assert refuses(lambda: Opened.latest(folder)) == str(path)
            path.write_bytes(whole)


def resealed(folder: Path, change: Callable[[dict], None]) -> None:
    """Change the head, as one who forges it would: its digest is right."""
    plain = json.loads((folder / HEAD).read_text("utf-8"))
    plain.pop("sha256")
    change(plain)
    (folder / HEAD).write_text(_text({**plain, "sha256": _digest(plain)}), encoding="utf-8")


def test_resealing_without_a_change_changes_nothing(folder):
    before = (folder / HEAD).read_bytes()
    resealed(folder, lambda plain: None)
    assert (folder / HEAD).read_bytes() == before


FORGED_HEADS = [
    lambda plain: plain.update(technologies=30),
    lambda plain: plain.update(technologies=-1),
    lambda plain: plain.update(technologies=True),
    lambda plain: plain.update(technologies="30"),
    lambda plain: plain.update(scorers=None),
    lambda plain: plain.update(scorers=["lexical", 1]),
    lambda plain: plain.update(scorers=["lexical", "nothing"]),
    lambda plain: plain.update(parts=[]),
    lambda plain: plain.update(parts=plain["parts"][1:]),
    lambda plain: plain.update(parts=plain["parts"] * 2),
    lambda plain: plain.update(parts={}),
    lambda plain: plain.update(parts=[1]),
    lambda plain: plain.update(removed_in=""),
    lambda plain: plain.update(removed_in="delta-9"),
    lambda plain: plain.update(removed_in=["delta-1"]),
    lambda plain: plain.update(strange=1),
    lambda plain: plain["parts"][0].update(name="../it"),
    lambda plain: plain["parts"][0].update(name="base-0"),
    lambda plain: plain["parts"][0].update(name=7),
    lambda plain: plain["parts"][0].update(records=29),
    lambda plain: plain["parts"][0].update(records=2**40),
    lambda plain: plain["parts"][0].update(records=30.0),
    lambda plain: plain["parts"][0].update(files={}),
    lambda plain: plain["parts"][0].update(files=[]),
    lambda plain: plain["parts"][0]["files"].update({"../../etc.vault": "0" * 64}),
    lambda plain: plain["parts"][0]["files"].update({"/etc/hostname": "0" * 64}),
    lambda plain: plain["parts"][0]["files"].update({"more.vault": "0" * 64}),
    lambda plain: plain["parts"][0]["files"].update({"records.vault": 1}),
    lambda plain: plain["parts"][0]["files"].pop("columns.vault"),
    lambda plain: plain["parts"][0]["files"].pop("lexical.shards.vault"),
    lambda plain: plain["parts"][1]["files"].pop("topics.vault"),
    lambda plain: plain["parts"][0].pop("snapshot"),
    lambda plain: plain["parts"][0].update(snapshot=1),
]


@pytest.mark.parametrize("change", FORGED_HEADS)
def test_forged_head_is_refused_though_its_digest_fits(folder, change):
    resealed(folder, change)

    def use():
        verify(folder)
        load_index(folder)

    assert refuses(use) is not None


def forged(folder: Path, part: int, name: str, arrays: dict[str, np.ndarray]) -> Path:
    """Put other arrays into a vault of the index, all seals made to fit."""
    head = index_info(folder)
    path = folder / head.parts[part].name / name
    old = Vault(path)
    kept = {each: old.whole(each, KINDS[old._entries[each].kind].type).copy() for each in old.names}
    path.unlink()
    with VaultWriter(path) as writer:
        for each, array in (kept | arrays).items():
            writer.add(each, array)
    parts = list(head.parts)
    files = {**parts[part].files, name: seal_of(path)}
    parts[part] = Part(parts[part].name, parts[part].records, files, parts[part].snapshot)
    (folder / HEAD).write_bytes(Head(head.technologies, head.scorers, tuple(parts), head.removed_in).packed())
    return path


def old(folder: Path, part: int, name: str, array: str, kind: type) -> np.ndarray:
    return Vault(folder / index_info(folder).parts[part].name / name).array(array, kind).all().copy()


def at(place, value):
    def change(array):
        array[place] = value
        return array

    return change


FORGED = [
    ("lexical.shards.vault", "0.by_term.columns", np.int32, at(5, 30)),
    ("lexical.shards.vault", "0.by_term.columns", np.int32, at(5, -1)),
    ("lexical.shards.vault", "0.by_term.start", np.int64, at(5, 2**62)),
    ("lexical.shards.vault", "0.by_term.start", np.int64, at(5, -(2**63))),
    ("lexical.shards.vault", "0.by_term.start", np.int64, at(-1, 3)),
    ("lexical.shards.vault", "0.by_term.start", np.int64, lambda array: array[:-1]),
    ("lexical.shards.vault", "0.by_term.worth", np.float32, at(5, np.nan)),
    ("lexical.shards.vault", "0.by_document.columns", np.int32, at(0, 2**31 - 1)),
    ("lexical.shards.vault", "0.by_document.start", np.int64, lambda array: array[:-1]),
    ("topics.shards.vault", "0.by_document.start", np.int64, at(0, 1)),
    ("topics.shards.vault", "0.by_term.columns", np.int32, lambda array: array[:-1]),
    ("topics.statistics.vault", "total", np.float64, lambda array: array[:-1]),
    ("columns.vault", "owner_place", np.int64, lambda array: np.append(array, 3)),
    ("columns.vault", "family", np.int64, lambda array: array[:-1]),
    ("columns.vault", "legal_status", np.uint8, at(0, 99)),
]


@pytest.mark.parametrize(("name", "array", "kind", "change"), FORGED)
def test_forged_numbers_are_refused_though_all_seals_fit(folder, name, array, kind, change):
    path = forged(folder, 0, name, {array: change(old(folder, 0, name, array, kind))})
    assert refuses(lambda: load_index(folder)) == str(path)


@pytest.mark.parametrize(
    ("name", "array", "kind", "change"),
    [
        ("lexical.vault", "columns", np.int32, at(0, 2**31 - 1)),
        ("lexical.vault", "start", np.int64, at(1, 2**40)),
        ("lexical.vault", "start", np.int64, lambda array: array[:-1]),
        ("topics.vault", "worth", np.float32, at(0, np.inf)),
        ("records.vault", "ids.at", np.int64, lambda array: array[:-1]),
    ],
)
def test_forged_delta_is_refused_though_all_seals_fit(folder, name, array, kind, change):
    path = forged(folder, 1, name, {array: change(old(folder, 1, name, array, kind))})
    assert refuses(lambda: load_index(folder)) == str(path)


@pytest.mark.parametrize("places", [[30], [-1], [3, 3], [4, 3]])
def test_forged_list_of_what_is_gone_is_refused(folder, places):
    head = index_info(folder)
    part = [each.name for each in head.parts].index(head.removed_in)
    path = forged(folder, part, GONE, {head.base.name: np.array(places, dtype=np.int64)})
    assert refuses(lambda: load_index(folder)) == str(path)


def test_a_search_reads_no_byte_that_it_has_not_checked(folder):
    dice = random.Random(5)
    need = Need("D", title="微藻培养与采收", content="高密度培养，采收成本低于每吨二百元")

    def ranking() -> list[tuple[str, float]]:
        mapped = map_index(folder)
        with Search(mapped.engine, open_facets(mapped.opened), watched=mapped.watched) as search:
            return [(m.asset_id, m.score) for m in search.find(need, top=10, explain=3).ranking.matches]

    sound, refusals = ranking(), 0
    for part in index_info(folder).parts:
        for path in sorted((folder / part.name).glob("*.shards.vault")):
            for _ in range(25):
                place, bit = dice.randrange(path.stat().st_size), dice.randrange(8)
                flip(path, place, bit)
                try:
                    assert ranking() == sound, (path.name, place)
                except Refused:
                    refusals += 1
                flip(path, place, bit)
    assert refusals > 10
    assert ranking() == sound
