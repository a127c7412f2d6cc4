"""All settings. The environment is read here, once; everything else uses django.conf.settings."""

import ipaddress
import os
import sys
from contextlib import suppress
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.templatetags.static import static

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- the environment -------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
HTTPS = env.bool("HTTPS", False)
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "data"))).resolve()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


if DEMO and not _is_loopback(HOST) and not env.bool("DEMO_ANYWHERE", False):
    raise ImproperlyConfigured(
        f"演示模式（DEMO=1）的账号密码是公开的，只能在本机地址上运行，不能用 HOST={HOST}。"
        "正式使用请去掉 DEMO；确实要公开演示，请另设 DEMO_ANYWHERE=1。"
    )


def _secret_key() -> str:
    """The key from the environment, or one made once and kept beside the data."""
    if key := env.str("SECRET_KEY", ""):
        return key
    path = DATA_DIR / "secret_key"
    try:
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written aside and linked: whoever starts at the same time reads all of it or none.
            draft = DATA_DIR / f"secret_key.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(get_random_secret_key())
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
    except OSError as error:
        raise ImproperlyConfigured(
            f"数据目录 {DATA_DIR} 不能写入（{error.strerror}），请检查 DATA_DIR 及其权限。"
        ) from error
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", HOST])

# --- applications ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "config.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "import_export",
    "django_filters",
    "csp",
    "auditlog",
    "performance",
]
MIDDLEWARE = [
    "performance.admin.request_id.with_request_id",
    "performance.admin.errors.only_unicode",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "performance.admin.login.tell_what_was_not_done",
    "performance.admin.people.own_password.must_change_password_first",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- data ------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes the lock when its transaction begins: no deadlock half way, racers wait.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # Threads race in tests; an in-memory database would answer «table is locked».
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
MEDIA_ROOT = DATA_DIR / "uploads"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000  # 1,000 lines of 4 fields, and 3 questions at each of them
DATA_UPLOAD_MAX_MEMORY_SIZE = 8_000_000
UPLOADS_PER_DAY = env.int("UPLOADS_PER_DAY", 200)  # of goal sheets, by one person
UPLOAD_MB_PER_DAY = env.int("UPLOAD_MB_PER_DAY", 500)

# --- language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- people ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "performance.User"
AUTHENTICATION_BACKENDS = ["performance.people.login.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- mail ------------------------------------------------------------------------------------
MAIL_IS_SET_UP = bool(env.str("EMAIL_URL", ""))


def _mail() -> dict[str, object]:
    """Without EMAIL_URL nothing is sent, and nobody tries to."""
    try:
        read = environ.Env.email_url_config(env.str("EMAIL_URL", "") or "dummymail:")
    except (ImproperlyConfigured, ValueError) as error:
        raise ImproperlyConfigured(
            "EMAIL_URL 读不懂，应像 smtp+tls://用户:密码@主机:587 ；"
            "用户和密码里的特殊字符请写成 %40 这样的编码。"
        ) from error
    return {name: value for name, value in read.items() if name.startswith("EMAIL_")}


globals().update(_mail())
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "") or str(_mail()["EMAIL_HOST_USER"] or "")
if MAIL_IS_SET_UP and "@" not in DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("设置了 EMAIL_URL，请用 DEFAULT_FROM_EMAIL 写明发件地址。")
PORTAL_URL = env.str("PORTAL_URL", "").rstrip("/")  # for links in mails; without it there are none

# --- static files ----------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static-collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # Only the server that `make run` starts has collected files; tests and DEBUG have not.
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or "pytest" in sys.modules
        else "config.storage.StaticFiles"
    },
}

# --- security --------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "performance.admin.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],  # the theme's Alpine expressions are evaluated
        "style-src": [SELF, UNSAFE_INLINE],  # the theme writes its colours into a style element
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- import-export: nobody may import or export by default; see performance/admin -------------
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_SKIP_ADMIN_LOG = True  # the audit has each row, with its values
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# --- audit: performance/audit -----------------------------------------------------------------
AUDITLOG_CID_GETTER = "performance.audit.acting.request_id"
AUDITLOG_STORE_JSON_CHANGES = True
AUDITLOG_USE_FK_STRING_REPRESENTATION = True  # a number would say nothing once its row is gone

# --- the look --------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "预算绩效目标申报",
    "SITE_HEADER": "预算绩效目标申报",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("performance/favicon.svg"),
        }
    ],
    "SITE_SYMBOL": "fact_check",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [
        lambda request: static("performance/portal.css"),
        lambda request: static("performance/sheet.css"),
    ],
    "SCRIPTS": [],
    "SIDEBAR": {
        "show_search": False,
        "navigation": "performance.admin.menu.navigation",
    },
    "COLORS": {
        "primary": {
            "50": "#eff6ff",
            "100": "#dbeafe",
            "200": "#bfdbfe",
            "300": "#93c5fd",
            "400": "#60a5fa",
            "500": "#3b82f6",
            "600": "#1d4ed8",
            "700": "#1e40af",
            "800": "#1e3a8a",
            "900": "#172554",
            "950": "#0b1533",
        }
    },
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "performance.audit.acting.RequestId"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s [%(request_id)s] %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refused or mistyped address is the visitor's affair: it needs no traceback in the log.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.SuspiciousOperation": {"level": "CRITICAL"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
