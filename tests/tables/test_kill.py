"""Killing a writer at any moment leaves the old file or the new one, never a part of one."""

import hashlib
import json
import subprocess
import sys
import time

import pytest

from qixi.tables import write_rows

pytestmark = pytest.mark.slow

WRITER = """
import sys
from pathlib import Path
from qixi.tables import write_rows
rows = [{"id": str(i), "title": "新" * 50} for i in range(4000)]
print("ready", flush=True)
while True:
    write_rows(Path(sys.argv[1]), ["id", "title"], rows, header={"engine": "new"})
"""


@pytest.mark.parametrize("kind", ["jsonl", "csv", "xlsx", "parquet"])
def test_killed_writer_leaves_a_whole_file(tmp_path, kind):
    path, wanted = tmp_path / f"a.{kind}", tmp_path / f"wanted.{kind}"
    write_rows(path, ["id"], [{"id": "old"}], header={"engine": "old"})
    rows = [{"id": str(i), "title": "新" * 50} for i in range(4000)]
    write_rows(wanted, ["id", "title"], rows, header={"engine": "new"})
    whole = {path.read_bytes(), wanted.read_bytes()}
    for turn in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        with writer:
            writer.stdout.readline()
            time.sleep(0.013 * turn)
            writer.kill()
        assert path.read_bytes() in whole
        if kind in {"jsonl", "csv"}:
            note = json.loads((tmp_path / f"a.{kind}.meta.json").read_text("utf-8"))
            assert note["qixi"]["engine"] in {"old", "new"}
            assert len(note["sha256"]) == len(hashlib.sha256().hexdigest())
