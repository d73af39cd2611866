"""The real engines behind the gates, each started at its first use and ended with the run.

inbox     the SMTP oracle
redis     private, since it is flushed and cut
postgres  databases of our own making, in a server given or started
"""
