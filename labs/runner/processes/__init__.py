"""The student's processes: started with a token, drained, looked into, ended to the last one.

output   what a process writes, kept within limits however hostile
launch   one started process
tree     every process of a start, found by kinship and by the token: a double fork included
"""
