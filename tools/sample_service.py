"""The sample province as a service in this process, on a day that is always the same; thrown away later."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from socketserver import ThreadingMixIn
from unittest.mock import patch
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

DAY = date(2026, 3, 16)
"""The day on all pictures: they change with the pages and not with the calendar."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def sample_service() -> Iterator[str]:
    """Yield the address of a demonstration of the exchange, filled in."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ |= {"QIXI_HOME": home, "QIXI_DEMO": "1", "DJANGO_SETTINGS_MODULE": "qixi.settings"}
        os.environ.pop("QIXI_DATABASE", None)
        import django  # noqa: PLC0415  it reads where its home is when it is set up

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        from qixi.cli.porch import Porch  # noqa: PLC0415
        from qixi.cli.sample import fill_in  # noqa: PLC0415
        from qixi.wsgi import application  # noqa: PLC0415

        call_command("migrate", verbosity=0, interactive=False)
        with patch("django.utils.timezone.localdate", lambda *_: DAY):
            fill_in(Porch("zh"))
            server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                yield f"http://127.0.0.1:{server.server_port}"
            finally:
                server.shutdown()
                server.server_close()


def session_of(username: str) -> str:
    """Return the session of one of the sample's people, who is signed in by it."""
    from django.test import Client  # noqa: PLC0415  Django is ready from here on

    from qixi.registry.demo import person_called  # noqa: PLC0415

    client, person = Client(), person_called(username)
    assert person is not None, username
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def case_called(code: str, title: str) -> str:
    """Return the number of the sample's case of a procedure in which its first field says `title`."""
    from qixi.casework.models import Case  # noqa: PLC0415
    from qixi.casework.queries import case_of  # noqa: PLC0415

    for row in Case.objects.filter(code=code):
        said = case_of(row).said("submit") or {}
        if title in said.values():
            return row.number
    msg = f"the sample has no {code} called {title}"
    raise LookupError(msg)
