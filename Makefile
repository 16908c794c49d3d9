# make run: a served site from a bare machine.  make test: everything, the browser included.  make check: linters and contracts.

PYTHON ?= python3
CHROMIUM ?= /usr/bin/chromium
HOST ?= 127.0.0.1
PORT ?= 8000
LOCAL_DIR ?= .local
export MODE ?= local
export LOCAL_DIR CHROMIUM

BIN := .venv/bin
RUN_PACKAGES := python3-venv gettext libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
	fontconfig fonts-inter fonts-jetbrains-mono fonts-noto-core fonts-noto-cjk fonts-dejavu-core fonts-symbola
TEST_PACKAGES := $(RUN_PACKAGES) poppler-utils openssl perl postgresql ffmpeg
SECRETS := SECRET_KEY PEPPER ANSWERS_KEY LIMITS_KEY INSTANCE_KEY
WORDS := $(wildcard abuse_help/locale/*/LC_MESSAGES/django.po)
TESTS ?= tests
# What touches rows or stored files runs a second time, beside a throwaway PostgreSQL and a throwaway S3-compatible store.
STORE_TESTS ?= tests/evidence tests/security tests/faults tests/journeys tests/stores \
	$(addprefix --ignore=,tests/evidence/crypto tests/evidence/intake tests/evidence/pack tests/evidence/test_storage.py \
	tests/security/test_no_plaintext.py tests/security/test_settings.py tests/security/test_neutral_words.py)

LONG_STORE_TESTS ?= tests/faults/test_kill_points.py tests/faults/test_served.py tests/long/test_restore_drill.py

.PHONY: run serve worker demo backup restore test test-stores test-long check bench system-run system-test chromium secrets database static words lock clean

run: system-run .venv/.run secrets database serve

serve:
	@echo
	@echo "  The site:                 http://$(HOST):$(PORT)/"
	@echo "  A first helpline worker:  make worker NAME=hana   (in a second terminal)"
	@echo "  The demonstration:        make demo               (in a second terminal)"
	@echo
	@exec $(BIN)/granian --interface wsgi --workers 2 --blocking-threads 16 --no-ws --log-level error \
		--host $(HOST) --port $(PORT) abuse_help.wsgi:application

worker: .venv/.run secrets database
	@$(BIN)/python manage.py helpline_worker $(NAME)

demo: .venv/.run secrets database
	@$(BIN)/python manage.py demo

backup:
	@$(BIN)/python manage.py backup $(DIR)

restore: .venv/.run secrets database
	@$(BIN)/python manage.py restore $(DIR)

# --- what is tested ---------------------------------------------------------------------------------------------

test: system-test .venv/.dev secrets static check
	$(BIN)/python -m pytest $(TESTS) -n 2 --dist loadfile --cov --cov-report= --cov-fail-under=0
	$(BIN)/python -m tests.stores $(BIN)/python -m pytest $(STORE_TESTS) -n 2 --dist loadfile --cov --cov-append --cov-report=term

test-stores: system-test .venv/.dev secrets static
	$(BIN)/python -m tests.stores $(BIN)/python -m pytest $(STORE_TESTS) -n 2 --dist loadfile

test-long: system-test .venv/.dev secrets static
	LONG=1 $(BIN)/python -m pytest $(TESTS) -m "long" -s
	LONG=1 $(BIN)/python -m tests.stores $(BIN)/python -m pytest $(LONG_STORE_TESTS) -m "long" -s
	$(BIN)/mutmut run

bench: system-test .venv/.dev secrets static
	$(BIN)/python -m tests.bench

check: .venv/.dev secrets
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --cache-dir .local/import-linter
	$(BIN)/mypy abuse_help evidence guidance
	$(BIN)/djade --check $$(git ls-files 'templates/*.html')
	$(BIN)/codespell $$(git ls-files '*.py' '*.md' '*.html' '*.toml' ':!guidance/content/cy')
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -W error manage.py check --fail-level WARNING
	$(BIN)/python manage.py prove
	MODE=production ALLOWED_HOSTS=site.example $(foreach s,$(SECRETS),$(s)_FILE=$(LOCAL_DIR)/secrets/$(s)) \
		DATABASE_URL=sqlite:///$(abspath $(LOCAL_DIR))/check.sqlite3 $(BIN)/python manage.py check --deploy --fail-level WARNING

# --- what has to be there -----------------------------------------------------------------------------------------

# Installs only what is missing; as root, else by sudo, else it says the one command to run.
define install
	@missing=""; for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	command -v apt-get >/dev/null || { echo "Please install the equivalent of:$$missing"; exit 1; }; \
	as=""; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	echo "Installing:$$missing"; \
	{ $$as apt-get update -qq && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } \
	|| { echo "Could not install them. Please run:  sudo apt-get install$$missing"; exit 1; }
endef

system-run:
	$(call install,$(RUN_PACKAGES))

system-test:
	$(call install,$(TEST_PACKAGES))
	@[ -x "$(CHROMIUM)" ] || { [ -f /etc/debian_version ] && ! grep -qi ubuntu /etc/os-release; } \
		|| { echo "No browser at $(CHROMIUM). Name one:  make test CHROMIUM=/path/to/chromium"; exit 1; }
	@[ -x "$(CHROMIUM)" ] || $(MAKE) --no-print-directory chromium

chromium:
	$(call install,chromium)

.venv/.run: requirements.txt
	@[ -x $(BIN)/python ] || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@

secrets:
	@mkdir -p $(LOCAL_DIR)/secrets && chmod 700 $(LOCAL_DIR) $(LOCAL_DIR)/secrets
	@for s in $(SECRETS); do [ -s $(LOCAL_DIR)/secrets/$$s ] || ( umask 077; $(PYTHON) -c 'import secrets, sys; print(secrets.token_urlsafe(48 if sys.argv[1] == "SECRET_KEY" else 32))' $$s > $(LOCAL_DIR)/secrets/$$s ); done

database: static
	@$(BIN)/python manage.py migrate --verbosity 0

static: $(LOCAL_DIR)/static/.collected $(WORDS:.po=.mo)

%.mo: %.po
	@msgfmt --check-format --output-file=$@ $<

words: .venv/.dev
	@$(BIN)/python manage.py makemessages --locale cy --locale ar --no-obsolete --add-location never \
		--extension html,py --ignore '.venv/*' --ignore '.local/*' --ignore 'tests/*' --ignore 'templates/pack/*' \
		--ignore 'templates/helpline/*' --ignore 'templates/account/*' --ignore 'templates/mfa/*' --ignore 'evidence/helpline/*'

$(LOCAL_DIR)/static/.collected: $(shell find static -type f) requirements.txt abuse_help/sheets.py abuse_help/settings.py
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

lock:
	for a in "requirements.txt" "requirements-dev.txt --extra dev"; do uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --only-binary :all: pyproject.toml -o $$a; done

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache
