"""Everything the installed packages say is in Chinese, and our catalogue is sound."""

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import DjangoTranslation
from import_export.results import RowResult

# Of Unfold's contrib packages those that a portal shows; the others need packages we do not have.
PACKAGES = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "import_export",
    "django_filters",
    "auditlog",
    "django.contrib.admin",
    "django.contrib.auth",
]
SAME_IN_CHINESE = {
    "%(class_name)s %(instance)s",  # placeholders only
}
LITERAL = r"""u?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({LITERAL}(?:,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[a-z]|\{\w*\}")
CATALOGUES = sorted(Path(settings.BASE_DIR, "locale/zh_Hans/LC_MESSAGES").glob("*.po"))


class Message(NamedTuple):
    text: str
    plural: str = ""
    context: str = ""


def message(function: str, strings: tuple[str, ...]) -> Message:
    context, strings = (strings[0], strings[1:]) if "p" in function else ("", strings)
    plural = strings[1] if function.startswith("n") else ""
    return Message(strings[0], plural, context)


def in_text(text: str) -> Iterator[Message]:
    for function, literals in CALL.findall(text):
        yield message(function, ast.literal_eval(f"({literals},)"))


def in_python(text: str) -> Iterator[Message]:
    """Calls with literals; what is put together before the lookup has no message to look up."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            function = re.sub("_(lazy|noop)$", "", ast.unparse(node.func).split(".")[-1])
            literals = (arg.value for arg in node.args if isinstance(arg, ast.Constant))
            strings = tuple(literal for literal in literals if isinstance(literal, str))
            if re.fullmatch("n?p?gettext|_", function) and strings:
                yield message(function, strings)


def messages(package: str, *suffixes: str) -> set[Message]:
    spec = find_spec(package)
    assert spec
    assert spec.submodule_search_locations
    root = Path(spec.submodule_search_locations[0])
    found: set[Message] = set()
    for path in root.rglob("*"):
        if path.suffix in suffixes and "contrib" not in path.relative_to(root).parts:
            text = path.read_text()
            if path.suffix == ".py":
                found.update(in_python(text))
            else:
                # templatize, Django's own for makemessages, knows every form of the tags
                found.update(in_text(text if path.suffix == ".js" else templatize(text)))
    return found


def is_chinese(message: Message, catalogue) -> bool:
    """`catalogue` has gettext and its kin: django.utils.translation or a DjangoTranslation."""
    text, plural, context = message
    if plural and context:
        result = [catalogue.npgettext(context, text, plural, n) for n in (1, 2)]
    elif plural:
        result = [catalogue.ngettext(text, plural, n) for n in (1, 2)]
    else:
        result = [catalogue.pgettext(context, text) if context else catalogue.gettext(text)]
    return text in SAME_IN_CHINESE or all(line and line not in (text, plural) for line in result)


@pytest.mark.parametrize("package", PACKAGES)
def test_package_speaks_chinese(package: str) -> None:
    found = messages(package, ".py", ".html", ".txt")
    assert found
    with translation.override("zh-hans"):
        assert [each for each in sorted(found) if not is_chinese(each, translation)] == []


def test_scripts_speak_chinese() -> None:
    found = set().union(*(messages(package, ".js") for package in PACKAGES))
    assert found
    catalogue = DjangoTranslation("zh-hans", domain="djangojs")
    assert [each for each in sorted(found) if not is_chinese(each, catalogue)] == []


@pytest.mark.parametrize("kind", ["NEW", "UPDATE", "DELETE"])
def test_history_of_an_import_is_chinese(kind: str) -> None:
    line = getattr(RowResult, f"IMPORT_TYPE_{kind}") + " through import_export"
    with translation.override("zh-hans"):
        assert is_chinese(Message(line), translation)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% trans \"A\" %}{% translate 'B' as b %}", {Message("A"), Message("B")}),
        ('{% trans "A" context "c" %}', {Message("A", context="c")}),
        ("{% blocktrans trimmed %}\n  A\n  {{ b }}\n{% endblocktrans %}", {Message("A %(b)s")}),
        ("{% blocktranslate %}\nA{% endblocktranslate %}", {Message("\nA")}),
        (
            "{% blocktrans count n=n %}{{ n }} A{% plural %}{{ n }} B{% endblocktrans %}",
            {Message("%(n)s A", "%(n)s B")},
        ),
        ("{% include 'x' with a=_('A') %}{{ b|default:_('B') }}", {Message("A"), Message("B")}),
    ],
)
def test_templates_are_read_in_full(source: str, expected: set[Message]) -> None:
    assert set(in_text(templatize(source))) == expected


def entries(catalogue) -> dict:
    return {
        (entry.msgctxt, entry.msgid, entry.msgid_plural): entry.msgstr_plural or entry.msgstr
        for entry in catalogue
    }


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_catalogue_is_complete_and_compiled(path: Path) -> None:
    source = polib.pofile(str(path), check_for_duplicates=True)
    compiled = polib.mofile(str(path.with_suffix(".mo")))
    assert source.percent_translated() == 100
    assert entries(source) == entries(compiled), "run bin/compile-messages"
    assert source.metadata == compiled.metadata, "run bin/compile-messages"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_placeholders_agree(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        for line in entry.msgstr_plural.values() or [entry.msgstr]:
            wanted = PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)
            assert sorted(PLACEHOLDER.findall(line)) == sorted(wanted), entry.msgid
