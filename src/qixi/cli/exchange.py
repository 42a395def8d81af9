"""What the commands of the exchange share: Django, made ready only where one runs, and its database."""

from __future__ import annotations

import os


def ready() -> None:
    """Make settings and rooms of the web side ready; raises Refused for a setting that cannot be used."""
    import django  # noqa: PLC0415  only the commands of the exchange need it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qixi.settings")
    django.setup()


def brought_up() -> None:
    """Make ready, and bring the database to this version, a new one from the beginning."""
    ready()
    from django.core.management import call_command  # noqa: PLC0415  Django is ready from here on

    call_command("migrate", verbosity=0, interactive=False)


def behind() -> int:
    """Return how many migrations the database lacks; raises OperationalError where it cannot be reached."""
    from django.db import connection  # noqa: PLC0415  Django is ready
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
