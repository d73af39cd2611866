"""Making `.venv` from the lock with nothing but the standard library of Python 3.11 or newer."""
