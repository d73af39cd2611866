#!/bin/sh
# What a container runs: the first word chooses the part, any other word is a command of its own.
# Every part replaces this shell, so that SIGTERM reaches it.
set -eu
part=${1:-web}
[ $# -eq 0 ] || shift
case $part in
    web)
        python manage.py migrate --noinput
        exec python -m email_service.serve --host 0.0.0.0 --port 8002 "$@" ;;
    dispatcher)
        exec python manage.py deliver "$@" ;;
    worker)
        exec python -m celery -A email_service worker -Q emails --pool threads --concurrency 2 "$@" ;;
    inbox)
        exec python -m mock_smtp --host 0.0.0.0 --smtp-port 1025 --http-port 8025 \
            --database /data/inbox.sqlite3 "$@" ;;
    *)
        exec "$part" "$@" ;;
esac
