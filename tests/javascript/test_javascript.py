"""What the form's JavaScript understands without a page, told by its own tests in this folder."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from performance.goals.refusals import LINES
from performance.sheets.layouts.listing import LISTING

MODULES = Path(settings.BASE_DIR) / "performance/static/performance/goal-form"


def deno(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Without a network, and without a word about newer versions."""
    program = shutil.which("deno", path=str(Path(sys.executable).parent)) or "deno"
    return subprocess.run(
        [program, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_tests_of_the_modules_pass():
    run = deno("test", "--no-remote", "--quiet")

    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"ok \| [1-9]\d+ passed \| 0 failed", run.stdout), run.stdout


def test_pasted_headings_are_those_that_an_import_understands():
    module = f"{MODULES.as_uri()}/fit.js"

    run = deno("eval", f"console.log(JSON.stringify((await import('{module}')).COLUMNS))")

    columns = [[c.heading, *c.also] for c in LISTING.columns[-5:]]
    assert json.loads(run.stdout) == columns, run.stderr


def test_the_grid_ends_where_the_server_does():
    source = (MODULES / "lines.js").read_text()

    assert re.findall(r"LIMIT = (\d+);", source) == [str(LINES)]
