"""The service keeps openapi.yaml, whatever valid or invalid request it gets.

Any other service is held to it by `kit.py contract --url`.
"""

from concurrent.futures import ThreadPoolExecutor

from contract_suite.suite import KEPT, hold
from tests.engines.children import free_port
from tests.engines.fixtures import StartService


def test_our_service_keeps_the_contract(running_service: StartService) -> None:
    """Every answer of a real service, on either database, is one that the contract describes."""
    # Nobody listens where the mails go, so messages end `failed` while the suite runs and it
    # meets every state, and replays that are granted.
    nobody = {"EMAIL_TRANSPORT": "smtp", "EMAIL_PORT": str(free_port()), "EMAIL_MAX_AGE": "1"}
    databases = ("sqlite", "postgres")
    services = [running_service(database, deliver=True, **nobody) for database in databases]
    # Both at once: each run waits for its service half of the time.
    with ThreadPoolExecutor(len(services)) as threads:
        outcomes = threads.map(lambda service: hold(service.url, service.key), services)
        assert dict(zip(databases, outcomes, strict=True)) == dict.fromkeys(databases, KEPT)
