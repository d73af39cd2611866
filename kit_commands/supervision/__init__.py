"""Keeping the parts of a running kit alive together, and ending them together.

child    the launcher: a part that cannot outlive the kit, and that Ctrl-C does not reach
part     what a part is: name, command, grace
output   what the parts say: to their log, and to the terminal behind their name
keeper   one part kept alive: start, restart with growing pauses, stop
company  all parts together: started in order, watched, stopped in the opposite order
strays   descendants that nobody waits for
"""
