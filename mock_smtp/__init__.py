"""An SMTP inbox for tests and lessons: it keeps every mail and shows what the client did."""

__version__ = "0.1.0"
