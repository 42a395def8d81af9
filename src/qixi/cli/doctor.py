"""`qixi doctor`: what is installed, what optional parts lack, how the exchange stands, and what to do."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

from qixi import __version__
from qixi.cli.exchange import behind, ready
from qixi.cli.porch import Porch
from qixi.core import Refused

_PARTS = {
    "dense": ("faiss",),
    "onnx": ("onnxruntime", "tokenizers"),
    "torch": ("sentence_transformers",),
    "endpoint": ("httpx",),
    "cluster": ("ray", "fsspec"),
    "postgres": ("psycopg",),
}


@click.command()
@click.pass_obj
def doctor(porch: Porch) -> None:
    """Say what this installation can do, what optional parts lack, and how the exchange stands."""
    click.echo(f"qixi {__version__}, Python {sys.version.split()[0]}, {os.cpu_count()} CPU")
    for name in (
        "numpy",
        "scipy",
        "numba",
        "pyarrow",
        "openpyxl",
        "python-docx",
        "pint",
        "opencc",
        "pydantic",
        "django",
        "django-ninja",
        "granian",
        "typst",
    ):
        try:
            click.echo(f"  {name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            porch.say(f"  缺 {name}；请重新安装 qixi", f"  {name} is missing; install qixi again")
    for extra, modules in _PARTS.items():
        missing = [module for module in modules if importlib.util.find_spec(module) is None]
        if missing:
            porch.say(
                f"可选部分 {extra}：缺 {', '.join(missing)}；安装：pip install 'qixi[{extra}]'",
                f"optional part {extra}: lacks {', '.join(missing)}; install: pip install 'qixi[{extra}]'",
            )
        else:
            porch.say(f"可选部分 {extra}：可用", f"optional part {extra}: ready")
    _exchange(porch)
    data = os.environ.get("QIXI_DATA")
    if data is None:
        porch.say(
            "未设 QIXI_DATA：真实数据测试将跳过", "QIXI_DATA is not set: tests on real data are skipped"
        )
    elif not Path(data).is_dir():
        porch.say(f"QIXI_DATA 指向的文件夹不存在：{data}", f"QIXI_DATA names no folder: {data}")
    else:
        porch.say(f"真实数据：{data}", f"real data: {data}")


def _exchange(porch: Porch) -> None:
    """Say how the exchange of this environment stands; nothing is made for it, no folder, no key."""
    home = Path(os.environ.get("QIXI_HOME", Path.home() / ".qixi"))
    keyed = "QIXI_SECRET_KEY" in os.environ or (home / "secret.key").exists()
    address = os.environ.get("QIXI_DATABASE", f"sqlite:///{home / 'qixi.sqlite3'}")
    file = Path(unquote(urlsplit(address).path[1:])) if address.startswith("sqlite:") else None
    if not keyed or (file is not None and not file.is_file()):
        porch.say(
            f"交易服务平台：{home} 中还没有；运行 qixi serve 即建立",
            f"exchange: none in {home} yet; qixi serve makes it",
        )
        return
    try:
        ready()
    except Refused as refused:
        for problem in refused.problems:
            said = problem.message()
            porch.say(f"交易服务平台：{said.zh}", f"exchange: {said.en}")
        return
    from django.conf import settings  # noqa: PLC0415  Django is ready from here on
    from django.db import Error  # noqa: PLC0415

    try:
        lacking = behind()
    except Error as error:
        why = " ".join(str(error).split())
        porch.say(f"交易服务平台：数据库连不上：{why}", f"exchange: its database cannot be reached: {why}")
        return
    if lacking:
        porch.say(
            f"交易服务平台：数据库缺 {lacking} 项更新；运行 qixi serve 即更新",
            f"exchange: its database lacks {lacking} migrations; qixi serve brings it up",
        )
    else:
        porch.say(
            "交易服务平台：数据库可用，已是当前版本", "exchange: its database is there, at this version"
        )
    hosts, secure, mail = ", ".join(settings.ALLOWED_HOSTS), settings.SECURE, settings.MAIL
    porch.say(
        f"  域名 {hosts}；{'仅用' if secure else '未要求'} HTTPS；{'发' if mail else '不发'}邮件",
        f"  names {hosts}; HTTPS {'alone' if secure else 'not required'}; {'mail' if mail else 'no mail'}",
    )
