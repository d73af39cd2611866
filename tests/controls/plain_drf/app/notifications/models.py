"""What the service keeps."""

from django.db import models


class ContactMessage(models.Model):
    """A message from the contact form."""

    uuid = models.UUIDField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=100)
    email = models.EmailField()
    message = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.name} <{self.email}>"


class NotificationLog(models.Model):
    """A notice that another service asked for."""

    uuid = models.UUIDField(unique=True, null=True, blank=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.subject} -> {self.to}"
