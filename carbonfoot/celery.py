"""The Celery application. All long work goes through carbonfoot.jobs; nothing else is a task."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carbonfoot.settings")

app = Celery("carbonfoot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["carbonfoot.jobs"])
