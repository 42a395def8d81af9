"""Ray nodes with resources of their own on one machine, out of reach of everything else that runs on it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

PORT = 6379
STORE = 160_000_000
"""Bytes of each node's object store: small, for what is put there in tests is."""

_PAUSE = """
import fcntl, os, signal, socket, struct
request = struct.pack("16sh22x", b"lo", 0x41)  # IFF_UP | IFF_RUNNING
fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, request)  # SIOCSIFFLAGS
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the first process of a namespace inherits orphans
print("up", flush=True)
while True:
    signal.pause()
"""

SETTINGS = {
    "RAY_AUTH_MODE": "token",
    "RAY_USAGE_STATS_ENABLED": "0",
    # A dead node is noticed in seconds, not in half a minute.
    "RAY_health_check_initial_delay_ms": "0",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "2000",
    "RAY_health_check_failure_threshold": "3",
    # The machine's memory is shared with what has nothing to do with this.
    "RAY_memory_monitor_refresh_ms": "0",
    # Ray's workers step back behind everything else unless told not to.
    "RAY_worker_niceness": "0",
    "OMP_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}


def stage_lacks() -> str | None:
    """Say what this machine lacks to hold a stage, None where it lacks nothing."""
    for tool in ("unshare", "nsenter"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    tried = subprocess.run([*_unshare(), sys.executable, "-c", ""], capture_output=True, check=False)
    return None if tried.returncode == 0 else "namespaces of its own are not permitted"


def _unshare() -> list[str]:
    own_user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return [
        "unshare",
        *own_user,
        "--net",
        "--pid",
        "--mount",
        "--fork",
        "--mount-proc",
        "--kill-child",
    ]


def _hiding(folders: Sequence[Path]) -> list[str]:
    """Return what stands before a command that is not to see what is in `folders`."""
    if not folders:
        return []
    script = (
        'for each do [ "$each" = -- ] && break; shift; mount -t tmpfs none "$each"; done; shift; exec "$@"'
    )
    return ["unshare", "--mount", "sh", "-ec", script, "sh", *map(str, folders), "--"]


def _children(pid: int) -> Iterator[int]:
    """Yield every process below `pid`, as this side of the namespaces numbers them."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                below.setdefault(parent, []).append(int(entry.name))
    waiting = [pid]
    while waiting:
        found = below.get(waiting.pop(), [])
        yield from found
        waiting += found


def _namespace(pid: int) -> str | None:
    with suppress(OSError):
        return str(Path(f"/proc/{pid}/ns/pid").readlink())
    return None


def _name(pid: int) -> str:
    with suppress(OSError):
        return Path(Path(f"/proc/{pid}/cmdline").read_text().partition("\0")[0].strip()).name
    return ""


@dataclass
class Stage:
    """A network and process namespace that holds Ray nodes; ends with all that runs in it.

    Node n, counted from 1, has the address 127.0.0.n and a resource of its name; its processes are
    killed by id. `path` holds folders of modules that only this stage knows.
    """

    folder: Path
    _pause: subprocess.Popen[str]
    nodes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address of the head."""
        return f"127.0.0.1:{PORT}"

    @property
    def environment(self) -> dict[str, str]:
        """What processes on the stage find in their environment."""
        own = {
            "RAY_AUTH_TOKEN_PATH": str(self.folder / "token"),
            "RAY_TMPDIR": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        modules = [*self.path, os.environ.get("PYTHONPATH", "")]
        return {**os.environ, **SETTINGS, **own, "PYTHONPATH": os.pathsep.join(filter(None, modules))}

    def processes(self, *names: str) -> list[int]:
        """Return the processes of these names that run on the stage."""
        mine = _namespace(next(_children(self._pause.pid)))
        found = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return [pid for pid in found if _namespace(pid) == mine and _name(pid) in names]

    def entered(self, command: Sequence[str]) -> list[str]:
        """Return `command` as one that runs on the stage."""
        inside = next(_children(self._pause.pid))
        user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", str(inside), *user, "--net", "--pid", "--mount", "--wd", *command]

    def popen(self, command: Sequence[str], **more: object) -> subprocess.Popen[bytes]:
        """Start a command on the stage."""
        return subprocess.Popen(self.entered(command), env=self.environment, **more)  # type: ignore[call-overload]

    def add(self, name: str, cpus: int = 1, store: int = STORE, hidden: Sequence[Path] = ()) -> None:
        """Start a node, the first one as the head, and wait until it is there.

        It does not see what is in the folders `hidden`, as a machine of its own would not.
        """
        place = f"127.0.0.{len(self.nodes) + 1}"
        role = [f"--address={self.address}"]
        if not self.nodes:
            role = ["--head", f"--port={PORT}", "--include-dashboard=false", f"--temp-dir={self.folder}"]
        ray = str(Path(sys.executable).with_name("ray"))
        with (self.folder / f"{name}.log").open("wb") as log:
            self.nodes[name] = self.popen(
                [
                    *_hiding(hidden),
                    *(ray, "start", "--block", f"--num-cpus={cpus}", f"--object-store-memory={store}"),
                    *(f"--node-ip-address={place}", f"--resources={json.dumps({name: cpus})}", *role),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._await(name)

    def _await(self, name: str, patience: float = 180) -> None:
        log = self.folder / f"{name}.log"

        def runs() -> bool:
            return "Ray runtime started" in log.read_text(errors="replace")

        until(lambda: runs() or self.nodes[name].poll() is not None, patience)
        if not runs():
            msg = f"the node {name} did not start:\n{log.read_text(errors='replace')}"
            raise RuntimeError(msg)

    def kill(self, name: str) -> None:
        """End a node at once, as a power cut would."""
        self.kill_command(self.nodes.pop(name))

    def kill_command(self, command: subprocess.Popen[bytes]) -> None:
        """End a command and all it started, at once."""
        for pid in [*_children(command.pid), command.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        command.communicate()


def until(true: Callable[[], bool], patience: float = 180) -> None:
    """Wait until `true()`; raises TimeoutError when patience, in seconds, ends before."""
    end = time.monotonic() + patience
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


@contextmanager
def stage() -> Iterator[Stage]:
    """Open an empty stage; whatever happens, nothing of it is left at the end."""
    # A short name: Ray's sockets lie below it, and their paths may have 107 bytes.
    with TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        token = os.open(folder / "token", os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(token, "w") as file:
            file.write(secrets.token_hex(32))
        pause = subprocess.Popen(
            [*_unshare(), sys.executable, "-c", _PAUSE], stdout=subprocess.PIPE, text=True
        )
        try:
            assert pause.stdout is not None
            if pause.stdout.readline() != "up\n":
                msg = "the stage did not open"
                raise RuntimeError(msg)
            opened = Stage(folder, pause)
            yield opened
            for node in list(opened.nodes):
                opened.kill(node)
        finally:
            # unshare passes its end on to the namespace's first process, and that one ends all others.
            pause.kill()
            pause.wait()
            assert pause.stdout is not None
            pause.stdout.close()
