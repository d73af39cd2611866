"""Deliver: claim rows, hand them over, settle. One event loop; one thread settles, one claims.

engine    decides when to send: due rows, breaker, stop
pool      connections, reused; an outage is recorded where a connection is refused
intake    claimed rows waiting for a connection, the next ones fetched in time
lane      one connection sending one mail after another, the next one announced meanwhile
ledger    commits what all lanes finished, together
leases    what this process holds, renewed and checked right before the final dot
policy    what an outcome means for its row: retry, give up, done
loops     the event loop all this runs in
courier   an engine that is woken now and then (by Celery), its connections kept in between
upkeep    heartbeat, and the rescue of rows whose sender died
"""

from email_service.notifications.delivery.courier import Courier
from email_service.notifications.delivery.engine import Engine
from email_service.notifications.delivery.loops import run
from email_service.notifications.delivery.policy import Policy
from email_service.notifications.delivery.start import engine_from_settings

__all__ = ["Courier", "Engine", "Policy", "engine_from_settings", "run"]
