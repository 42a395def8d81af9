"""The administrative divisions that are shipped, provinces first."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import Any

from django.db import migrations


def load(apps: Any, _: Any) -> None:
    """Write the rows of `registry/data/divisions.csv`."""
    division = apps.get_model("registry", "Division")
    table = (files("qixi.registry") / "data" / "divisions.csv").read_text("utf-8")
    rows = sorted(csv.DictReader(table.splitlines()), key=lambda row: len(row["code"]))
    division.objects.bulk_create(
        (division(code=row["code"], name=row["name"], parent_id=row["parent"] or None) for row in rows),
        batch_size=500,
    )


class Migration(migrations.Migration):
    """Adds rows."""

    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
