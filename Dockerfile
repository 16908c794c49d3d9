# The site as production runs it: one image for the site, its migrations and its housekeeping.
FROM debian:12-slim AS packages
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends gettext python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
COPY requirements.txt /tmp/requirements.txt
RUN python3 -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: -r /tmp/requirements.txt
COPY abuse_help /abuse_help
RUN for words in /abuse_help/locale/*/LC_MESSAGES/django.po; do msgfmt --check-format --output-file="${words%.po}.mo" "$words"; done

FROM debian:12-slim
# Pango and HarfBuzz lay out the report; the fonts are what it is set in; fc-list says which characters they have.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends python3 \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
        fonts-inter fonts-jetbrains-mono fonts-noto-core fonts-noto-cjk fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && fc-cache -f \
    && useradd --system --user-group --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin site \
    && install -d -o site -g site -m 700 /data
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY manage.py pyproject.toml LICENSE README.md ./
COPY abuse_help abuse_help
COPY --from=packages /abuse_help/locale abuse_help/locale
COPY evidence evidence
COPY guidance guidance
COPY templates templates
COPY static static
COPY docs docs

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp \
    DATABASE_URL=sqlite:////data/db.sqlite3 \
    DATA_DIR=/data/files \
    STATIC_ROOT=/app/.static

# Static files need no secret of the site: throwaway ones are made for this step and stay in no layer.
RUN mkdir -p /tmp/once/secrets \
    && for name in SECRET_KEY PEPPER ANSWERS_KEY LIMITS_KEY INSTANCE_KEY; do \
        python -c 'import secrets, sys; print(secrets.token_urlsafe(48 if sys.argv[1] == "SECRET_KEY" else 32))' $name > /tmp/once/secrets/$name; done \
    && MODE=local LOCAL_DIR=/tmp/once python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/once

USER site
EXPOSE 8000
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz/', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "16", "--no-ws", "--respawn-failed-workers", "--log-level", "warning", "--host", "0.0.0.0", "--port", "8000", "abuse_help.wsgi:application"]
