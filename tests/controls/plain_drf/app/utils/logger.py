"""Structured logs."""

import json
import logging
import time

logger = logging.getLogger("email_service")


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record):
        """The record's message and its extra fields."""
        line = {
            "timestamp": self.formatTime(record),
            "level": record.levelname,
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        return json.dumps(line)


class JsonLogMiddleware:
    """Logs each request when it comes in and when it goes out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Serve one request."""
        start = time.time()
        fields = {"method": request.method, "path": request.path}
        logger.info("request", extra={"fields": fields})
        response = self.get_response(request)
        fields["status"] = response.status_code
        fields["duration"] = round(time.time() - start, 4)
        logger.info("response", extra={"fields": fields})
        return response
