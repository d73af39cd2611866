"""Errors of the inbox, named by what the caller does next.

StartError      tell the person who started it: the sentence names the cure
"""


class StartError(Exception):
    """The inbox cannot start; the message is one sentence that names the cure."""
