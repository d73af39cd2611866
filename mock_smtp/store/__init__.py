"""Keeping mail: one thread writes in groups, readers never wait for it."""
