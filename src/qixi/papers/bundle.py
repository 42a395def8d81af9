"""A case for programs: one ZIP with what happened as JSON, the files, and the digest of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FORMAT = "qixi-case-1"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def bundle(content: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """Return the ZIP: `case.json`, the files under their names, `manifest.json`; the same bytes each time.

    `content` must be plain JSON. The manifest has the format, and SHA-256 and bytes of every other file.
    """
    members = {"case.json": _json(content)} | dict(sorted(files.items()))
    manifest = {
        "format": FORMAT,
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for name, data in members.items()
        },
    }
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in {**members, "manifest.json": _json(manifest)}.items():
            info = ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
