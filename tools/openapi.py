"""Writes what the interface for programs says of itself, so that a change to it is seen in review.

`python tools/openapi.py` writes docs/reference/openapi.json, `--check` only says whether it is out of date.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "openapi.json"


def document() -> str:
    """Return the OpenAPI document as it is written."""
    from qixi.api.door import api  # noqa: PLC0415  Django is set up first

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, default=str) + "\n"


def main() -> int:
    """Write the document, or say that it is out of date."""
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("QIXI_HOME", home)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qixi.settings")
        import django  # noqa: PLC0415  it reads its settings when it is set up

        django.setup()
        written = document()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(written, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == written:
        return 0
    print(f"{PAGE.name}: out of date, run make openapi", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
