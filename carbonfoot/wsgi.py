"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carbonfoot.settings")

application = get_wsgi_application()

from carbonfoot.checks import refuse_without_key  # noqa: E402 - needs the settings

refuse_without_key()
