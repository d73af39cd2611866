"""What a newer version does with the rows of an older one."""

from importlib import import_module

import pytest
from django.apps import apps

from email_service.notifications.models import NotificationLog
from tests.service.factories import NotificationLogFactory


@pytest.mark.django_db
def test_rows_that_ended_badly_are_still_found() -> None:
    """They are looked up by their last error, which some of them did not have."""
    mute = NotificationLogFactory(partially_sent=True, last_error="")
    told, sent = NotificationLogFactory(failed=True), NotificationLogFactory(sent=True)
    import_module("email_service.notifications.migrations.0004_indexes").complain(apps, None)
    assert set(NotificationLog.objects.ended_badly()) == {mute, told}
    assert NotificationLog.objects.get(pk=told.pk).last_error == told.last_error
    assert NotificationLog.objects.get(pk=sent.pk).last_error == ""
