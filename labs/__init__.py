"""The course: staged labs and the judge that grades a student's service from outside."""
