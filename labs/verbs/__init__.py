"""What a student types: one module per verb, each with `main(arguments, voice) -> int`.

options, places      reading the command line; where things are
progress, last_run   what is remembered between two commands, in readable files below .labs/
check …              the verbs themselves
"""
