"""Django's settings, built from the environment and from nothing else."""

import os
from pathlib import Path
from secrets import token_urlsafe

from email_service import environment
from email_service.database.options import database

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = environment.read(os.environ)

# A random key keeps the start simple; set SECRET_KEY to keep admin logins across restarts.
SECRET_KEY = ENVIRONMENT.secret_key or token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "email_service.database",
    "email_service.notifications",
]
MIDDLEWARE = [
    "email_service.web.heads.HeadMiddleware",
    "email_service.web.requests.RequestLogMiddleware",
    "email_service.health.requests.CountRequestsMiddleware",
    "email_service.web.problems.ProblemMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "email_service.web.bodies.BodyLimitMiddleware",
    "email_service.web.availability.AvailabilityMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "email_service.web.security.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "email_service.urls"
WSGI_APPLICATION = "email_service.wsgi.application"
# Both spellings of every path are routes of their own: a redirect would lose a POST's body.
APPEND_SLASH = False

DATABASES = {"default": database(ENVIRONMENT.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
STATIC_URL = "static/"
# Serves the admin's files straight out of the packages: no collectstatic on a fresh clone.
WHITENOISE_USE_FINDERS = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

MAX_BODY_BYTES = 1_048_576
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["email_service.web.json_bodies.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "email_service.web.negotiation.JSONOnly",
    "EXCEPTION_HANDLER": "email_service.web.problems.problem_from_exception",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Email / Notifications service",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Without drf-spectacular's own hook: enumerations stand where they are used.
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["email_service.web.openapi.complete"],
}

CORS_ALLOWED_ORIGINS = ENVIRONMENT.cors_allowed_origins
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key", "x-request-id"]
CORS_EXPOSE_HEADERS = ["Location", "Idempotent-Replayed", "Retry-After", "X-Request-ID"]

LOGGING_CONFIG = "email_service.utils.logger.configure"
LOGGING = {"level": ENVIRONMENT.log_level}

# Django's own mails (a forgotten admin password) leave the same way as the service's.
EMAIL_BACKEND = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "celery": "django.core.mail.backends.smtp.EmailBackend",
}[ENVIRONMENT.email_transport]
EMAIL_FILE_PATH = ENVIRONMENT.email_file_path
EMAIL_HOST = ENVIRONMENT.email_host
EMAIL_PORT = ENVIRONMENT.email_port
EMAIL_HOST_USER = ENVIRONMENT.email_host_user
EMAIL_HOST_PASSWORD = ENVIRONMENT.email_host_password
EMAIL_USE_TLS = ENVIRONMENT.email_use_tls
EMAIL_USE_SSL = ENVIRONMENT.email_use_ssl
EMAIL_TIMEOUT = ENVIRONMENT.email_timeout
DEFAULT_FROM_EMAIL = ENVIRONMENT.default_from_email
