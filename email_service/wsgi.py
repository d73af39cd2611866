"""The service for WSGI servers; it refuses to start closed to all or open to all."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from email_service.web.keys import require_a_door

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "email_service.settings")
application = get_wsgi_application()
require_a_door(settings.ENVIRONMENT)
