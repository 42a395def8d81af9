"""An index on disk: the same scores again, whole or refused, replaced in one step."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from qixi.core import Asset, LegalStatus, Licence, Need, Refused
from qixi.match.engine import Engine
from qixi.match.index import index_info, load_index, write_index
from qixi.match.lock import locked
from qixi.match.scorers.store import seal
from qixi.match.settings import Fusion, Settings, Withholding

BOMB = b'{"part":' * 200_000
SUPPLY = Path(__file__).parents[2] / "examples" / "province" / "technologies.jsonl"


@pytest.fixture(scope="module")
def index(province, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "it"
    write_index(province.engine, folder)
    return folder


@pytest.fixture
def copy(index, tmp_path) -> Path:
    return Path(shutil.copytree(index, tmp_path / "copy"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_loaded_engine_gives_the_very_same_matches(province, index):
    engine, info = load_index(index)
    assert (info.technologies, info.snapshot) == (len(province.assets), province.snapshot)
    assert engine.assets == province.engine.assets
    assert list(engine.match(province.needs)) == list(province.engine.match(province.needs))


def test_saved_index_is_the_same_byte_for_byte(province, index, tmp_path):
    write_index(province.engine, tmp_path / "again")
    assert files(tmp_path / "again") == files(index)


def test_saving_again_keeps_only_the_part_before_for_those_who_read_it(province, copy):
    (copy / ".1.part").mkdir()
    (copy / ".2.head").write_text("{")
    (copy / ".ab_c1234.part" / "part").mkdir(parents=True)
    (copy / ".lock").touch()
    info = write_index(province.engine, copy)
    assert sorted(path.name for path in copy.iterdir()) == ["index.json", "part-1", "part-2"]
    assert load_index(copy)[1] == info
    write_index(province.engine, copy)
    assert sorted(path.name for path in copy.iterdir()) == ["index.json", "part-2", "part-3"]


def test_index_may_be_read_by_whoever_may_read_new_folders(index):
    part = index / index_info(index).part
    (index.parent / "usual").mkdir()
    assert part.stat().st_mode == (index.parent / "usual").stat().st_mode


def test_writer_behind_another_is_refused_when_its_patience_ends(province, copy):
    before = files(copy)
    with locked(copy), pytest.raises(Refused) as refused:
        write_index(province.engine, copy, patience=0.1)
    problem = refused.value.problems[0]
    assert (problem.code, problem.file) == ("index-busy", str(copy))
    assert problem.reason.zh == "另一个进程正在写入该索引"
    assert files(copy) == before


def test_writer_waits_for_its_turn(tmp_path):
    order = []

    def later():
        with locked(tmp_path):
            order.append("second")

    thread = threading.Thread(target=later)
    with locked(tmp_path):
        thread.start()
        time.sleep(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert list(tmp_path.iterdir()) == []


def test_reader_overtaken_by_writers_reads_what_they_wrote(province, copy, monkeypatch):
    stale = index_info(copy)
    write_index(province.engine, copy)
    shutil.rmtree(copy / stale.part)
    heads = [stale]
    monkeypatch.setattr(
        "qixi.match.index.whole.index_info", lambda f: heads.pop() if heads else index_info(f)
    )
    engine, info = load_index(copy)
    assert (info.part, engine.assets) == ("part-2", province.engine.assets)


def test_saving_over_damage_repairs_it(province, copy):
    (copy / index_info(copy).part / "assets" / "assets.jsonl").unlink()
    with pytest.raises(Refused):
        load_index(copy)
    write_index(province.engine, copy)
    load_index(copy)


def test_leftovers_of_a_killed_writer_are_no_obstacle(province, tmp_path):
    (tmp_path / "it" / ".77.part").mkdir(parents=True)
    (tmp_path / "it" / "part-1").mkdir()
    assert write_index(province.engine, tmp_path / "it").part == "part-2"
    assert sorted(path.name for path in (tmp_path / "it").iterdir()) == ["index.json", "part-2"]


def test_other_people_s_files_are_never_replaced(province, tmp_path):
    (tmp_path / "letter.txt").write_text("keep")
    with pytest.raises(Refused) as refused:
        write_index(province.engine, tmp_path)
    assert refused.value.problems[0].file == str(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_folder_that_cannot_be_written_is_refused(province, tmp_path):
    (tmp_path / "file").write_text("keep")
    with pytest.raises(Refused):
        write_index(province.engine, tmp_path / "file" / "it")


def test_settings_that_do_not_touch_the_fusion_open_the_same_index(index):
    engine, _ = load_index(index, Settings(withhold=Withholding(own=False)))
    assert engine.settings.withhold.own is False


def test_weights_may_change_from_run_to_run(province, index):
    settings = Settings(fusion=Fusion(lexical=2.0, topics=0.0, half=3.0))
    engine, _ = load_index(index, settings)
    fresh = Engine(settings).fit(province.assets)
    assert list(engine.match(province.needs)) == list(fresh.match(province.needs))


def test_scorer_that_was_not_built_is_refused_by_name(province, tmp_path):
    without = Engine(Settings(fusion=Fusion(topics=0.0))).fit(province.assets[:20])
    assert write_index(without, tmp_path / "it").scorers == ("lexical", "subclasses")
    with pytest.raises(Refused, match="topics"):
        load_index(tmp_path / "it")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("snapshot", "0" * 64),
        ("technologies", 3),
        ("engine", "0.0.1"),
        ("scorers", ["lexical"]),
        ("scorers", None),
        ("scorers", ["lexical", "topics", "subclasses", 1]),
        ("part", "../copy"),
        ("part", "part-9"),
        ("part", 1),
        ("format", 99),
        ("strange", 1),
    ],
)
def test_head_that_does_not_fit_is_refused(copy, key, value):
    head = json.loads((copy / "index.json").read_text("utf-8"))
    (copy / "index.json").write_text(json.dumps({**head, key: value}), encoding="utf-8")
    with pytest.raises(Refused):
        load_index(copy)


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"\xff", BOMB])
def test_head_that_cannot_be_read_is_refused(copy, content):
    (copy / "index.json").unlink()
    if content is not None:
        (copy / "index.json").write_bytes(content)
    with pytest.raises(Refused):
        load_index(copy)


def test_scorer_of_another_corpus_is_refused(province, copy, tmp_path):
    other = tmp_path / "other"
    write_index(Engine().fit(province.assets[:50]), other)
    shutil.rmtree(copy / "part-1" / "need" / "topics")
    shutil.copytree(other / "part-1" / "need" / "topics", copy / "part-1" / "need" / "topics")
    with pytest.raises(Refused, match="topics"):
        load_index(copy)


@pytest.mark.parametrize(
    "name", ["assets/assets.jsonl", "assets/seal.json", "need/lexical/scorer.json", "need/topics/seal.json"]
)
def test_depth_bomb_is_refused_wherever_it_lies(copy, name):
    path = copy / "part-1" / name
    path.write_bytes(BOMB)
    if path.name != "seal.json":
        seal(path.parent)
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(path)


def far(array):
    array[1:-1:2] = -(2**63)
    return array


def beyond(array):
    array[1] = 2**63 - 1
    array[2] = -(2**63)
    return array


def no_number(array):
    array[len(array) // 2] = np.nan
    return array


def endless(array):
    array[0] = np.inf
    return array


@pytest.mark.parametrize(
    ("name", "forge"),
    [
        ("shard-0-start", far),
        ("shard-0-start", beyond),
        ("shard-0-start", lambda array: array[:-1]),
        ("shard-0-start", lambda array: array[:0]),
        ("shard-0-start", lambda array: array + 1),
        ("shard-0-columns", lambda array: array - 1),
        ("shard-0-worth", no_number),
        ("layer-0-mean", endless),
        ("layer-0-variance", no_number),
        ("layer-0-codes", lambda array: array[::-1]),
        ("layer-0-terms", lambda array: array - 1),
        ("layer-0-stem_start", beyond),
        ("layer-0-count", far),
    ],
)
def test_forged_postings_are_refused_though_sealed(copy, name, forge):
    folder = copy / "part-1" / "need" / "lexical"
    np.save(folder / f"{name}.npy", forge(np.load(folder / f"{name}.npy")))
    seal(folder)
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(folder / "scorer.json")


@pytest.mark.parametrize("shape", ["-" * 9000 + "1", "(" * 9000, "(9" + "9" * 40 + ",)", "{[]: 1}"])
def test_forged_array_header_is_refused(copy, shape):
    folder = copy / "part-1" / "need" / "lexical"
    header = f"{{'descr': '<i8', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    (folder / "shard-0-start.npy").write_bytes(
        b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    )
    seal(folder)
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(folder / "shard-0-start.npy")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shards", float("inf")),
        ("shards", -1),
        ("shards", 10**30),
        ("layers", "ab"),
        ("layers", [1]),
        ("layers", 0),
        ("format", 1),
    ],
)
def test_forged_head_of_scorer_is_refused(copy, key, value):
    path = copy / "part-1" / "need" / "lexical" / "scorer.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), key: value}), encoding="utf-8")
    seal(path.parent)
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(path)


@pytest.mark.parametrize("folder", ["assets", "need/lexical", "need/topics"])
@pytest.mark.parametrize("added", ["../x", "/etc/hostname", "x", ".", ""])
def test_seal_of_files_that_are_not_needed_is_refused(copy, folder, added):
    path = copy / "part-1" / folder / "seal.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), added: "0" * 64}), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(path)


@pytest.mark.parametrize("content", ["{}", "[]", "null", "[[1, 2]]"])
def test_seal_that_leaves_files_out_is_refused(copy, content):
    path = copy / "part-1" / "need" / "lexical" / "seal.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(path)


@pytest.mark.parametrize("name", ["index.json", "part-1/assets/seal.json", "part-1/assets/assets.jsonl"])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_pipe_in_place_of_a_file_is_refused_without_waiting(copy, name):
    (copy / name).unlink()
    os.mkfifo(copy / name)
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(copy / name)


def test_sealed_file_that_is_a_link_is_refused(copy, tmp_path):
    path = copy / "part-1" / "assets" / "assets.jsonl"
    path.replace(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(path)


def test_changed_technology_is_refused(copy):
    assets = copy / "part-1" / "assets" / "assets.jsonl"
    assets.write_text(assets.read_text("utf-8").replace("微藻", "巨藻", 1), encoding="utf-8")
    with pytest.raises(Refused):
        load_index(copy)


def test_technologies_that_no_file_could_hold_are_kept_as_they_are(tmp_path):
    assets = (
        Asset(" A ", "微藻\x00\x85\u2028培养", keywords=("微藻", "微藻", ""), ipc=("c12n 1/12", "??")),
        Asset(
            "A", maturity=7, legal_status=LegalStatus.LAPSED, extra={"title": "又一题", "trl": "9", "": ""}
        ),
        Asset("B\n", "=1+1", filing_date=date(1, 1, 1), maturity_text="样机", licence=Licence.OPEN),
    )
    engine = Engine().fit(assets)
    info = write_index(engine, tmp_path / "it")
    loaded, again = load_index(tmp_path / "it")
    assert again == info
    assert loaded.assets == engine.assets == tuple(sorted(assets, key=lambda asset: asset.id))
    needs = [Need("N", "微藻培养")]
    assert list(loaded.match(needs)) == list(engine.match(needs))


def test_technology_with_half_a_character_is_refused_and_leaves_nothing(tmp_path):
    engine = Engine().fit([Asset("A", "微藻"), Asset("B", region="\ud800")])
    with pytest.raises(Refused, match="half a character"):
        write_index(engine, tmp_path / "it")
    assert list((tmp_path / "it").iterdir()) == []


WRITER = """
import sys
from pathlib import Path
from qixi.match.engine import Engine
from qixi.match.index import write_index
from qixi.tables import read_assets
reading = read_assets([Path(sys.argv[1])])
engine = Engine().fit(reading.records)
print("ready", flush=True)
while True:
    write_index(engine, Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_killed_writer_leaves_the_old_index_or_the_new(province, tmp_path):
    folder, fewer = tmp_path / "it", province.assets[:40]
    supply = tmp_path / "fewer.jsonl"
    lines = SUPPLY.read_text("utf-8").splitlines(keepends=True)
    supply.write_text("".join(lines[:40]), encoding="utf-8")
    engine = province.engine
    expected = {n: list(e.match(province.needs[:5])) for n, e in ((190, engine), (40, Engine().fit(fewer)))}
    found = set()
    for turn in range(12):
        write_index(engine, folder)
        writer = subprocess.Popen([sys.executable, "-c", WRITER, supply, folder], stdout=subprocess.PIPE)
        with writer:
            writer.stdout.readline()
            time.sleep(0.0031 * turn)
            writer.kill()
        loaded, info = load_index(folder)
        found.add(info.technologies)
        assert list(loaded.match(province.needs[:5])) == expected[info.technologies]
    assert 40 in found


ROUNDS = """
import sys
from pathlib import Path
from qixi.core import Refused
from qixi.match.engine import Engine
from qixi.match.index import write_index
from qixi.tables import read_assets
engine = Engine().fit(read_assets([Path(sys.argv[1])]).records)
print("ready", flush=True)
sys.stdin.readline()
for turn in range(int(sys.argv[3])):
    write_index(engine, Path(sys.argv[2]))
"""


@pytest.mark.slow
def test_writers_at_once_take_turns_and_leave_a_whole_index(tmp_path):
    lines = SUPPLY.read_text("utf-8").splitlines(keepends=True)
    folder, writers, snapshots = tmp_path / "it", [], set()
    for count in (20, 30):
        supply = tmp_path / f"{count}.jsonl"
        supply.write_text("".join(lines[:count]), encoding="utf-8")
        writers.append(
            subprocess.Popen(
                [sys.executable, "-c", ROUNDS, supply, folder, "15"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )
    for writer in writers:
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    while any(writer.poll() is None for writer in writers):
        if (folder / "index.json").exists():
            try:
                snapshots.add(load_index(folder)[1].technologies)
            except Refused:  # two more writers came by while it was reading, twice
                continue
    for writer in writers:
        _, complaint = writer.communicate()
        assert (writer.returncode, complaint) == (0, b"")
    assert load_index(folder)[1].part == "part-30"
    assert sorted(path.name for path in folder.iterdir()) == ["index.json", "part-29", "part-30"]
    assert snapshots <= {20, 30}
