"""Databases of earlier states are carried forward by migrations, on either database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def empty(db, tmp_path) -> Iterator[str]:
    """Return the address of an empty database of the kind that the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'carried.sqlite3'}"
        return
    name = f"carried_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"{os.environ['QIXI_DATABASE'].rsplit('/', 1)[0]}/{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("kept", sorted(FIXTURES.glob("*.json")), ids=lambda each: each.stem)
def test_a_database_of_an_earlier_state_is_carried_forward(kept, empty, tmp_path):
    env = {"QIXI_DATABASE": empty, "QIXI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, str(FIXTURES / "carry.py"), str(kept)],
        cwd=FIXTURES.parents[1],
        env=os.environ | env | {"PYTHONPATH": os.pathsep.join([str(FIXTURES.parents[1]), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_database_of_this_state_is_kept(db):
    leaves = own(MigrationLoader(connection).graph.leaf_nodes())
    kept = [own(json.loads(each.read_text("utf-8"))["migrations"]) for each in FIXTURES.glob("*.json")]
    assert leaves
    assert leaves in kept, "build one: tests/fixtures/build.py"


def own(migrations: Iterable[Sequence[str]]) -> set[tuple[str, ...]]:
    """Return those of some migrations whose rows a fixture keeps."""
    return {tuple(each) for each in migrations if each[0] in {"registry", "casework", "market"}}
