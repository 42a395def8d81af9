"""The procedures of the house, one file each; a file put here is a procedure, and nothing else is needed."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType

from qixi.procedures.values import Procedure


@cache
def catalogue() -> Mapping[tuple[str, int], Procedure]:
    """Return every procedure by its code and version."""
    found: dict[tuple[str, int], Procedure] = {}
    for module in _files():
        procedure = module.procedure
        key = (procedure.code, procedure.version)
        if key in found:
            msg = f"two files declare {procedure.code} version {procedure.version}"
            raise ValueError(msg)
        found[key] = procedure
    return found


def sources() -> Mapping[tuple[str, int], str]:
    """Return the text of the file that declares each procedure, by its code and version."""
    return {(each.procedure.code, each.procedure.version): inspect.getsource(each) for each in _files()}


def _files() -> Iterator[ModuleType]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        yield import_module(f"{__name__}.{module.name}")


def newest(code: str) -> Procedure:
    """Return the highest version of a procedure; raises KeyError where there is none of that code."""
    versions = [procedure for (name, _), procedure in catalogue().items() if name == code]
    if not versions:
        raise KeyError(code)
    return max(versions, key=lambda each: each.version)
