"""Where PostgreSQL keeps the queue, for a row is written three times between 202 and sent.

The message goes out of the row, so that a new version of the row does not copy it, and pages
keep room for new versions, so that most of them need no new index entries. The attempts' own
index on the message repeats the first column of `one_attempt_per_number`.
"""

import django.db.models.deletion
from django.db import migrations, models

STORAGE = """
ALTER TABLE notifications_notificationlog SET (fillfactor = 50, toast_tuple_target = 256);
ALTER TABLE notifications_notificationlog ALTER COLUMN mime SET STORAGE EXTERNAL;
ALTER TABLE notifications_attempt SET (fillfactor = 70);
"""


def store(apps, schema_editor):
    """Set it where there is PostgreSQL; rows that exist keep their place until rewritten."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(STORAGE)


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0002_edge"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attempt",
            name="message",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attempts",
                to="notifications.notificationlog",
            ),
        ),
        migrations.RunPython(store, migrations.RunPython.noop),
    ]
