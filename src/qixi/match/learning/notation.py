"""Settings written as TOML, which reads back as the same settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qixi.match.settings import Settings

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_of(settings: Settings, remarks: Sequence[str] = ()) -> str:
    """Return the settings that differ from the defaults, and all weights, below `remarks` as comments."""
    values = settings.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    for name in ("weights", "fusion"):
        values[name] = getattr(settings, name).model_dump(mode="json")
    lines = [f"# {remark}" for remark in remarks]
    return "\n".join([*lines, *_table(values, ())]).rstrip("\n") + "\n"


def _table(values: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    plain = {name: value for name, value in values.items() if not isinstance(value, Mapping)}
    if path and (plain or not values):
        yield ""
        yield f"[{'.'.join(map(_key, path))}]"
    for name, value in plain.items():
        yield f"{_key(name)} = {_value(value)}"
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _table(value, (*path, name))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(name))} = {_value(each)}" for name, each in value.items()) + "}"
    msg = f"no TOML for {type(value).__name__}"
    raise TypeError(msg)


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which JSON leaves bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
