"""How gunicorn serves carbonfoot, in local runs and in production; the address comes from the command line."""

import os

wsgi_app = "carbonfoot.wsgi:application"
preload_app = True  # imported once, shared by all workers
# Threads share one process's memory (factor releases, catalogues); two processes use two cores.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 15
keepalive = 5
# A worker starts anew after so many requests, spread out, so that no leak can grow without end.
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True  # nothing but signals steers the server
accesslog = "-"
errorlog = "-"
# Not the query string: searches and tokens do not belong in a log.
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'
