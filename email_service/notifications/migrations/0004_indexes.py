"""No index holds `status`: PostgreSQL need not write into any when a connection takes a row.

(A row whose indexed columns stay is updated within its page, "heap-only". A third of the time of
a turn went into index entries, docs/benchmarks.md.) What `status` was looked up for has partial
indexes on columns that change less often: what is unfinished, what is alone, what ended badly.
"""

from django.db import migrations, models


def complain(apps, schema_editor):
    """Rows that ended badly are known by their last error from now on."""
    rows = apps.get_model("notifications", "NotificationLog").objects
    silent = rows.filter(status__in=["partially_sent", "failed"], last_error="")
    silent.update(last_error="no reason given")


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_storage'),
    ]

    operations = [
        migrations.RunPython(complain, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name='notificationlog',
            name='outbox_due',
        ),
        migrations.RemoveIndex(
            model_name='notificationlog',
            name='outbox_status',
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('outcome', 'taken')), fields=['message'], name='attempt_open'),
        ),
        migrations.AddIndex(
            model_name='notificationlog',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['next_attempt_at', 'id'], name='outbox_due'),
        ),
        migrations.AddIndex(
            model_name='notificationlog',
            index=models.Index(condition=models.Q(('alone', True), ('next_attempt_at__isnull', False)), fields=['next_attempt_at'], name='outbox_alone'),
        ),
        migrations.AddIndex(
            model_name='notificationlog',
            index=models.Index(condition=models.Q(('next_attempt_at', None), models.Q(('last_error', ''), _negated=True)), fields=['id'], name='outbox_ended_badly'),
        ),
    ]
