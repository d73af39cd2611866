"""django-mailer 2.3: a row a mail, one mail after another, so many workers."""

from bench.peers.django_setup import batches, configure, manage
from bench.peers.peer import Peer


def django_mailer(*, workers: int) -> Peer:
    """So many `send_mail` commands beside one another, told apart by row locks."""
    me = ["-m", "bench.peers.django_mailer"]
    return Peer(
        name=f"django-mailer, {workers} workers",
        family="mailer",
        connections=workers,
        fill=[[*me, "migrate", "--verbosity", "0"], [*me, "fill"]],
        programs=[[*me, "send_mail"]] * workers,
    )


def _fill() -> None:
    """Queue the mails through its own backend."""
    # Imported late: it wants settings.
    from django.core.mail import get_connection

    for mails in batches():
        get_connection("mailer.backend.DbBackend").send_messages(mails)


if __name__ == "__main__":
    configure(
        INSTALLED_APPS=["mailer"],
        EMAIL_BACKEND="mailer.backend.DbBackend",
        MAILER_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        MAILER_USE_FILE_LOCK=False,
    )
    manage(_fill)
