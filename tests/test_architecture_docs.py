"""What the docs name exists, and what exists is named: a new row needs its line there."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from performance.people.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from performance.people.roles import ROLES
from performance.quality.rules import RULES
from performance.sheets.formats import FORMATS
from performance.sheets.layouts import LAYOUTS
from performance.sheets.located import TITLES

ROOT = Path(__file__).parents[1]
PERFORMANCE = ROOT / "performance"
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
FINDINGS = (ROOT / "docs" / "findings.md").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
IGNORED = {"migrations", "templatetags"}
COMMANDS = [name for name, app in get_commands().items() if app == "performance"]


def test_the_manuals_table_of_files_is_what_the_code_has():
    written = runpy.run_path(str(ROOT / "docs/manual/formats.py"))
    chapter = (ROOT / "docs/manual/clerk.md").read_text()

    assert written["table"]() in chapter, "run: python docs/manual/formats.py"
    assert written["with_table"](chapter) == chapter


def rows(text: str) -> list[list[str]]:
    """The cells of every table row."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def rooms() -> set[str]:
    return {folder.parent.name for folder in PERFORMANCE.glob("*/__init__.py")} - IGNORED


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_listed_with_its_level_and_text(rule):
    assert [rule.id, rule.level.label, rule.text] in rows(FINDINGS)


def test_every_code_of_a_finding_is_listed_and_no_other():
    said = {
        code
        for folder in ("goals", "quality", "sheets", "management")
        for path in (PERFORMANCE / folder).rglob("*.py")
        for code in re.findall(r'"([FR]\d\d)"', path.read_text())
    }

    listed = {code for row in rows(FINDINGS) for code in re.findall(r"\b[FR]\d\d\b", row[0])}

    assert listed == said


def test_every_code_of_a_finding_has_a_title():
    listed = {code for row in rows(FINDINGS) for code in re.findall(r"\b[FR]\d\d\b", row[0])}

    assert set(TITLES) == listed - {"F00"}  # an unreadable file has no other findings


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_shown_and_helps(name):
    assert f"manage.py {name}" in README
    assert load_command_class("performance", name).help


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_that_the_readme_shows_exists(command):
    """An option stands on the line of its command, or after it in the comment."""
    (line,) = [line for line in README.splitlines() if f"manage.py {command} " in line]
    known = load_command_class("performance", command).create_parser("manage.py", command)

    for option in re.findall(r"--[a-z-]+", line):
        assert option in known._option_string_actions


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_every_layout_is_named(layout):
    assert layout.label in README
    assert re.search(rf"layouts/(forms/)?{layout.name}\.py", ARCHITECTURE)


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_is_named(extension):
    assert f".{extension}" in README
    assert extension in ARCHITECTURE


def test_every_room_is_described_with_its_tables():
    described = {row[0].strip("`"): row[1] for row in rows(ARCHITECTURE.partition("## Rooms")[2])}
    tables: dict[str, set[str]] = {}
    for model in apps.get_app_config("performance").get_models():
        tables.setdefault(model.__module__.split(".")[1], set()).add(model.__name__)

    for room in rooms() - {"management"}:
        assert set(re.findall(r"\w+", described[room])) == tables.get(room, set())


def test_the_line_of_rooms_is_the_one_that_is_held():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (held,) = [
        c["layers"] for c in contracts["contracts"] if c.get("containers") == ["performance"]
    ]
    (drawn,) = re.findall(r"^admin \|.*$", ARCHITECTURE, re.MULTILINE)

    assert [set(re.findall(r"\w+", part)) for part in drawn.split(">")] == [
        set(re.findall(r"\w+", layer)) for layer in held
    ]


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        (ARCHITECTURE, ("", "performance", "performance/sheets")),
        (
            CONTRIBUTING,
            ("", "performance", "performance/admin", "performance/sheets", "performance/quality"),
        ),
        (README, ("",)),
        (OPERATIONS, ("",)),
    ],
    ids=["architecture", "contributing", "readme", "operations"],
)
def test_every_file_that_is_named_exists(text, folders):
    named = set(re.findall(r"`?((?:[a-z_]+/)*[a-z_]+\.py)`?", text)) - {"manage.py"}
    # Of `a/b.py`, `c.py` the second stands in the same folder.
    everywhere = {path.name for path in PERFORMANCE.rglob("*.py")}

    for name in named:
        found = any((ROOT / folder / name).exists() for folder in folders)
        assert found or ("/" not in name and name in everywhere), name


def test_every_link_leads_somewhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]

    for page in pages:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_variable_of_the_environment_is_explained():
    settings = (ROOT / "config" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))

    assert {name for name in read if f"`{name}`" not in README + OPERATIONS} == set()


def test_the_demo_and_the_roles_are_told():
    assert DEMO_PASSWORD in README
    for account in DEMO_ACCOUNTS:
        assert f"`{account.username}`" in README
    for role in ROLES.values():
        assert role.label in README
