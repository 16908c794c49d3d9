"""A pack that was ready when the files of its case were locked is frozen with them, and says so."""

from django.db import migrations, models


def freeze(apps, schema_editor):
    """What was locked before this version: until now the moment of its asking told such a pack."""
    packs = apps.get_model("evidence", "Pack").objects
    packs.filter(case__held=True, status="ready").update(status="frozen")


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0005_old_words_serve"),
    ]

    operations = [
        migrations.AlterField(
            model_name="pack",
            name="status",
            field=models.CharField(
                choices=[("making", "Making"), ("ready", "Ready"), ("stopped", "Stopped"), ("frozen", "Frozen")],
                default="making",
                max_length=8,
            ),
        ),
        migrations.RunPython(freeze, migrations.RunPython.noop),
    ]
