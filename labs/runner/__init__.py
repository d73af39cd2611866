"""The judge: starts a student's service, asks it questions from outside, names the mistake.

manifest, placeholders   what `service.toml` says, and the values the judge fills in
course                   stages and their checks, as `stage.toml` declares them
processes, engines       the student's processes; the inbox, Redis and PostgreSQL behind them
gates, databases         faults: a dependency refused, silent, slow; tables gone, file broken
stand                    one started service with its gates, data folder and evidence
plugin, plan, run        the checks as one pytest session
report                   what a person, a program or a teacher reads
"""
