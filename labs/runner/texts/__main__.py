"""`python -m labs.runner.texts`: bring the tables in the tasks up to date with `contract.toml`."""

import sys

from labs.runner.texts.contract import LABS
from labs.runner.texts.tables import write_tables

if __name__ == "__main__":
    for changed in write_tables():
        sys.stdout.write(f"{changed.relative_to(LABS.parent)}\n")
