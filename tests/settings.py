"""The service's settings, for tests: a home of its own, quick passwords, a database that is thrown away."""

import os
import tempfile

os.environ.setdefault("QIXI_HOME", tempfile.mkdtemp(prefix="qixi-test-"))
os.environ.setdefault("QIXI_SECRET_KEY", "only for tests")

from qixi.settings import *  # noqa: F403
from qixi.settings import DATABASES, HOME

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # Tests that race need a file: what lies in memory knows one writer only.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
