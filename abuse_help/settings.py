"""Every setting of the project, read from the environment, refusing to start where one is missing or weak.

`docs/operations.md` explains each name for the person who runs a site; a test holds the two together.
"""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from abuse_help.environment import database, env, given, secret, secret_bytes

BASE_DIR = Path(__file__).resolve().parent.parent


# --- which kind of site this is -----------------------------------------------------------------------------

MODE = env("MODE", "production")
if MODE not in {"production", "local"}:
    raise ImproperlyConfigured("MODE is 'production' or 'local'.")
LOCAL = MODE == "local"
DEBUG = env("DEBUG") == "1"
if DEBUG and not LOCAL:
    raise ImproperlyConfigured("DEBUG shows private data on error pages: it is refused in production.")

VERSION = re.search(r"^## (\d+\.\d+\.\d+)", (BASE_DIR / "docs" / "changelog.md").read_text(), re.MULTILINE)[1]  # type: ignore[index]

LOCAL_DIR = Path(env("LOCAL_DIR") or BASE_DIR / ".local")


# --- secrets: NAME, or NAME_FILE with the path of a file that holds it ---------------------------------------

SECRET_KEY = secret("SECRET_KEY")  # Django's own: form tokens and staff sign-in
PEPPER = secret_bytes("PEPPER")  # goes into every derivation from seven words, codes and staff passwords
ANSWERS_KEY = secret_bytes("ANSWERS_KEY")  # seals the guidance cookie and text held over an unlock
LIMITS_KEY = secret_bytes("LIMITS_KEY")  # names rows of the table of limits, so that no address is stored
INSTANCE_KEY = secret_bytes("INSTANCE_KEY")  # Ed25519 seed: signs the helpline workers' public keys

# --- where it is served --------------------------------------------------------------------------------------

ALLOWED_HOSTS = env("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if LOCAL else "").split(",")
if ALLOWED_HOSTS == [""]:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the host that people open.")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not LOCAL]
SITE_NAME = env("SITE_NAME", "Next Steps")  # neutral on purpose: it stands in page titles
ORGANISATION = env("ORGANISATION", "This site's operator")
EXIT_URL = env("EXIT_URL", "https://www.bbc.co.uk/weather")
ROOT_URLCONF = "abuse_help.urls"
WSGI_APPLICATION = "abuse_help.wsgi.application"

# --- rooms ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "evidence.helpline",
    "evidence",
    "guidance",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "abuse_help.middleware.safe_answers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "abuse_help.middleware.packed_pages",
    "abuse_help.middleware.byte_caps",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "abuse_help.middleware.staff_policy",
    "abuse_help.middleware.tongues",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "abuse_help.middleware.noted_refusals",
    "abuse_help.middleware.staff_session",
    "abuse_help.middleware.staff_authentication",
    "allauth.account.middleware.AccountMiddleware",  # allauth insists on its name; it makes no session
    "abuse_help.middleware.staff_messages",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "evidence.helpline.context.worker",
                "abuse_help.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- database and files --------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": database(given("DATABASE_URL") or f"sqlite:///{LOCAL_DIR / 'db.sqlite3'}", local=LOCAL)
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 10,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATA_DIR = Path(env("DATA_DIR") or LOCAL_DIR / "data")
STATIC_ROOT = Path(env("STATIC_ROOT") or LOCAL_DIR / "static")
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
SEALED: dict[str, Any] = {"BACKEND": "evidence.storage.FolderStorage", "OPTIONS": {"location": str(DATA_DIR)}}
STORE_BUCKET = env("STORE_BUCKET")  # a bucket of an S3-compatible store takes the place of DATA_DIR
if STORE_BUCKET:
    STORE = {
        "bucket": STORE_BUCKET,
        "endpoint": env("STORE_ENDPOINT"),
        "region": env("STORE_REGION"),
        "prefix": env("STORE_PREFIX"),
        "key_id": given("STORE_KEY_ID"),
        "secret": given("STORE_SECRET"),
    }
    if not STORE["key_id"] or not STORE["secret"]:
        raise ImproperlyConfigured("STORE_BUCKET needs STORE_KEY_ID and STORE_SECRET (or NAME_FILE of each).")
    if not LOCAL and STORE["endpoint"] and not STORE["endpoint"].startswith("https://"):
        raise ImproperlyConfigured("STORE_ENDPOINT must be an https:// address in production.")
    SEALED = {"BACKEND": "evidence.objects.BucketStorage", "OPTIONS": STORE}
STORAGES: dict[str, Any] = {
    "default": SEALED,
    "sealed": SEALED,
    "staticfiles": {"BACKEND": "abuse_help.sheets.OneSheetStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_HANDLERS = ["evidence.intake.handler.RefuseFiles"]  # no form but the evidence form takes a file
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

# --- what may come in ----------------------------------------------------------------------------------------

UPLOAD_PROTOCOL = env("UPLOAD_PROTOCOL")  # the operator's written protocol: its name, date and who signed it
UPLOADS_ALLOWED = LOCAL or len(UPLOAD_PROTOCOL) >= 10
PICTURE_MAX_BYTES = int(env("PICTURE_MAX_BYTES", str(25 * 1024 * 1024)))
FILE_MAX_BYTES = int(env("FILE_MAX_BYTES", str(1024 * 1024 * 1024)))  # films, sounds, documents, mails, chats
CASE_MAX_BYTES = int(env("CASE_MAX_BYTES", str(5 * 1024 * 1024 * 1024)))  # all sealed files of one case
UPLOAD_VIEWS = {"evidence:upload", "evidence:upload-piece"}  # the addresses whose body may be larger than a form
UPLOAD_MAX_FILES = int(env("UPLOAD_MAX_FILES", "10"))
CASES_PER_HOUR = int(env("CASES_PER_HOUR", "600"))  # begun on the whole site, whoever asks
CASE_MAX_ITEMS = int(env("CASE_MAX_ITEMS", "1000"))
BODIES_AT_ONCE = int(env("BODIES_AT_ONCE", "8"))  # half of the server's threads: the others answer who only reads
UPLOADS_AT_ONCE = int(env("UPLOADS_AT_ONCE", "4"))
DERIVATIONS_AT_ONCE = int(env("DERIVATIONS_AT_ONCE", "2"))
WAIT_FOR_TURN = timedelta(seconds=2)
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- how long things stay open -------------------------------------------------------------------------------

CASE_IDLE = timedelta(minutes=int(env("CASE_IDLE_MINUTES", "15")))
CASE_ABSOLUTE = timedelta(minutes=int(env("CASE_ABSOLUTE_MINUTES", "240")))
DESK_IDLE = timedelta(minutes=int(env("DESK_IDLE_MINUTES", "30")))
DESK_ABSOLUTE = timedelta(minutes=int(env("DESK_ABSOLUTE_MINUTES", "480")))
OFFER_LASTS = timedelta(hours=72)
OFFERED_TO_AT_MOST = 50
ERASE_AFTER = timedelta(hours=72)
OLD_WORDS_SERVE = timedelta(hours=72)  # after new ones were made by somebody who did not type them
RETENTION_MONTHS = int(env("RETENTION_MONTHS", "12"))  # after its owner last opened it
RETENTION_MAX_YEARS = int(env("RETENTION_MAX_YEARS", "7"))  # what "reported to the police" may ask for
LOCKED_PROTOCOL = env("LOCKED_PROTOCOL", "keep")  # keep: a locked case is erased only once released | erase
PACK_LISTED = timedelta(hours=24)
PACK_MAX_TIME = timedelta(minutes=10)
ARGON2_MEMORY_KIB = int(env("ARGON2_MEMORY_KIB", "65536"))
ARGON2_ITERATIONS = int(env("ARGON2_ITERATIONS", "3"))
WRAP_SUITE = env("WRAP_SUITE", "hybrid")  # hybrid: ML-KEM-768 and X25519 | classic: X25519 alone

# --- cookies: no lifetime, and bound to this host by name where there is TLS -----------------------------------

COOKIE_PREFIX = "" if LOCAL else "__Host-"
SESSION_ENGINE = "evidence.helpline.sessions"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}s"
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = not LOCAL
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = int(DESK_ABSOLUTE.total_seconds())
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}c"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = not LOCAL
CSRF_FAILURE_VIEW = "abuse_help.errors.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- headers (abuse_help/middleware.py sets the rest) -----------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 0 if LOCAL else 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
BEHIND_PROXY = env("BEHIND_PROXY") == "1"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- staff sign-in -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "helpline.Worker"
AUTHENTICATION_BACKENDS = ["evidence.helpline.authentication.WorkerBackend"]
PASSWORD_HASHERS = ["evidence.helpline.authentication.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "evidence.helpline.passwords.NotWhatEverybodyKnows"},
]
LOGIN_URL = "/helpline/sign-in/"
LOGIN_REDIRECT_URL = "/helpline/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # workers have no email address here
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "evidence.helpline.adapters.AccountAdapter"
ACCOUNT_RATE_LIMITS = False  # limits live in one table keyed by HMAC, and can't lock another person out
MFA_ADAPTER = "evidence.helpline.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "evidence.helpline.key_forms.AddKeyForm",
    "authenticate_webauthn": "evidence.helpline.key_forms.KeyForm",
    "reauthenticate_webauthn": "evidence.helpline.key_forms.KeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # a code typed as the half minute turns still counts
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL

# --- language, time, log -----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg"), ("ar", "العربية")]  # each under its own name for itself
LOCALE_PATHS = [BASE_DIR / "abuse_help" / "locale"]
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}l"
LANGUAGE_COOKIE_SECURE = not LOCAL
OWN_CONTENT = Path(env("OWN_CONTENT")) if env("OWN_CONTENT") else None  # contacts, branding and pages of the operator
TIME_ZONE = "Europe/London"
USE_TZ = True
SILENCED_SYSTEM_CHECKS = ["urls.W002"]
APPEND_SLASH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "abuse_help.logs.WithoutValues",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # never mail anybody: an error report would carry what a person typed
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "security": {"handlers": ["console"], "level": "INFO", "propagate": False},  # evidence/events.py
    },
}
