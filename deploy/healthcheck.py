"""Health of one container: `healthcheck.py web` or `healthcheck.py beat`; exit code 0 when it is well."""

import http.client
import os
import sys
import time
from pathlib import Path

BEAT_SILENCE = 900.0  # seconds; beat writes its schedule down every three minutes


def web() -> bool:
    """Whether the site answers and reaches its database and its broker."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    # The site refuses names that are not its own, and plain HTTP that no proxy vouches for.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection.request("GET", "/readyz", headers={"Host": host, "X-Forwarded-Proto": "https"})
    return connection.getresponse().status == 200


def beat() -> bool:
    """Whether the scheduler has written its schedule lately."""
    schedule = Path(os.environ["CELERY_BEAT_SCHEDULE"])
    written = [path.stat().st_mtime for path in schedule.parent.glob(schedule.name + "*")]
    return bool(written) and time.time() - max(written) < BEAT_SILENCE


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "beat": beat}[sys.argv[1]]() else 1)
