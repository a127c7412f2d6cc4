import os
import shutil

import hypothesis
import pytest
from django.test import TransactionTestCase

from performance.library.loading import load_library, load_year
from performance.library.models import Year
from performance.people.models import Unit, User
from performance.review import guards
from tests.builders import make_user

# pytest-playwright keeps an event loop running in the test's thread: Django would refuse queries.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The same examples on every run; the slow tests ask for others each time.
hypothesis.settings.register_profile("portal", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("portal")


@pytest.fixture(scope="session")
def base_url():
    """None, as in pytest-playwright, whose own is a method: a warning, and so an error here."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium, which needs no download; bin/test names the one that works."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    flags = [
        "--no-sandbox",  # it refuses to run as root otherwise
        "--disable-gpu",
        # silent: a test talks to the server under test only
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
    ]
    return {
        **browser_type_launch_args,
        "executable_path": next(filter(None, map(shutil.which, names)), None),
        "args": flags,
    }


@pytest.fixture(autouse=True)
def uploads_dir(settings, tmp_path_factory):
    """Files of tests never lie among the demo's."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("uploads")


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Half a second for each password would be most of the time of some tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def flushes():
    """Tests that commit are cleaned up by emptying tables, which the guards refuse.

    Flushing installs them again, as after migrations.
    """
    flush = TransactionTestCase._fixture_teardown

    def flush_unguarded(case: TransactionTestCase) -> None:
        guards.drop()
        flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_unguarded)
        yield


@pytest.fixture
def unguarded(db) -> None:
    """As whoever owns the database may leave it."""
    guards.drop()


@pytest.fixture
def portal(db) -> Year:
    """The year 2025 with the demo's library; units 101, 101009 below it, and 202001 elsewhere.

    The review form need not be filled in: those tests that look at it ask for that.
    """
    year, _ = load_year("year-2025.json")
    year.grades_required = False
    year.save()
    load_library("demo-2025.json")
    Unit.objects.create(code="202001", name="区教育局")
    return year


@pytest.fixture
def clerk(portal) -> User:
    return make_user("zhang", ("clerk", "101009"), full_name="张敏")


@pytest.fixture
def reviewer(portal) -> User:
    return make_user("li", ("reviewer", "101"), full_name="李国强")


@pytest.fixture
def stranger(portal) -> User:
    """A clerk of a unit that is neither above nor below the others."""
    return make_user("zhao", ("clerk", "202001"), full_name="赵红")


@pytest.fixture
def bureau(portal) -> User:
    return make_user("wang", ("bureau", None), full_name="王芳")
