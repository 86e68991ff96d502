#!/bin/sh
# Runs once, when the database volume is empty. The application's role owns its database and is no superuser.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set password="$DATABASE_PASSWORD" <<'SQL'
CREATE ROLE carbonfoot LOGIN PASSWORD :'password';
CREATE DATABASE carbonfoot OWNER carbonfoot;
SQL
