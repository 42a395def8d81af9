"""The exchange on this machine: it answers, a port in use is handled, and it ends when it is told to."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
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


def test_a_port_in_use_is_refused(home, taken):
    done = qixi(home, "serve", "--check", "--port", str(taken))
    assert done.returncode == 4
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "address", ["mysql://nowhere/x", "postgresql://a:b@host:99999/x", "postgresql://host:port/x", "x"]
)
def test_a_setting_that_cannot_be_used_is_named(home, address):
    done = qixi(home | {"QIXI_DATABASE": address}, "background", "--once")
    assert done.returncode == 4
    assert "QIXI_DATABASE" in done.stderr
    assert "Traceback" not in done.stderr
    assert "a:b@" not in done.stderr  # nobody's password is written out


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_no_part_outlives_a_service_that_is_killed(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "qixi", "serve", "--port", str(port)]
    env = os.environ | {"QIXI_HOME": str(tmp_path)}
    service = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    assert str(port) in service.stdout.readline()
    parts = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()
    assert len(parts) == 2
    service.kill()
    service.communicate()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{part}").exists() for part in parts) and time.monotonic() < until:
        time.sleep(0.2)
    assert not [part for part in parts if Path(f"/proc/{part}").exists()]
