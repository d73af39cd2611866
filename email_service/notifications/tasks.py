"""The Celery task: a thin shell around delivery."""

import threading

from celery import shared_task
from celery.signals import worker_shutting_down

from email_service.notifications.delivery import Courier

_stopping = threading.Event()
_this_thread = threading.local()
_couriers: set[Courier] = set()


@shared_task(name="emails.deliver", Request="email_service.notifications.wake_up:WakeUp")
def deliver() -> None:
    """Send whatever is due, then end. Running it twice, or for nothing, is harmless."""
    if _stopping.is_set():
        return
    try:
        _courier().drain()
    except BaseException:
        # A fault of ours, or a time limit: the next wake-up begins anew.
        dismiss()
        raise


@worker_shutting_down.connect
def stop_claiming(**_: object) -> None:
    """A worker told to stop finishes what is in flight: a backlog must not keep it for minutes.

    Heard by the pools that run tasks in the worker's own process, such as threads.
    """
    _stopping.set()
    for courier in list(_couriers):
        courier.stop()


def _courier() -> Courier:
    """This thread's courier: to connect for each wake-up takes ten times as long as to look."""
    courier: Courier | None = getattr(_this_thread, "courier", None)
    if courier is None:
        courier = _this_thread.courier = Courier("worker")
        _couriers.add(courier)
    return courier


def dismiss() -> None:
    """End this thread's courier; the next wake-up gets another."""
    courier = _this_thread.__dict__.pop("courier", None)
    if courier:
        _couriers.discard(courier)
        courier.close()
