"""What an operator sets about the service, from the environment; Django reads the names below."""

from __future__ import annotations

import logging
import os
import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from qixi.core import Problem, Refused, Text
from qixi.policy.home import home_folder


class OneLine(logging.Formatter):
    """Writes what happened without a trace."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the words of a record, on one line."""
        return " ".join(record.getMessage().split())


def _refused(name: str, reason: Text, remedy: Text) -> Refused:
    return Refused(Problem("settings", reason, remedy, setting=name))


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
    try:
        port = found.port
    except ValueError:
        port = -1
    if found.scheme in {"postgresql", "postgres"} and port != -1:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(found.path.lstrip("/")),
            "USER": unquote(found.username or ""),
            "PASSWORD": unquote(found.password or ""),
            "HOST": found.hostname or "",
            "PORT": str(port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise _refused(
        "QIXI_DATABASE",
        Text("QIXI_DATABASE 不是可用的数据库地址", "QIXI_DATABASE is no address of a database"),
        Text(
            "请写成 sqlite:////绝对路径 或 postgresql://用户:口令@主机/库名",
            "write sqlite:////ABSOLUTE/PATH or postgresql://USER:PASSWORD@HOST/NAME",
        ),
    )


def _secret(file: Path) -> str:
    """Return the key that signs sessions: what is set, else that of the home folder, made at first."""
    given = os.environ.get("QIXI_SECRET_KEY")
    if given:
        return given
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass  # made before, or by another that starts at the same moment
    return file.read_text(encoding="ascii")


def _mail(url: str) -> dict[str, Any]:
    """Return how a mail server is reached that is set as smtp://USER:PASSWORD@HOST:PORT; nothing without one.

    smtps:// is encrypted from the beginning, smtp+tls:// from STARTTLS on.
    """
    if not url:
        return {}
    found = urlsplit(url)
    try:
        port = found.port
    except ValueError:
        port = -1
    if found.scheme not in _MAIL_PORTS or not found.hostname or port == -1:
        raise _refused(
            "QIXI_MAIL",
            Text("QIXI_MAIL 不是可用的邮件服务器地址", "QIXI_MAIL is no address of a mail server"),
            Text(
                "请写成 smtp+tls://用户:口令@主机:端口 或 smtps://…",
                "write smtp+tls://USER:PASSWORD@HOST:PORT, or smtps://…",
            ),
        )
    return {
        "host": found.hostname,
        "port": port or _MAIL_PORTS[found.scheme],
        "user": unquote(found.username or ""),
        "password": unquote(found.password or ""),
        "ssl": found.scheme == "smtps",
        "tls": found.scheme == "smtp+tls",
    }


_MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587}


def _listed(name: str, default: str) -> list[str]:
    return [each.strip() for each in os.environ.get(name, default).split(",") if each.strip()]


def _written(name: str, default: str, pattern: str, example: str) -> str:
    """Return what is set, written as it should be."""
    given = os.environ.get(name, default)
    if re.fullmatch(pattern, given) is None:
        raise _refused(
            name,
            Text(f"{name} 的写法不对", f"{name} is not written as it should be"),
            Text(f"请写成 {example} 的样子", f"write it as {example}"),
        )
    return given


HOME = home_folder()
DEMO = os.environ.get("QIXI_DEMO") == "1"
"""A demonstration: accounts of each role to enter with one click, and a banner that says so."""
SECRET_KEY = _secret(HOME / "secret.key")
DEBUG = False
ALLOWED_HOSTS = _listed("QIXI_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _listed("QIXI_ORIGINS", "")
SECURE = os.environ.get("QIXI_HTTPS") == "1"
"""The service is reached by HTTPS alone: cookies go no other way."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "qixi.web.faults.forged"

DATABASES = {"default": _database(os.environ.get("QIXI_DATABASE", f"sqlite:///{HOME / 'qixi.sqlite3'}"))}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "qixi.registry",
    "qixi.casework",
    "qixi.market",
    "qixi.api",
    "qixi.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "qixi.api.middleware.ProblemsOnly",
    "qixi.web.middleware.Bounded",
    "qixi.web.middleware.Legible",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qixi.web.middleware.Private",
    "qixi.web.middleware.SpokenLanguage",
    "qixi.web.faults.Refusals",
]
ROOT_URLCONF = "qixi.urls"
WSGI_APPLICATION = "qixi.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # First, so that sign-in and the office's pages look like the rest of the house.
        "DIRS": [Path(__file__).parent / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qixi.web.context.house",
            ],
            "builtins": ["qixi.web.templatetags.qixi"],
        },
    }
]
AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
UPLOAD_MOST = 20 * 2**20
"""The most bytes of one file that is handed in."""
UPLOADS_MOST = DATA_UPLOAD_MAX_NUMBER_FILES = 10
"""The most files that are handed in at once."""
BODY_MOST = 3 * UPLOAD_MOST + 2**20
"""The most bytes of one request, whatever it carries."""

# Nothing inline, nothing from elsewhere: what a page runs lies in the house.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Without a mail server nothing is sent, and what would be is in the inbox of each account all the same.
MAIL = _mail(os.environ.get("QIXI_MAIL", ""))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAIL else "none"
# Sign-up and sign-in tell nobody whose address is known. Without mail nothing proves an address, so that two
# accounts may name the same one; with mail an address is proved once, and its owner alone is told.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Qixi"
MFA_ALLOW_UNVERIFIED_EMAIL = not MAIL
"""Where no mail is sent no address can be verified: two steps of signing in must not wait for that."""
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format("smtp" if MAIL else "dummy")
EMAIL_HOST, EMAIL_PORT = MAIL.get("host", "localhost"), MAIL.get("port", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("user", ""), MAIL.get("password", "")
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.get("ssl", False), MAIL.get("tls", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("QIXI_MAIL_FROM", "qixi@localhost")
SMS_GATEWAY = _written("QIXI_SMS", "", r"(https?://[^\s]+)?", "https://gateway.example/send")
SMS_TOKEN = os.environ.get("QIXI_SMS_TOKEN", "")
"""A gateway that takes short messages as JSON, {"to": number, "text": words}, and the token it asks for."""

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "qixi_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
"""Tries to sign in, counted for all processes: Django's own bound of 300 would forget them under load."""
_RATE = r"[1-9][0-9]{0,6}/[smh]"
API_RATE = _written("QIXI_API_RATE", "300/m", _RATE, "300/m")
"""The most requests of one token or one person: a number for each s, m or h."""
API_RATE_ANONYMOUS = _written("QIXI_API_RATE_ANONYMOUS", "60/m", _RATE, "60/m")
"""The same for those who are not known, for each address."""
API_ANSWERS_KEPT = 24
"""Hours for which an answer is kept for whoever sends the same Idempotency-Key again."""
NINJA_NUM_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = int(_written("QIXI_PROXIES", "0", r"[0-9]", "1"))
"""How many proxies stand before the service: what others say of their callers' addresses does not count."""

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "errors": {"class": "logging.StreamHandler"},
        "line": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["errors"], "level": "WARNING"},
    # Whoever asks for another host is no fault of the service: one line, no trace.
    "formatters": {"line": {"()": "qixi.settings.OneLine"}},
    "loggers": {
        "django.security.DisallowedHost": {"handlers": ["line"], "propagate": False},
        # A worker that is told to end warns of it; that is how every run ends.
        "django_tasks_db": {"level": "ERROR"},
    },
}
