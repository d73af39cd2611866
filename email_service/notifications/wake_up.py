"""How a Celery worker takes a wake-up, where kombu alone would go deaf."""

from celery.worker.request import Request
from kombu.transport.virtual import QoS


class WakeUp(Request):  # type: ignore[misc]  # Celery comes without types
    """One wake-up in the worker; Celery makes it by the task's `Request`."""

    def acknowledge(self) -> None:
        """Tell Redis; whether it heard or not, the worker may take the next one.

        When that fails, kombu keeps the message among those that count against the worker's
        prefetch limit, for ever: a Redis that was silent for a second in the wrong moment left
        the worker without a word until it was started again (kombu 5.7, `redis.QoS.ack`).
        """
        if self.acknowledged:
            return
        try:
            super().acknowledge()
        finally:
            if not self.message.acknowledged:
                QoS.ack(self.message.channel.qos, self.message.delivery_tag)  # type: ignore[no-untyped-call]
