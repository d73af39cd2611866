"""What anybody would write first: a ModelSerializer, a CreateAPIView, one INSERT.

`startproject`'s middleware, connections kept; no idempotency, no outbox row, no log lines.
"""

import os

import dj_database_url
import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.urls import path

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=None)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "rest_framework",
            "bench.peers",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        REST_FRAMEWORK={"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
        ROOT_URLCONF=__name__,
        SECRET_KEY="bench",  # noqa: S106 - signs nothing
        USE_TZ=True,
    )
    django.setup()

from rest_framework.generics import CreateAPIView
from rest_framework.serializers import ModelSerializer


class Note(models.Model):
    """What is posted."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        app_label = "peers"

    def __str__(self) -> str:
        return self.subject


class NoteSerializer(ModelSerializer):
    """All of it."""

    class Meta:
        model = Note
        fields = ["to", "subject", "body"]


class CreateNote(CreateAPIView):
    """Insert one."""

    queryset = Note.objects.all()
    serializer_class = NoteSerializer


urlpatterns = [path("api/notify/", CreateNote.as_view())]
application = get_wsgi_application()


def main() -> None:
    """Make the table."""
    with connection.schema_editor() as editor:
        editor.create_model(Note)


if __name__ == "__main__":
    main()
