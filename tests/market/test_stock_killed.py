"""Work in the background is killed at any moment: no row of a list is lost or taken twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.utils import timezone

from qixi.casework.services import act_for, open_for
from qixi.casework.work import swept
from qixi.market import index
from qixi.market.models import Intake, IntakeRow, Listing, Match, Ranking
from qixi.market.queries.intakes import progress_of
from qixi.market.services import intakes
from qixi.match.index import load_index
from qixi.procedures.application_number import check_character
from qixi.procedures.catalogue import newest
from qixi.registry.models import Asset, Division, Entry
from tests.registry.people import acting, body, officer, person

ROWS, NEEDS, KILLS = 1_500, 12, 50
WORDS = ("微藻采收", "主轴误差", "低温浆料", "染料回收", "保温材料", "视觉检测", "热泵控制", "水凝胶敷料")


def listed(name: str, changed: str = "") -> bytes:
    lines = ["专利名称,申请号,申请人,摘要,法律状态"]
    for n in range(ROWS):
        stem = f"2021{1}99{n:05}"
        title = f"{WORDS[n % len(WORDS)]}方法第{n}号{changed}"
        lines.append(f"{title},{stem}.{check_character(stem)},{name},用于{WORDS[n % len(WORDS)]}。,有效")
    return "\n".join(lines).encode()


def address() -> str:
    """Return where the tests' database is, for a process of its own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['QIXI_DATABASE'].rsplit('/', 1)[0]}/{name}"


def begun(home: str) -> subprocess.Popen[bytes]:
    env = os.environ | {"QIXI_HOME": home, "QIXI_DATABASE": address()}
    return subprocess.Popen(
        [sys.executable, "-m", "qixi", "background"],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def killed(home: str, dice: random.Random, times: int) -> None:
    """Let the work go on, and kill it so many times."""
    for _ in range(times):
        worker = begun(home)
        time.sleep(dice.uniform(1.0, 3.5))  # most of it is the start of the process
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()


def finished(later: timedelta = timedelta(0)) -> None:
    while swept(timezone.localdate(), timezone.now() + later)["chores"]:
        later += timedelta(seconds=1)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_no_row_is_lost_or_doubled(settings, tmp_path):
    settings.HOME = tmp_path
    (tmp_path / "files").mkdir()
    settings.STORAGES = django_settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        }
    }
    for code, parent in (("33", None), ("3301", "33"), ("330106", "3301")):
        Division.objects.get_or_create(code=code, defaults={"name": code, "parent_id": parent})
    today, home = timezone.localdate(), str(tmp_path)
    dice = random.Random(int(os.environ.get("QIXI_FUZZ_SEED", "7")))
    school = body(1, "浙江某大学", "university", "330106")
    office = acting(person("transfer", school, "transfer", "leader"), today)
    party = str(school.number)

    intake = intakes.hand_in(office, party, "清单.csv", listed("浙江某大学"), today)
    killed(home, dice, 4)
    intakes.read(intake)
    intakes.begin(office, intake.number)
    killed(home, dice, KILLS // 3)
    finished()
    assert dict(progress_of(intake).counts) == {"new": ROWS}
    assert Asset.objects.count() == Listing.objects.count() == ROWS
    entries = Counter(Entry.objects.filter(verb="take_in").values_list("number", flat=True))
    assert len(entries) == ROWS
    assert set(entries.values()) == {1}

    case = open_for(office, newest("library"), party, "330106", today, str(intake.number)).number
    act_for(office, case, "submit", {"title": "第一批", "secrecy": "clear", "export": "clear"}, today)
    act_for(office, case, "enter", {}, today)
    firm = acting(person("firm", body(7, "某某公司", division="330106"), "handler"), today)
    clerk = officer("3301")
    for n in range(NEEDS):
        need = {
            "title": f"{WORDS[n % len(WORDS)]}难题",
            "problem": f"需要{WORDS[n % len(WORDS)]}的新方法，成本更低",
        }
        number = open_for(firm, newest("need"), next(iter(firm.posts)), "330106", today).number
        act_for(firm, number, "submit", need | {"way": "open"}, today)
        act_for(clerk, number, "publish", {}, today)
    killed(home, dice, KILLS // 3)
    finished()
    assert Listing.objects.filter(stage="transfer", asset__public=True).count() == ROWS
    assert index.index_info(index.folder()).technologies == ROWS
    assert Ranking.objects.count() == NEEDS
    assert all(count == 50 for count in Counter(Match.objects.values_list("need", flat=True)).values())

    newer = intakes.hand_in(office, party, "清单.csv", listed("浙江某大学", "改"), today)
    intakes.read(newer)
    intakes.begin(office, newer.number)
    killed(home, dice, KILLS - 4 - 2 * (KILLS // 3))
    finished()
    assert dict(progress_of(newer).counts) == {"changed": ROWS}
    assert IntakeRow.objects.exclude(stated=None).count() == 0
    assert Intake.objects.filter(state="taken").count() == 2
    engine, _ = load_index(index.folder())
    assert {each.id: each.title for each in engine.assets} == {
        str(each.number): each.title for each in Asset.objects.all()
    }
    connections.close_all()
