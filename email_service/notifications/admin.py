"""The admin: what was asked and what became of it, to look at; one action, to send again."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from email_service.notifications import dispatch
from email_service.notifications.models import Attempt, ContactMessage, NotificationLog
from email_service.utils.logger import event


class LookOnly:
    """Nothing is added, changed or deleted by hand: the rows record what was promised."""

    def has_add_permission(self, *_context: Any) -> bool:
        """Messages come in through the API."""
        return False

    def has_change_permission(self, *_context: Any) -> bool:
        """A status that a person typed would be a lie."""
        return False

    def has_delete_permission(self, *_context: Any) -> bool:
        """A deleted row frees its UUID, and a repeat would be sent again."""
        return False


class AttemptInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg] # not at run time
    """Every time that a connection took the message."""

    model = Attempt
    fields = ("number", "at", "outcome", "phase", "smtp_code", "error", "duration_ms")
    extra = 0
    can_delete = False


@admin.register(ContactMessage)
class ContactMessageAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """What visitors wrote, verbatim and escaped."""

    list_display = ("message_id", "name", "email", "state", "created_at")
    list_filter = ("created_at", "notification__status")
    list_select_related = ("notification",)
    search_fields = ("message_id", "name", "email")
    fields = ("message_id", "name", "email", "message", "created_at")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactMessage]:
        """The rows without the mails about them, which may be large."""
        return super().get_queryset(request).defer("notification__mime")

    @admin.display(ordering="notification__status")
    def state(self, contact: ContactMessage) -> str:
        """Where the mail about it is."""
        return contact.notification.get_status_display()


@admin.register(NotificationLog)
class NotificationLogAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """The mails, with their attempts; failed ones can be queued again."""

    list_display = (
        "message_id", "kind", "status", "attempt_count", "client", "created_at", "last_error",
    )  # fmt: skip
    list_filter = ("status", "kind", "created_at")
    search_fields = ("message_id",)
    ordering = ("-id",)
    fields = (
        "message_id", "kind", "client", "subject", "sender", "recipients", "reached", "refused",
        "status", "attempt_count", "attempt_limit", "next_attempt_at", "outage_since",
        "last_error", "request_id", "traceparent", "created_at",
    )  # fmt: skip
    inlines = (AttemptInline,)
    actions = ("replay",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[NotificationLog]:
        """The rows without the mails themselves, which may be large."""
        return super().get_queryset(request).defer("mime")

    @admin.action(description="Send failed messages again", permissions=["replay"])
    def replay(self, request: HttpRequest, chosen: QuerySet[NotificationLog]) -> None:
        """Queue those of the chosen that have failed, each with a new budget of attempts."""
        ids = [str(found) for found in chosen.values_list("message_id", flat=True)]
        rows = NotificationLog.objects.filter(message_id__in=ids)
        queued = rows.replay(settings.ENVIRONMENT.email_max_retries)
        event("replay_requested", count=queued, client="admin")
        dispatch.wake()
        self.message_user(request, f"{queued} of {len(ids)} queued again.", messages.SUCCESS)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Whoever may change messages may have them sent again."""
        return request.user.has_perm("notifications.change_notificationlog")
