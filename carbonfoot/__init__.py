"""carbonfoot: declaring the carbon footprint of electric-vehicle batteries."""

from carbonfoot.celery import app as celery_app

__all__ = ["celery_app"]
__version__ = "0.1.0"
