"""The exchange on this machine: it answers, a port in use is handled, and it ends when it is told to."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("QIXI_", "DJANGO_", "DEMO_"))}
    return kept | {"QIXI_HOME": str(tmp_path / "home"), "QIXI_LANGUAGE": "en"}


@pytest.fixture
def taken():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        yield door.getsockname()[1]


def qixi(home, *arguments):
    command = [sys.executable, "-m", "qixi", *arguments]
    return subprocess.run(command, env=home, capture_output=True, text=True, timeout=120, check=False)


def test_a_demonstration_takes_the_next_port_and_ends_after_the_check(home, taken):
    done = qixi(home, "serve", "--demo", "--check", "--port", str(taken))
    assert done.returncode == 0, done.stderr
    assert "Qixi is ready: http://127.0.0.1:" in done.stdout
    assert f":{taken}/" not in done.stdout
    assert f"port {taken} is in use" in done.stdout
    assert done.stderr == ""


def test_a_port_in_use_is_refused(home, taken):
    done = qixi(home, "serve", "--check", "--port", str(taken))
    assert done.returncode == 4
    assert "端口已被占用。请用 --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_of_another_machine_is_refused(home):
    done = qixi(home, "serve", "--check", "--host", "192.0.2.1")
    assert done.returncode == 4
    assert "--host" in done.stderr


def test_the_first_office_may_come_before_the_first_serving(home):
    early = qixi(home, "background", "--once")
    assert early.returncode == 4
    assert "qixi serve" in early.stderr
    words = ("某市科技主管部门", "11330100MB0000001R", "330100", "--username", "li")
    assert "migrations; qixi serve brings it up" in qixi(home, "doctor").stdout
    assert qixi(home | {"QIXI_PASSWORD": "a-long-Word-7"}, "office", *words).returncode == 0
    assert "exchange: its database is there, at this version" in qixi(home, "doctor").stdout


def test_doctor_makes_nothing(home):
    done = qixi(home, "doctor")
    assert f"exchange: none in {home['QIXI_HOME']} yet" in done.stdout
    assert not Path(home["QIXI_HOME"]).exists()


def test_doctor_says_what_is_wrong_with_the_exchange(home):
    wrong = home | {"QIXI_SECRET_KEY": "x"}
    done = qixi(wrong | {"QIXI_DATABASE": "mysql://nowhere/x"}, "doctor")
    assert done.returncode == 0
    assert "QIXI_DATABASE is no address" in done.stdout
    done = qixi(wrong | {"QIXI_DATABASE": "postgresql://nobody@127.0.0.1:1/x"}, "doctor")
    assert "exchange: its database cannot be reached" in done.stdout


@pytest.mark.parametrize(
    "address", ["mysql://nowhere/x", "postgresql://a:b@host:99999/x", "postgresql://host:port/x", "x"]
)
def test_a_setting_that_cannot_be_used_is_named(home, address):
    done = qixi(home | {"QIXI_DATABASE": address}, "background", "--once")
    assert done.returncode == 4
    assert "QIXI_DATABASE" in done.stderr
    assert "Traceback" not in done.stderr
    assert "a:b@" not in done.stderr  # nobody's password is written out


def test_a_port_on_which_a_qixi_answers_is_said_to_be_so(home):
    with serving(home) as (_, port):
        done = qixi(home, "serve", "--check", "--port", str(port))
    assert done.returncode == 4
    assert "A Qixi answers" in done.stderr


def test_no_part_outlives_a_service_that_is_killed(home, require):
    require("posix", hasattr(os, "killpg") and shutil.which("ps") is not None, "no process groups here")
    with serving(home) as (service, _):
        parts = below(service.pid)
        assert len(parts) >= 3  # the server, its worker, the work in the background
        assert service.pid not in parts.values()  # none is in the service's own group
        service.kill()
        service.wait()
    assert gone(parts)


def test_what_a_killed_part_has_left_ends_with_the_service(home, require):
    require("posix", hasattr(os, "killpg") and shutil.which("ps") is not None, "no process groups here")
    with serving(home) as (service, _):
        parts = below(service.pid)
        leader = next(pid for pid, group in parts.items() if pid == group and len(group_of(parts, pid)) > 1)
        os.kill(leader, signal.SIGKILL)
        assert service.wait(60) == 4
    assert gone(parts)


@pytest.mark.parametrize("sign", ["SIGTERM", "SIGINT"])
def test_it_ends_with_all_its_parts_when_it_is_told_to(home, require, sign):
    require("posix", hasattr(os, "killpg") and shutil.which("ps") is not None, "no process groups here")
    with serving(home) as (service, _):
        parts = below(service.pid)
        service.send_signal(getattr(signal, sign))
        service.wait(60)
    assert gone(parts)


@contextmanager
def serving(home):
    """Yield a service that answers, and its port; it is ended in any case."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "qixi", "serve", "--port", str(port)]
    service = subprocess.Popen(command, env=home, stdout=subprocess.PIPE, text=True)
    try:
        assert str(port) in service.stdout.readline()
        yield service, port
    finally:
        service.terminate()
        service.wait()
        service.stdout.close()


def running():
    """Return all processes, each with its parent and its group; those that have ended are not among them."""
    told = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in told.splitlines()]
    return {int(pid): (int(above), int(group)) for pid, above, group, stat in rows if stat[0] != "Z"}


def below(pid):
    """Return all processes that a process has started, at any remove, each with its group."""
    found, rows = {}, running()
    while more := {p: g for p, (above, g) in rows.items() if above in {pid, *found} and p not in found}:
        found |= more
    return found


def group_of(parts, leader):
    return [pid for pid, group in parts.items() if group == leader]


def gone(parts):
    until = time.monotonic() + 30
    while (left := set(parts) & set(running())) and time.monotonic() < until:
        time.sleep(0.2)
    return not left
