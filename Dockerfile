# One image for every part; the command chooses which: web (the default), dispatcher, worker, inbox.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONUTF8=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements-run.txt ./
RUN pip install --requirement requirements-run.txt
COPY manage.py openapi.yaml ./
COPY email_service ./email_service
COPY mock_smtp ./mock_smtp

RUN useradd --system --uid 10001 app && mkdir /data && chown app /data
USER app
EXPOSE 8002
CMD ["sh", "-c", "python manage.py migrate --noinput && exec python -m email_service.serve --host 0.0.0.0 --port 8002"]
