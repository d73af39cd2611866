"""Part of the email service."""
