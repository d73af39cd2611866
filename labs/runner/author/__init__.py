"""The author's proof: every known mistake is caught and named, what is right is left alone.

trial   one service under one run of the judge, in a process of its own
proof   the gates: mistakes, solutions, starters, controls, pairs
rulings what is right to have been shown
memory  what an interrupted proof already showed
matrix  what was seen, for people
"""
