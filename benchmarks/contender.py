"""One measured run in a process of its own: `python -m benchmarks.contender portal import ...`.

It answers in JSON on stdout: what each step spent. A contender that does not store exactly the
listing has no result: the run fails.
"""

import json
import sys
from dataclasses import asdict
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from benchmarks import listing
from benchmarks.measuring import Spent, count_queries, peak_mib, spend
from benchmarks.pages import Fields, form_to, largest_form, typed_over

Steps = dict[str, Spent]

DOORS = {"stock": "benchmarks.stock.doors", "portal": "benchmarks.portal"}
ROUNDS = 20
"""Openings and saves of a form that are timed in one run, after two that are not."""

# Only a server that collected its static files has their manifest.
PLAIN_STATIC = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def import_listing(doors: Any, client: Client, sheet: Path) -> Steps:
    """Upload and look at the preview, confirm and look at the result: each page that a person
    sees on the way is asked for."""
    client.force_login(doors.prepare())
    address = reverse(doors.UPLOAD)
    form = largest_form(_html(client.get(address)))
    file = SimpleUploadedFile(sheet.name, sheet.read_bytes())
    data = form.fields | {doors.FILE_FIELD: file}
    shown, preview = spend(lambda: client.post(address, data, follow=True))
    form = form_to(_html(shown), doors.CONFIRM)
    done, confirm = spend(lambda: client.post(form.action, form.fields, follow=True))
    assert done.status_code == 200
    return {"preview": preview, "confirm": confirm}


def edit_form(doors: Any, client: Client, made: list[listing.Project]) -> Steps:
    """One line's value there and back; that the last save took is seen at the next opening."""
    client.force_login(doors.user())
    address = doors.form_address(made[0].name)
    ways = [(listing.FORM_VALUE, "不少于778场次"), ("不少于778场次", listing.FORM_VALUE)]
    for old, new in ways:
        page, opening = count_queries(partial(client.get, address))
        _, saving = count_queries(partial(_save, client, address, _typed(page, old, new)))
    opened, saved = [], []
    for old, new in ways * (ROUNDS // 2):
        page, spent = spend(partial(client.get, address))
        opened.append(spent)
        _, spent = spend(partial(_save, client, address, _typed(page, old, new)))
        saved.append(spent)
    return {"open": _mean(opened, opening), "save": _mean(saved, saving)}


def _typed(page: HttpResponse, old: str, new: str) -> Fields:
    return typed_over(largest_form(_html(page)), old, new) | {"_save": ["1"]}


def _save(client: Client, address: str, fields: Fields) -> None:
    status = client.post(address, fields).status_code
    assert status == 302, f"the form was not saved: {status}"


def _mean(spent: list[Spent], queries: int) -> Spent:
    number = len(spent)
    return Spent(sum(s.cpu for s in spent) / number, sum(s.wall for s in spent) / number, queries)


def _html(page: HttpResponse) -> str:
    assert page.status_code == 200, f"the page answered {page.status_code}"
    return page.content.decode()


def _check(stored: list[list[str]], expected: list[list[str]]) -> None:
    pairs = zip(stored, expected, strict=False)
    wrong = next((pair for pair in pairs if pair[0] != pair[1]), None)
    assert wrong is None, f"stored and expected differ: {wrong}"
    assert len(stored) == len(expected), f"{len(stored)} rows stored, {len(expected)} expected"


def main() -> None:
    name, task, rows, folder = sys.argv[1:]
    django.setup()
    doors = import_module(DOORS[name])
    made = listing.projects(int(rows))
    with override_settings(STORAGES=settings.STORAGES | PLAIN_STATIC):
        client = Client(SERVER_NAME="localhost")
        if task == "import":
            steps = import_listing(doors, client, Path(folder) / doors.SHEET)
        else:
            steps = edit_form(doors, client, made)
    peak = peak_mib()
    _check(list(doors.stored()), listing.rows_of(made))
    json.dump({"steps": {name: asdict(s) for name, s in steps.items()}, "peak": peak}, sys.stdout)


if __name__ == "__main__":
    main()
