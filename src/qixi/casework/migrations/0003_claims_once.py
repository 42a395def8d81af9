"""No two effects claim the same; in a migration of its own, since rows and keys change in two transactions."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes a column unique."""

    dependencies = [("casework", "0002_drafts")]

    operations = [
        migrations.AlterField("outbox", "claim", models.CharField(max_length=200, null=True, unique=True))
    ]
