"""The WSGI application, for gunicorn and for tests."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renkei.hub.config.settings")
application = get_wsgi_application()
