"""One started service and everything around it that a check may ask or disturb.

environment  the variables and placeholders that the judge gives
http         requests, each recorded as evidence
mails        mail by any of its ways: inbox, folders, stdout
logs         the service's JSON lines
life         its processes: migrate, start, stop, kill, restart
stand        all of it together, and what may be asked of it
remote       a service that somebody else started: HTTP, and an inbox if one is named
"""
