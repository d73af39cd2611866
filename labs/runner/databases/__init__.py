"""The service's own database, looked into and disturbed from outside, whatever its schema.

tables    what both engines can be asked: where a marker is, how many rows, tables hidden, locked
sqlite    a file
postgres  a database of the judge's server
"""

from labs.runner.databases.postgres import PostgresTables
from labs.runner.databases.sqlite import SqliteTables
from labs.runner.databases.tables import Row, Tables, texts_in

__all__ = ["PostgresTables", "Row", "SqliteTables", "Tables", "texts_in"]
