"""What `doctor` looks at: this machine, or a project that exists already.

findings   one thing seen, with its cure
machine    Python, Docker, Redis, PostgreSQL, ports
project    what a repository holds: entry points, settings, names of variables
traps      what will hurt this project under the judge
requirements  … and when it is installed elsewhere
proposal   the service.toml that fits it
"""
