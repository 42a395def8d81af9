"""An index on disk: the same scores again, whole or refused, replaced in one step."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from qixi.core import Asset, LegalStatus, Licence, Need, Refused
from qixi.match.engine import Engine
from qixi.match.index import index_info, load_index, write_index
from qixi.match.index.disk import files_in
from qixi.match.index.opened import Opened
from qixi.match.lock import locked
from qixi.match.settings import Fusion, Settings, Withholding

BOMB = b'{"part":' * 200_000


@pytest.fixture(scope="module")
def index(province, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("index") / "it"
    write_index(province.engine, folder)
    return folder


@pytest.fixture
def copy(index, tmp_path) -> Path:
    return Path(shutil.copytree(index, tmp_path / "copy"))


@pytest.fixture(scope="module")
def fewer(province) -> Engine:
    return Engine().fit(province.assets[:20])


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_in(folder)}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_loaded_engine_gives_the_very_same_matches(province, index):
    engine, info = load_index(index)
    assert (info.technologies, info.snapshot) == (len(province.assets), province.snapshot)
    assert tuple(engine.assets) == tuple(province.engine.assets)
    assert dict(engine.place) == dict(province.engine.place)
    assert list(engine.match(province.needs)) == list(province.engine.match(province.needs))


def test_saved_index_is_the_same_byte_for_byte(province, index, tmp_path):
    write_index(province.engine, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(index)


def test_saving_again_keeps_only_the_part_before_for_those_who_read_it(province, fewer, copy):
    before = index_info(copy).base.name
    (copy / ".1.part").mkdir()
    (copy / ".2.head").write_text("{")
    (copy / ".ab_c1234.part" / "part").mkdir(parents=True)
    (copy / ".lock").touch()
    (copy / "part-3").mkdir()
    (copy / "delta-7").mkdir()
    info = write_index(fewer, copy)
    assert names(copy) == sorted([info.base.name, before, "index.json"])
    assert load_index(copy)[1] == info
    other = write_index(Engine().fit(province.assets[:3]), copy)
    assert names(copy) == sorted([other.base.name, info.base.name, "index.json"])


def test_index_may_be_read_by_whoever_may_read_new_folders(index):
    part = index / index_info(index).base.name
    (index.parent / "usual").mkdir()
    (index.parent / "usual" / "file").touch()
    assert part.stat().st_mode == (index.parent / "usual").stat().st_mode
    plain = (index.parent / "usual" / "file").stat().st_mode
    assert {(index / name).stat().st_mode for name in files_in(index)} == {plain}


def test_writer_behind_another_is_refused_when_its_patience_ends(province, copy):
    before = contents(copy)
    with locked(copy), pytest.raises(Refused) as refused:
        write_index(province.engine, copy, patience=0.1)
    problem = refused.value.problems[0]
    assert (problem.code, problem.file) == ("index-busy", str(copy))
    assert problem.reason.zh == "另一个进程正在写入该索引"
    assert contents(copy) == before


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


def test_reader_overtaken_by_writers_reads_what_they_wrote(fewer, copy, monkeypatch):
    stale = index_info(copy)
    later = write_index(fewer, copy)
    shutil.rmtree(copy / stale.base.name)
    heads = [stale]
    read = type(stale).read
    monkeypatch.setattr(
        "qixi.match.index.opened.Head.read", lambda folder: heads.pop() if heads else read(folder)
    )
    assert Opened.latest(copy).head == later


def test_reader_goes_on_with_what_it_opened(province, fewer, copy):
    engine, _ = load_index(copy)
    for _ in range(2):
        write_index(fewer, copy)
    write_index(Engine().fit(province.assets[:3]), copy)
    needs = province.needs[:5]
    assert list(engine.match(needs)) == list(province.engine.match(needs))
    assert tuple(engine.assets) == tuple(province.engine.assets)


def test_saving_over_damage_repairs_it(province, copy):
    part = copy / index_info(copy).base.name
    (part / "records.vault").unlink()
    (part / "lexical.shards.vault").write_bytes(b"")
    with pytest.raises(Refused):
        load_index(copy)
    write_index(province.engine, copy)
    load_index(copy)


def test_leftovers_of_a_killed_writer_are_no_obstacle(fewer, tmp_path):
    (tmp_path / "it" / ".77.part").mkdir(parents=True)
    (tmp_path / "it" / "delta-1").mkdir()
    info = write_index(fewer, tmp_path / "it")
    assert names(tmp_path / "it") == [info.base.name, "index.json"]


def test_other_people_s_files_are_never_replaced(fewer, tmp_path):
    (tmp_path / "letter.txt").write_text("keep")
    with pytest.raises(Refused) as refused:
        write_index(fewer, tmp_path)
    assert refused.value.problems[0].file == str(tmp_path)
    assert names(tmp_path) == ["letter.txt"]


def test_folder_that_cannot_be_written_is_refused(fewer, tmp_path):
    (tmp_path / "file").write_text("keep")
    with pytest.raises(Refused):
        write_index(fewer, tmp_path / "file" / "it")


def test_settings_that_do_not_touch_the_fusion_open_the_same_index(index):
    engine, _ = load_index(index, Settings(withhold=Withholding(own=False)))
    assert engine.settings.withhold.own is False


def test_weights_may_change_from_run_to_run(province, index):
    settings = Settings(fusion=Fusion(lexical=2.0, topics=0.0, half=3.0))
    engine, _ = load_index(index, settings)
    fresh = Engine(settings).fit(province.assets)
    assert list(engine.match(province.needs[:9])) == list(fresh.match(province.needs[:9]))


def test_scorer_that_was_not_built_is_refused_by_name(province, tmp_path):
    without = Engine(Settings(fusion=Fusion(topics=0.0))).fit(province.assets[:20])
    assert write_index(without, tmp_path / "it").scorers == ("lexical", "subclasses")
    with pytest.raises(Refused, match="topics"):
        load_index(tmp_path / "it")


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
    assert tuple(loaded.assets) == tuple(sorted(assets, key=lambda asset: asset.id))
    needs = [Need("N", "微藻培养")]
    assert list(loaded.match(needs)) == list(engine.match(needs))


def test_index_of_nothing_opens_again(tmp_path):
    assert write_index(Engine().fit([]), tmp_path / "it").technologies == 0
    engine, info = load_index(tmp_path / "it")
    assert (len(engine.assets), info.technologies) == (0, 0)


def test_technology_with_half_a_character_is_refused_and_leaves_nothing(tmp_path):
    engine = Engine().fit([Asset("A", "微藻"), Asset("B", region="\ud800")])
    with pytest.raises(Refused, match="half a character"):
        write_index(engine, tmp_path / "it")
    assert names(tmp_path / "it") == []


def test_nothing_is_pickled_and_the_head_is_plain_json(index):
    head = json.loads((index / "index.json").read_text("utf-8"))
    assert head["technologies"] == index_info(index).technologies
    for name in files_in(index):
        start = (index / name).read_bytes()[:8]
        assert name == "index.json" or start == b"QIXIVLT\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("technologies", 3),
        ("engine", "0.0.1"),
        ("scorers", ["lexical"]),
        ("parts", []),
        ("removed_in", "base-0123456789abcdef"),
        ("sha256", "0" * 64),
        ("format", 99),
        ("format", "4"),
        ("strange", 1),
    ],
)
def test_head_that_was_changed_is_refused(copy, key, value):
    head = json.loads((copy / "index.json").read_text("utf-8"))
    text = json.dumps({**head, key: value}, ensure_ascii=False, indent=1) + "\n"
    (copy / "index.json").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file in {str(copy), str(copy / "index.json")}


def test_index_of_another_version_says_which_and_what_to_do(copy):
    (copy / "index.json").write_text('{"format": 3, "engine": "0.0.1", "part": "part-1"}', encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_index(copy)
    problem = refused.value.problems[0]
    assert problem.reason.en.startswith("the index was built by version 0.0.1 in format 3; this is ")
    assert problem.remedy.en == "build the index again with qixi index build --replace"


def test_index_of_another_version_is_replaced_by_building(fewer, tmp_path):
    (tmp_path / "it" / "part-1").mkdir(parents=True)
    (tmp_path / "it" / "index.json").write_text('{"format": 3, "engine": "0.0.1"}', encoding="utf-8")
    info = write_index(fewer, tmp_path / "it")
    assert load_index(tmp_path / "it")[1] == info
    assert names(tmp_path / "it") == [info.base.name, "index.json"]


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"null", b"\xff", BOMB])
def test_head_that_cannot_be_read_is_refused(copy, content):
    (copy / "index.json").unlink()
    if content is not None:
        (copy / "index.json").write_bytes(content)
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(copy if content is None else copy / "index.json")


@pytest.mark.parametrize("name", ["index.json", "records.vault", "lexical.shards.vault"])
def test_pipe_in_place_of_a_file_is_refused_without_waiting(copy, name, require):
    require("posix", hasattr(os, "mkfifo"), "no pipes with names here")
    path = copy / name if name == "index.json" else copy / index_info(copy).base.name / name
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(path)


def test_file_that_is_a_link_is_refused(copy, tmp_path):
    path = copy / index_info(copy).base.name / "records.vault"
    path.replace(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(path)


@pytest.mark.parametrize("name", ["records.vault", "topics.shards.vault", "columns.vault"])
def test_file_of_another_index_is_refused_though_it_is_sound(fewer, copy, tmp_path, name):
    other = write_index(fewer, tmp_path / "other")
    path = copy / index_info(copy).base.name / name
    shutil.copyfile(tmp_path / "other" / other.base.name / name, path)
    with pytest.raises(Refused) as refused:
        load_index(copy)
    assert refused.value.problems[0].file == str(path)
