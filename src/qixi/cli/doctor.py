"""`qixi doctor`: what is installed, what optional parts lack, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from pathlib import Path

import click

from qixi import __version__
from qixi.cli.porch import Porch

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
    """Say what this installation can do and what optional parts lack."""
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
    data = os.environ.get("QIXI_DATA")
    if data is None:
        porch.say(
            "未设 QIXI_DATA：真实数据测试将跳过", "QIXI_DATA is not set: tests on real data are skipped"
        )
    elif not Path(data).is_dir():
        porch.say(f"QIXI_DATA 指向的文件夹不存在：{data}", f"QIXI_DATA names no folder: {data}")
    else:
        porch.say(f"真实数据：{data}", f"real data: {data}")
