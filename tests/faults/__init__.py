"""The failure catalogue, row by row: real processes, real engines, and what may happen to them.

`stand` sets up two hosts and everything they need, every line through a gate; `part` is one
program of it, to be killed, frozen and started again. `python -m tests.faults.matrix` kills,
freezes and cuts off each part in turn, under load, and counts the mails.
"""
