"""Run a command beside a PostgreSQL server that is thrown away afterwards: tools/postgres.py COMMAND...

The command finds the server's address in QIXI_DATABASE. Needs PostgreSQL's programs, but no server that runs.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

USER = "qixi"
PATIENCE = 60.0
"""Seconds in which the server must answer, and in which it must end."""
THROWN_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
"""What a server may be spared whose data need not outlive the machine's power."""


def programs() -> Path:
    """Return the folder of PostgreSQL's programs, the newest; raises SystemExit where there are none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parents[1].name)
    )
    named = shutil.which("initdb")
    if not found and named is None:
        sys.exit("找不到 PostgreSQL 程序，请安装 postgresql / PostgreSQL is missing: install postgresql")
    return found[-1].parent if found else Path(named or "").parent


def owner() -> int | None:
    """Return the user to run the server as: PostgreSQL refuses to run as root; None for whoever asks."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    sys.exit("没有可用的普通用户 / there is no unprivileged user to run the server as")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the address of an empty database in it; whatever happens, it ends."""
    bin_, user, port = programs(), owner(), free_port()
    with tempfile.TemporaryDirectory(prefix="qixi-postgres-", ignore_cleanup_errors=True) as folder:
        if user is not None:
            os.chown(folder, user, -1)
        data = f"{folder}/data"
        _quietly(
            [f"{bin_}/initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"], user
        )
        command = [f"{bin_}/postgres", "-D", data, "-k", folder, "-p", str(port), "-h", "127.0.0.1"]
        for setting in THROWN_AWAY:
            command += ["-c", setting]
        with Path(folder, "log").open("wb") as log:
            running = subprocess.Popen(  # noqa: S603  its own programs
                command, cwd="/", user=user, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            _answering(
                [f"{bin_}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], running, Path(log.name)
            )
            _quietly([f"{bin_}/createdb", "-h", "127.0.0.1", "-p", str(port), "-U", USER, USER], user)
            yield f"postgresql://{USER}@127.0.0.1:{port}/{USER}"
        finally:
            running.send_signal(signal.SIGINT)  # ends sessions that are still open, too
            try:
                running.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def _quietly(command: Sequence[str], user: int | None) -> None:
    done = subprocess.run(  # noqa: S603  its own programs
        command, cwd="/", user=user, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{Path(command[0]).name}: {done.stderr.strip()}")


def _answering(ask: Sequence[str], running: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while subprocess.run(ask, check=False).returncode:  # noqa: S603  its own programs
        if running.poll() is not None or time.monotonic() > until:
            sys.exit(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.1)


def main(command: Sequence[str]) -> int:
    """Run a command with a server beside it, and return its exit status."""
    if not command:
        sys.exit(__doc__)
    with server() as address:
        env = os.environ | {"QIXI_DATABASE": address}
        return subprocess.run(command, env=env, check=False).returncode  # noqa: S603  what was asked for


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
