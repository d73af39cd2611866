"""What is said of a run: to a student on one screen, to a program as JSON, to a file in full.

sentence   what was seen and what it almost always is, from the hints and general sentences
compact    the few lines of evidence that fit on a screen
full       all of it
prose      sentences laid out, code in colour
shell      a request as a command to paste
screen     the listener that writes while the checks run
summary    the lines at the end
files      JSON, JUnit
"""
