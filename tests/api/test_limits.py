"""A limit is one for all processes: counted where all of them count."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connections

from qixi.api.limits import spend
from qixi.api.models import Spending
from qixi.api.services import count_request


@pytest.mark.django_db
def test_a_caller_has_so_many_in_a_window_and_others_have_their_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("time.time", lambda: 7205.0)
    assert [spend("ip:first", "2/m").left for _ in range(3)] == [1, 0, 0]
    assert spend("ip:first", "2/m").exceeded
    assert not spend("ip:other", "2/m").exceeded
    assert not spend("ip:first", "9/h").exceeded
    assert spend("ip:first", "2/m").wait == 55
    monkeypatch.setattr("time.time", lambda: 7260.0)
    assert not spend("ip:first", "2/m").exceeded


@pytest.mark.django_db
def test_windows_that_ended_are_forgotten():
    count_request("ip:old", 0, 60)
    count_request("ip:long", 0, 3600)
    count_request("ip:new", 600, 660)
    assert set(Spending.objects.values_list("caller", flat=True)) == {"ip:long", "ip:new"}


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_each_counts():
    def send(_: int) -> int:
        try:
            return count_request("ip:many", 0, 60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(send, range(40)))
    assert max(counts) == 40
    assert Spending.objects.get().count == 40


def test_another_process_counts_on(tmp_path: Path):
    """Two processes one after the other, with nothing but the database between them."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("QIXI_", "DJANGO_"))}
    env = kept | {"QIXI_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "qixi.settings"}

    def run(code: str) -> str:
        told = "import django; django.setup(); from django.core.management import call_command; "
        done = subprocess.run(
            [sys.executable, "-c", told + code], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    run("call_command('migrate', verbosity=0)")
    spent = "from qixi.api.limits import spend; print(spend('ip:a', '2/h').exceeded)"
    assert [run(spent) for _ in range(3)] == ["False", "False", "True"]
    tried = "from django.core.cache import cache; print(cache.get('tries')); cache.set('tries', 1)"
    assert [run(tried) for _ in range(2)] == ["None", "1"]


@pytest.mark.django_db
def test_tries_to_sign_in_are_counted_in_the_database():
    cache.set("tries", 1)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM qixi_cache")
        assert cursor.fetchone() == (1,)
