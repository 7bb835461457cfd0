"""The one settings file. Everything comes from the environment; docs/settings.md explains each name."""

from __future__ import annotations

import shlex
from pathlib import Path

import environ

from houban.config.environment import base_map_host, choice, gateway, key, mail_server, number, switch
from houban.core import keyring, postgres

env = environ.Env()

PROJECT = Path(__file__).resolve().parents[3]

# Data
HOUBAN_DATA = Path(env.str("HOUBAN_DATA", default=str(PROJECT / "data"))).expanduser().resolve()
DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
EMBEDDED = not DATABASE_URL  # the server of our own, in HOUBAN_DATA
DATABASES = postgres.databases(HOUBAN_DATA, application_url=DATABASE_URL, owner_url=DATABASE_OWNER_URL)
HOUBAN_RECORD_KEY = key("HOUBAN_RECORD_KEY", least=32) or postgres.secret(HOUBAN_DATA, "record")
HOUBAN_RECORD_COPY = env.str("HOUBAN_RECORD_COPY", default="")  # a folder elsewhere that gets journal and anchors too
RECORD_FOLDER = HOUBAN_DATA / "record"
APPLICATION_ROLE = DATABASES["default"]["USER"]  # the role that owns nothing; migrations grant it its rights

# Personal values
HOUBAN_CIPHER = choice("HOUBAN_CIPHER", default="aes", among=("aes", "sm4"))
HOUBAN_MASTER_KEY = env.str("HOUBAN_MASTER_KEY", default="")
HOUBAN_INDEX_KEY = env.str("HOUBAN_INDEX_KEY", default="")
keyring.check_given(HOUBAN_MASTER_KEY, HOUBAN_INDEX_KEY)  # without them the keys are files under HOUBAN_DATA/secrets

# Serving
DEBUG = switch("HOUBAN_DEBUG", default=False)
HOUBAN_ADDRESS = env.str("HOUBAN_ADDRESS", default="127.0.0.1")
HOUBAN_PORT = number("HOUBAN_PORT", default=8000, least=1, most=65535)
HOUBAN_URL_IS_SET = "HOUBAN_URL" in env.ENVIRON
HOUBAN_URL = env.str("HOUBAN_URL", default=f"http://localhost:{HOUBAN_PORT}")
HOUBAN_HTTPS = switch("HOUBAN_HTTPS", default=False)
ALLOWED_HOSTS = env.list("HOUBAN_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECRET_KEY = env.str("HOUBAN_SECRET_KEY", default="") or postgres.secret(HOUBAN_DATA, "django")
HOUBAN_CLAIM_KEY = env.str("HOUBAN_CLAIM_KEY", default="") or postgres.secret(HOUBAN_DATA, "claim")

# Matters
# Between these hours of the night nobody is told outside these pages, urgent and major matters excepted; equal: never.
HOUBAN_QUIET_FROM = number("HOUBAN_QUIET_FROM", default=22, least=0, most=23)
HOUBAN_QUIET_UNTIL = number("HOUBAN_QUIET_UNTIL", default=7, least=0, most=23)
HOUBAN_RECHECK_PERCENT = number("HOUBAN_RECHECK_PERCENT", default=5, least=0, most=100)
HOUBAN_SCANNER = shlex.split(env.str("HOUBAN_SCANNER", default=""))  # a command that answers 0 for a clean file
HOUBAN_RECHECK_SEED = env.str("HOUBAN_RECHECK_SEED", default="") or postgres.secret(HOUBAN_DATA, "recheck")

# Messages outside; without a way out, people are told on the pages alone
HOUBAN_MAIL_SERVER = env.str("HOUBAN_MAIL_SERVER", default="")
HOUBAN_MAIL_FROM = env.str("HOUBAN_MAIL_FROM", default="")
HOUBAN_MAIL_TO = env.str("HOUBAN_MAIL_TO", default="")  # how an account's address is made: {username}@example.gov.cn
MAIL = mail_server(HOUBAN_MAIL_SERVER, HOUBAN_MAIL_FROM, HOUBAN_MAIL_TO)
EMAIL_HOST, EMAIL_PORT, EMAIL_TIMEOUT = MAIL.host, MAIL.port, 20
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.is_tls, MAIL.starts_tls
HOUBAN_SMS_GATEWAY = gateway("HOUBAN_SMS_GATEWAY", env.str("HOUBAN_SMS_GATEWAY", default=""))
HOUBAN_SMS_TOKEN = env.str("HOUBAN_SMS_TOKEN", default="")
HOUBAN_WECOM_WEBHOOK = gateway("HOUBAN_WECOM_WEBHOOK", env.str("HOUBAN_WECOM_WEBHOOK", default=""))
HOUBAN_DINGTALK_WEBHOOK = gateway("HOUBAN_DINGTALK_WEBHOOK", env.str("HOUBAN_DINGTALK_WEBHOOK", default=""))
HOUBAN_DINGTALK_SECRET = env.str("HOUBAN_DINGTALK_SECRET", default="")

# Maps
HOUBAN_BASE_MAP = env.str("HOUBAN_BASE_MAP", default="")  # without one, maps show our own boundaries and nothing behind
HOUBAN_BASE_MAP_APPROVAL = env.str("HOUBAN_BASE_MAP_APPROVAL", default="")
BASE_MAP_HOST = base_map_host(HOUBAN_BASE_MAP, HOUBAN_BASE_MAP_APPROVAL)  # the one foreign host that pages may ask

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "houban.config.urls"
WSGI_APPLICATION = "houban.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"

INSTALLED_APPS = [
    "houban.demo",
    "houban.reports",
    "houban.matters",
    "houban.organisation",
    "houban.divisions",
    "houban.warehouse",
    "houban.accounts",
    "houban.ui",
    "houban.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "houban.core.middleware.RequestTransaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "houban.core.middleware.Claim",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "houban.ui.middleware.ContentSecurityPolicy",
    "houban.ui.middleware.AsOf",
    "houban.ui.middleware.Readable",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "houban.ui.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "template_partials.templatetags.partials",
                "houban.ui.templatetags.ui",
            ],
        },
    }
]

CSRF_FAILURE_VIEW = "houban.ui.errors.csrf_failed"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["houban.accounts.lookups.Accounts"]
SESSION_ENGINE = "houban.accounts.lookups"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HOUBAN_HTTPS
SECURE_SSL_REDIRECT = HOUBAN_HTTPS
SECURE_HSTS_SECONDS = 31536000 if HOUBAN_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HOUBAN_HTTPS else None

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PROJECT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOUBAN_DATA / "static"
MEDIA_ROOT = HOUBAN_DATA / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000  # an act on a page: 500 rows of 10 cells
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
