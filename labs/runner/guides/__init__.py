"""The guides, which are the only store of the reference solution, and the known mistakes in it.

blocks, parse   what a `guide.md` says: files, exact edits, commands
text, runs      the two hands: changing a file exactly once, running a command without a shell
solution        solution N in an empty folder, from a cache keyed by hash
student         one guide applied to a student's folder, all of it or nothing, with a backup
results         the changed files in full at a guide's end, generated
mistakes        `mistakes.toml`: exact edits that make a solution wrong in one known way
"""
