"""The interface for programs: what pages do, as JSON."""

from __future__ import annotations

from ninja import NinjaAPI

from qixi import __version__

api = NinjaAPI(title="Qixi", version=__version__, docs_url=None)
