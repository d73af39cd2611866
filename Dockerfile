# One image for every part; the command chooses which: web (the default), dispatcher, worker, inbox.
# Built by the engine's own BuildKit (Docker 23 and later): no frontend is fetched for it.

FROM python:3.13-slim AS packages
RUN python -m venv --without-pip /opt/venv
COPY requirements-run.txt /tmp/
# The cache stays with the builder: a changed lock fetches only what changed.
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --only-binary :all: --requirement /tmp/requirements-run.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONUTF8=1 EMAIL_FILE_PATH=/data/sent_emails
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin app \
    && install --directory --owner app /data
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY docker/start.sh docker/healthy.py manage.py openapi.yaml ./
COPY email_service ./email_service
COPY mock_smtp ./mock_smtp
# The user below may not write here: without this each start would compile everything again.
RUN python -m compileall -q email_service mock_smtp

USER app
EXPOSE 8002
# Of the web part; docker-compose.yml names the other parts. Redis is not asked: accepting works
# without it.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 \
    CMD ["python", "/app/healthy.py", "web"]
ENTRYPOINT ["sh", "/app/start.sh"]
CMD ["web"]
