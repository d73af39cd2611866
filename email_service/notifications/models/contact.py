"""What a visitor wrote in the contact form."""

from django.db import models
from django.db.models.functions import Now


class ContactMessage(models.Model):
    """One accepted contact form, verbatim."""

    message_id = models.UUIDField(unique=True, editable=False)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    message = models.TextField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.message_id)
