"""django-email-relay 0.6: one relay, a row a mail, one mail after another."""

from bench.peers.django_setup import batches, configure, manage
from bench.peers.peer import Peer


def email_relay() -> Peer:
    """Its only setting: `runrelay`, of which there may be one."""
    me = ["-m", "bench.peers.email_relay"]
    return Peer(
        name="django-email-relay",
        family="relay",
        connections=1,
        fill=[[*me, "migrate", "--verbosity", "0"], [*me, "fill"]],
        programs=[[*me, "runrelay"]],
    )


def _fill() -> None:
    """Queue the mails through its own backend."""
    # Imported late: it wants settings.
    from django.core.mail import get_connection

    for mails in batches():
        get_connection("email_relay.backend.RelayDatabaseEmailBackend").send_messages(mails)


if __name__ == "__main__":
    # Its database has to be the default one: it locks rows in a transaction of that one.
    configure(
        INSTALLED_APPS=["email_relay"],
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        DJANGO_EMAIL_RELAY={"DATABASE_ALIAS": "default", "EMPTY_QUEUE_SLEEP": 1},
    )
    manage(_fill)
