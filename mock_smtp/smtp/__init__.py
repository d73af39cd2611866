"""The SMTP side: it speaks, records what was said, and fails when it was told to."""
