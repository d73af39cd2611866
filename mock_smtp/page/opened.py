"""The mail that is being shown, and to whom."""

from typing import NamedTuple

from mock_smtp.mime.mail import Mail
from mock_smtp.page.texts import Texts
from mock_smtp.store.rows import Summary


class Opened(NamedTuple):
    """A mail with its row, the reader's words, and whether remote images may be fetched."""

    texts: Texts
    row: Summary
    mail: Mail
    remote: bool

    @property
    def path(self) -> str:
        """The address of the mail's page."""
        return f"/view/{self.row.id}"
