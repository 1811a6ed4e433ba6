"""Django's settings, derived from the options in the environment."""

from __future__ import annotations

from typing import Any

from renkei.hub.config import combinations, databases, identity, logs, options, secrets

_values = options.read()
RENKEI: dict[str, Any] = {name: value.value for name, value in _values.items()}
DATA = RENKEI["DATA"].absolute()
_identity = identity.load(DATA)
HUB_ID, HUB_NAME, HUB_EPOCH = _identity.id, _identity.name, _identity.epoch

SECRET_KEY = secrets.django_key(DATA)
ALLOWED_HOSTS = list(RENKEI["ALLOWED_HOSTS"])
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    # Its tables of second factors, and what checks them; its own pages and routes are not used (decision 0018).
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "renkei.hub.core",
    "renkei.hub.parties",
    "renkei.hub.membership",
    "renkei.hub.exchange",
    "renkei.hub.workspace",
    "renkei.hub.operation",
]
MIDDLEWARE = [
    "renkei.hub.core.fronting.Front",
    "django.middleware.security.SecurityMiddleware",
    "renkei.hub.core.middleware.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Behind WhiteNoise: a page's hundred pieces of a font are not worth a hundred lines.
    "renkei.hub.core.middleware.RequestLog",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Requests of programs go no further.
    "renkei.hub.config.edge.Edge",
    "renkei.hub.core.middleware.PlainRequests",
    "renkei.hub.core.middleware.SmallRequests",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "renkei.hub.parties.staff.guarding.Guard",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "renkei.hub.config.urls"
WSGI_APPLICATION = "renkei.hub.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = databases.configure(RENKEI["DATABASE_URL"], RENKEI["DATABASE_OWNER_URL"], DATA)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "parties.Staff"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["renkei.hub.parties.staff.hashers.OfficeArgon2"]
MFA_ADAPTER = "renkei.hub.parties.staff.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# With a finger, a face or a PIN: a passkey alone signs in, so it must be two factors by itself.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1
SECOND_FACTOR_REQUIRED = combinations.requires_second_factor(_values)
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

SESSION_ENGINE = "renkei.hub.core.session_store"
SESSION_COOKIE_AGE = RENKEI["SESSION_MINUTES"] * 60
# Not one write a click: `parties.staff.guarding` renews the age once a minute at most.
SESSION_SAVE_EVERY_REQUEST = False
# A proxy in front speaks TLS to the browsers; `core.fronting` takes its word for the scheme.
_by_tls = bool(RENKEI["TLS_CERT"] or RENKEI["PROXY"])
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _by_tls
# By this beginning a browser takes no cookie from another host of the same domain, nor over plain HTTP.
COOKIE_PREFIX = "__Host-" if _by_tls else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _by_tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
X_FRAME_OPTIONS = "DENY"

# Where units and receipts come in, from programs that have signed in; all else is small.
LARGE_REQUESTS = frozenset(("/v1/checks", "/v1/transmissions", "/v1/transmissions/batch", "/v1/receipts"))
# Where people choose files: room for the words of the form around each.
LARGE_PAGES = dict.fromkeys(("/outbox/bring/", "/send/papers/"), RENKEI["LIMIT_PAGE_BYTES"] * 3 // 2)
# What people choose never lies on the disk in clear, as a larger file would on its way.
FILE_UPLOAD_MAX_MEMORY_SIZE = RENKEI["LIMIT_PAGE_BYTES"] * 3 // 2
DATA_UPLOAD_MAX_MEMORY_SIZE = RENKEI["LIMIT_REQUEST_BYTES"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# A month of a large office in one go; each page has its own bound on the bytes.
DATA_UPLOAD_MAX_NUMBER_FILES = RENKEI["LIMIT_PILE_FILES"]

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
# No collectstatic step: WhiteNoise serves from the installed packages.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 24 * 60 * 60
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING_CONFIG = None
logs.configure(RENKEI["LOG_LEVEL"])
