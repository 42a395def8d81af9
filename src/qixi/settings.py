"""What an operator sets about the service, from the environment; Django reads the names below."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from qixi.core import Problem, Refused, Text


def _database(url: str) -> dict[str, Any]:
    """Return Django's entry for sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME."""
    found = urlsplit(url)
    if found.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(found.path[1:]),
            "OPTIONS": {
                # Whoever writes takes the lock at once, and never finds half-way that another was first.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    if found.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(found.path.lstrip("/")),
            "USER": unquote(found.username or ""),
            "PASSWORD": unquote(found.password or ""),
            "HOST": found.hostname or "",
            "PORT": str(found.port or ""),
        }
    raise Refused(
        Problem(
            "settings",
            Text("QIXI_DATABASE 不是可用的数据库地址", "QIXI_DATABASE is no address of a database"),
            Text(
                "请写成 sqlite:////绝对路径 或 postgresql://用户:口令@主机/库名",
                "write sqlite:////ABSOLUTE/PATH or postgresql://USER:PASSWORD@HOST/NAME",
            ),
            setting="QIXI_DATABASE",
        )
    )


HOME = Path(os.environ.get("QIXI_HOME", Path.home() / ".qixi"))
DATABASES = {"default": _database(os.environ.get("QIXI_DATABASE", f"sqlite:///{HOME / 'qixi.sqlite3'}"))}
SECRET_KEY = os.environ.get("QIXI_SECRET_KEY", "")
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # Tests that race need a file: what lies in memory knows one writer only.
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("QIXI_TEST_SQLITE")}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "qixi.registry",
    "qixi.casework",
]
AUTH_USER_MODEL = "registry.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
