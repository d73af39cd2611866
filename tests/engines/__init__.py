"""The real things that tests speak to: PostgreSQL, Redis, the service, and a gate before them.

    def test_x(running_service, postgres): ...

Fixtures are in `fixtures`, registered by `tests/conftest.py`; the rest are plain modules.
"""
