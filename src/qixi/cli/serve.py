"""`qixi serve`: the exchange on this machine: pages, interface for programs, and work in the background."""

from __future__ import annotations

import ctypes
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import click

from qixi.cli.exchange import brought_up
from qixi.cli.porch import Porch
from qixi.core import Problem, Refused, Text

_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl."""
_PORTS_TRIED = 20
_PATIENCE = 60.0
"""Seconds in which the service must answer after it was started."""
_LEAVE = 10.0
"""Seconds that a part is given to end by itself."""
_OTHER_PORT = Text("请用 --port 另选端口", "choose another with --port")
_WHY = {
    errno.EADDRINUSE: (Text("端口已被占用", "the port is in use"), _OTHER_PORT),
    errno.EACCES: (Text("没有权限使用该端口", "the port may not be used by you"), _OTHER_PORT),
    errno.EADDRNOTAVAIL: (
        Text("本机没有这个地址", "this machine has no such address"),
        Text("请用 --host 另选地址，如 0.0.0.0", "choose another with --host, as 0.0.0.0"),
    ),
}
"""Why an address cannot be listened on, and what to do about it."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Requests at once.")
@click.option(
    "--demo", is_flag=True, help="Fill in an invented province, with accounts to enter by one click."
)
@click.option(
    "--check",
    is_flag=True,
    envvar="DEMO_EXIT",
    help="End with 0 once the service answers; DEMO_EXIT=1 does too.",
)
@click.pass_obj
def serve(porch: Porch, host: str, port: int, threads: int, demo: bool, check: bool) -> None:
    """Serve pages, the interface for programs and work in the background; the environment says where."""
    asked, port = port, _free(host, port, tried=_PORTS_TRIED if demo else 1)
    if port != asked:
        porch.say(f"端口 {asked} 已被占用，改用 {port}", f"port {asked} is in use, {port} is taken instead")
    if demo:
        os.environ["QIXI_DEMO"] = "1"
    _prepare(porch, demo=demo)
    server = [sys.executable, "-m", "granian", "qixi.wsgi:application", "--interface", "wsgi", "--no-ws"]
    server += [
        "--host",
        host,
        "--port",
        str(port),
        "--blocking-threads",
        str(threads),
        "--log-level",
        "warning",
    ]
    with _running(server, [sys.executable, "-m", "qixi", "background"]) as parts:
        _healthy(host, port, parts)
        porch.say(f"七夕已就绪：http://{host}:{port}/", f"Qixi is ready: http://{host}:{port}/")
        if check:
            return
        porch.say("按 Ctrl+C 结束", "Ctrl+C ends it")
        while all(part.poll() is None for part in parts):
            time.sleep(0.5)
        ended = next(part for part in parts if part.poll() is not None)
        raise Refused(
            Problem(
                "service",
                Text(
                    f"服务的一部分已退出（{ended.returncode}）",
                    f"a part of the service ended ({ended.returncode})",
                ),
                Text("请查看上面的输出后重新启动", "look at what it said above, and start again"),
            )
        )


def _prepare(porch: Porch, *, demo: bool) -> None:
    """Bring the database to this version; fill in the sample where it is asked for."""
    brought_up()
    if demo:
        from qixi.cli.sample import fill_in  # noqa: PLC0415

        fill_in(porch)


def _free(host: str, port: int, tried: int) -> int:
    """Return the first free port from `port` on; raises Refused where none of `tried` is."""
    for number in range(port, min(port + tried, 65536)):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, number))
            except OSError as error:
                fault = error
            else:
                return number
    unknown = fault.strerror or type(fault).__name__
    why, remedy = _WHY.get(fault.errno or 0, (Text(unknown, unknown), _OTHER_PORT))
    raise Refused(
        Problem(
            "port",
            Text(f"不能在 {host}:{port} 上提供服务：{why.zh}", f"cannot listen on {host}:{port}: {why.en}"),
            remedy,
        )
    )


def _near(host: str) -> str:
    """Return an address of this machine at which `host` can be reached."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  looked at, not listened on


def _end_with(parent: int) -> Callable[[], None] | None:
    """Return what a part does first so that it ends with its parent, even one that is killed; Linux can."""
    if sys.platform != "linux":
        return None
    control = ctypes.CDLL(None, use_errno=True).prctl

    def prepare() -> None:
        control(_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:  # it was gone before
            os._exit(1)

    return prepare


@contextmanager
def _running(*commands: list[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run commands side by side; whatever happens, they end with this one."""

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    # A terminal that is closed hangs up on this one alone, too.
    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = [signal.signal(each, stop) for each in ends]
    # In groups of their own: Ctrl+C reaches this one alone, which then ends them, each once and quietly.
    parts = [
        subprocess.Popen(command, preexec_fn=_end_with(os.getpid()), process_group=0)  # noqa: PLW1509, S603  our own commands, before any thread
        for command in commands
    ]
    try:
        yield parts
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            try:
                part.wait(_LEAVE)
            except subprocess.TimeoutExpired:
                part.kill()
        for each, handler in zip(ends, before, strict=True):
            signal.signal(each, handler)


def _healthy(host: str, port: int, parts: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the service answers; raises Refused where it does not."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and all(part.poll() is None for part in parts):
        try:
            door = http.client.HTTPConnection(_near(host), port, timeout=5)
            door.request("GET", "/healthz")
            if door.getresponse().status == http.client.OK:
                return
        except OSError:
            pass  # not listening yet
        time.sleep(0.2)
    raise Refused(
        Problem(
            "service",
            Text("服务没有应答", "the service does not answer"),
            Text("请查看上面的输出", "look at what it said above"),
        )
    )
