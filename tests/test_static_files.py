"""Static files under the names that production serves them by."""

import re
import shutil
from pathlib import Path

from django.conf import settings

from config.storage import StaticFiles

FORM = "performance/goal-form"


def test_modules_import_each_other_by_the_names_of_their_content(tmp_path):
    source = Path(settings.BASE_DIR) / "performance/static" / FORM
    shutil.copytree(source, tmp_path / FORM)
    storage = StaticFiles(location=str(tmp_path), base_url="/static/")
    names = [f"{FORM}/{path.name}" for path in source.iterdir()]

    errors = [
        error
        for *_, error in storage.post_process({name: (storage, name) for name in names})
        if isinstance(error, Exception)
    ]

    assert errors == []
    made = {name: storage.stored_name(name) for name in names}
    imports = {
        name: re.findall(r'from "\./(.+?)"', (tmp_path / new).read_text())
        for name, new in made.items()
    }
    assert imports[f"{FORM}/main.js"]
    served = {Path(new).name for new in made.values()}
    assert {file for files in imports.values() for file in files} <= served
