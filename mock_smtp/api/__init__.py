"""The API: v1 answers as Mailpit does, v2 is our own."""
