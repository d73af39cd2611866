"""The brief's two tools: `mailer.send_email()` and the JSON logger."""
