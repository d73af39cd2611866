"""The service for WSGI servers; it refuses to start closed to all or open to all."""

import os

import django
from django.conf import settings

from email_service.web.handler import Utf8Handler
from email_service.web.keys import require_a_door

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "email_service.settings")
django.setup(set_prefix=False)
require_a_door(settings.ENVIRONMENT)
application = Utf8Handler()
