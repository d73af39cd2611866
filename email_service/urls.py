"""Every path of the service."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from email_service.health.urls import PROBES
from email_service.notifications.views import ContactViewSet, MessageViewSet, NotifyViewSet
from email_service.web import openapi  # noqa: F401 - registers what the schema generator needs
from email_service.web.docs import DocsView, SchemaView
from email_service.web.paths import both_forms

urlpatterns: list[URLPattern | URLResolver] = [
    *both_forms("api/contact/", ContactViewSet.as_view({"post": "create"}), name="contact"),
    *both_forms("api/notify/", NotifyViewSet.as_view({"post": "create"}), name="notify"),
    *both_forms("api/messages/", MessageViewSet.as_view({"get": "list"}), name="messages"),
    *both_forms(
        "api/messages/<str:message_id>", MessageViewSet.as_view({"get": "retrieve"}), name="message"
    ),
    *both_forms(
        "api/messages/<str:message_id>/replay/",
        MessageViewSet.as_view({"post": "replay"}),
        name="replay",
    ),
    *both_forms("api/schema/", SchemaView.as_view(), name="schema"),
    *both_forms("api/docs/", DocsView.as_view(), name="docs"),
    *(route for name, view in PROBES.items() for route in both_forms(name, view, name=name)),
    # The one redirect: only people with browsers come here.
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
]

handler400 = "email_service.web.problems.bad_request"
handler403 = "email_service.web.problems.permission_denied"
handler404 = "email_service.web.problems.page_not_found"
handler500 = "email_service.web.problems.server_error"
