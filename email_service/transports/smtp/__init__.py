"""Mail by SMTP: our own client, for it must know in which phase a conversation broke."""

from email_service.transports.smtp.connection import SMTPConnection
from email_service.transports.smtp.server import Server, SMTPTransport

__all__ = ["SMTPConnection", "SMTPTransport", "Server"]
