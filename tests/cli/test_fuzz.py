"""Fuzzing the command: whatever is done to its files, it ends in results or in words, and good rows stay.

QIXI_FUZZ_SEED and QIXI_FUZZ_COUNT repeat or widen a run; both are printed. A whole run of the command
costs more than reading a file, so each case takes a fifth of QIXI_FUZZ_COUNT files.
"""

from __future__ import annotations

import json
import random

import docx
import pytest

from cli.command import files_in, qixi, refused, rows_of
from qixi.tables import write_rows
from tables.test_fuzz import COUNT, SEED, bent, repacked

# A case runs the whole command many times, and machines differ.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

TURNS = max(1, COUNT // 5)
KINDS = ("jsonl", "csv", "gb.csv", "xlsx", "parquet", "json")
HUGE = [b"9" * 6000, b"1e9999", b"-0", b"NaN", b"[" * 300 + b"]" * 300, b'{"a":' * 90 + b"1" + b"}" * 90]
SIDES = ("supply", "demand")


@pytest.fixture(autouse=True, scope="module")
def said(request):
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(
            f"fuzzing with QIXI_FUZZ_SEED={SEED} QIXI_FUZZ_COUNT={COUNT}: {TURNS} files a case"
        )


def records(side):
    text = "abstract" if side == "supply" else "content"
    return [
        {
            "id": f"{side}-{i:03}",
            "title": f"一种微藻培养装置{i}",
            text: f'装置 {i}，产量 {100 + i} g/L, "高密度" and cheap',
            "ipc": ["C12N1/12"],
            "备注": f"注{i}",
        }
        for i in range(16)
    ]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """One sound file of each kind for each side, as bytes by side and kind."""
    folder = tmp_path_factory.mktemp("sound")
    contents = {}
    for side in SIDES:
        rows = records(side)
        for kind in ("jsonl", "csv", "xlsx", "parquet"):
            path = folder / f"a.{kind}"
            write_rows(path, list(rows[0]), rows, header={})
            contents[side, kind] = path.read_bytes()
        contents[side, "gb.csv"] = contents[side, "csv"].decode("utf-8-sig").encode("gb18030")
        contents[side, "json"] = json.dumps(rows, ensure_ascii=False).encode()
    document = docx.Document()
    document.add_paragraph("企业名称：甲公司")
    table = document.add_table(2, 2)
    for row, texts in zip(table.rows, (("需求名称", "提高产量"), ("需求内容", "150 g/L")), strict=True):
        row.cells[0].text, row.cells[1].text = texts
    document.save(folder / "a.docx")
    contents["demand", "docx"] = (folder / "a.docx").read_bytes()
    return contents


@pytest.fixture
def matched_with(tmp_path, sound):
    """Match with one side's file replaced; return the ids of that side in the results, None if refused."""

    def match(side, kind, content, case):
        paths = {}
        for each in SIDES:
            paths[each] = tmp_path / f"{each}.jsonl"
            paths[each].write_bytes(sound[each, "jsonl"])
        paths[side].unlink()
        paths[side] = tmp_path / f"{side}.{kind}"
        paths[side].write_bytes(content)
        out, rejects = tmp_path / "out.jsonl", tmp_path / "rejects.jsonl"
        before = files_in(tmp_path)
        done = qixi(
            *("match", "--supply", paths["supply"], "--demand", paths["demand"], "--out", out),
            *("--rejects", rejects, "--explain", 1 if case % 10 == 0 else 0, "--top", 1000),
        )
        assert done.code in {0, 4}, (case, done)
        if done.code == 4:
            refused(done)
            assert done.out == ""
            assert files_in(tmp_path) == before
            return None
        assert done.err == ""
        assert not [name for name in files_in(tmp_path) if ".part" in name]
        assert all(row["reason_zh"] and row["remedy_en"] for row in rows_of(rejects))
        found = {row[f"{side}_id"] for row in rows_of(out)}
        for path in (out, rejects, *paths.values()):
            path.unlink()
            path.with_name(f"{path.name}.meta.json").unlink(missing_ok=True)
        return found

    return match


@pytest.mark.parametrize(
    ("side", "kind"), [*((side, kind) for side in SIDES for kind in KINDS), ("demand", "docx")]
)
def test_bent_file_ends_in_results_or_in_words(matched_with, sound, side, kind):
    for turn in range(TURNS):
        chance = random.Random(f"{SEED} command {side} {kind} {turn}")
        content = bent(sound[side, kind], chance, chance.choice([1, 2, 8, 40]))
        if chance.random() < 0.2:
            content = content[: chance.randrange(len(content) + 1)]
        matched_with(side, kind, content, turn)


@pytest.mark.parametrize(("side", "kind"), [("supply", "xlsx"), ("demand", "xlsx"), ("demand", "docx")])
def test_damaged_archive_members_end_in_results_or_in_words(matched_with, sound, side, kind):
    for turn in range(TURNS):
        chance = random.Random(f"{SEED} command members {side} {kind} {turn}")
        hit = chance.randrange(10)

        def change(place, member, data, chance=chance, hit=hit):
            if place != hit:
                return member, data
            kept = bent(data, chance, chance.choice([1, 3, 10])) if data else b"x"
            return chance.choice([None, (member + "x", data), (member, kept), (member, kept)])

        matched_with(side, kind, repacked(sound[side, kind], change), turn)


def altered(lines, chance, encoding):
    """Hit some lines; return the new lines and the numbers of those that were let be.

    Encodings are only mixed where the rest is UTF-8, by which a foreign line can be told. UTF-16 is
    not mixed in: in front it makes the whole file look like another kind, which is refused in words.
    """
    hits = set(chance.sample(range(len(lines)), chance.choice([1, 2, 4])))
    new = []
    for number, line in enumerate(lines):
        if number not in hits:
            new.append(line)
            continue
        match chance.randrange(6):
            case 0:
                continue
            case 1:
                new += [line] * 3
            case 2:
                new.append(chance.choice(HUGE))
            case 3 if encoding == "utf-8":
                new.append(
                    line.decode(encoding).encode(chance.choice(["gb18030", "big5hkscs", "cp1252"]), "replace")
                )
            case 4:
                new.append(line[: chance.randrange(len(line) + 1)])
            case _:
                new.append(bent(line, chance, chance.choice([1, 2, 6])))
    return new, [number for number in range(len(lines)) if number not in hits]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", ["jsonl", "csv", "gb.csv"])
def test_rows_beside_altered_lines_are_matched(matched_with, sound, side, kind):
    for turn in range(TURNS * 2):
        chance = random.Random(f"{SEED} command lines {side} {kind} {turn}")
        lines = sound[side, kind].splitlines()
        head = [] if kind == "jsonl" else [lines.pop(0)]
        encoding = "gb18030" if kind == "gb.csv" else "utf-8"
        new, kept = altered(lines, chance, encoding)
        if chance.random() < 0.5:
            chance.shuffle(new)
        found = matched_with(side, kind, b"\n".join([*head, *new]) + b"\n", turn)
        assert found is not None, (turn, side, kind)
        wanted = {f"{side}-{number:03}" for number in kept}
        assert wanted - found == set(), (turn, side, kind)
