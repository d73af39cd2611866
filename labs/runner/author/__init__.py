"""The author's proof: every known mistake is caught and named, what is right is left alone.

trial   one service under one run of the judge, in a process of its own
proof   the gates: mistakes, solutions, starters, controls, pairs
matrix  what was seen, for people
"""
