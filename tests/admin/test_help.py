"""The manual in the portal, and that it tells the truth about what is on the screen."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from performance.admin.help import CHAPTERS, MANUAL
from performance.goals.models import State
from tests.admin.desk import at_desk, body, goal_url, inline_scripts, upload_url, visible
from tests.builders import make_goal, make_user

ROOT = Path(settings.BASE_DIR)
FILES = sorted(MANUAL.glob("*.md"))
NAMES = [chapter.name for chapter in CHAPTERS]
SPOKEN_OF = ("performance", "templates", "locale")
# Names on the screen stand in bold between blanks; bold amid a sentence is emphasis.
BOLD = re.compile(r"(?<=\s)\*\*([^*\n]+)\*\*(?=\s)")


def page(name: str) -> str:
    return reverse("admin:help_page", args=[name])


@pytest.fixture
def system(portal):
    return make_user("chen", ("system", None), full_name="陈伟")


@pytest.fixture(scope="module")
def source() -> str:
    """Everything from which the portal's pages are made, and the theme's Chinese."""
    files = [f for room in SPOKEN_OF for f in (ROOT / room).rglob("*") if f.is_file()]
    texts = [f.read_text("utf-8") for f in files if f.suffix in (".py", ".html", ".js", ".po")]
    return "\n".join(texts)


@pytest.mark.parametrize("who", ["clerk", "reviewer", "bureau", "system"])
@pytest.mark.parametrize("name", NAMES)
def test_everyone_reads_every_chapter(request, who, name):
    response = at_desk(request.getfixturevalue(who)).get(page(name))

    assert response.status_code == 200
    assert inline_scripts(response) == []
    assert "常见问题" in visible(response)
    assert response.content.count(b"<img ") == response.content.count(b' width="1280"')


@pytest.mark.parametrize(
    ("who", "title"),
    [
        ("clerk", "填报人手册"),
        ("reviewer", "审核人手册"),
        ("bureau", "管理员手册"),
        ("system", "管理员手册"),
    ],
)
def test_the_own_chapter_comes_first(request, who, title):
    response = at_desk(request.getfixturevalue(who)).get(reverse("admin:help"))

    first = response.context["chapters"][0]
    assert (first[0].title, first[1]) == (title, True)


@pytest.mark.parametrize("name", ["README", "nothing", "clerk.md", "-", "x" * 300])
def test_there_are_no_other_chapters(clerk, name):
    assert at_desk(clerk).get(f"/admin/help/{name}/").status_code == 404


@pytest.mark.parametrize("name", ["nothing", "..", "..%2Fclerk", "clerk", "form.png"])
def test_there_are_no_other_pictures(clerk, name):
    assert at_desk(clerk).get(f"/admin/help/images/{name}.png").status_code == 404


def test_a_picture_is_a_picture(clerk):
    response = at_desk(clerk).get(reverse("admin:help_image", args=["form"]))

    assert response["Content-Type"] == "image/png"
    assert body(response).startswith(b"\x89PNG")


@pytest.mark.parametrize("broken", [None, b"", b"no picture"])
def test_a_missing_picture_leaves_its_words_and_a_line_in_the_log(
    clerk, broken, tmp_path, monkeypatch, caplog
):
    (tmp_path / "images").mkdir()
    text = "# 手册\n\n## 一节\n\n![填报页的样子](images/form.png)\n\n后面的话。\n"
    (tmp_path / "clerk.md").write_text(text, encoding="utf-8")
    if broken is not None:
        (tmp_path / "images" / "form.png").write_bytes(broken)
    monkeypatch.setattr("performance.admin.help.MANUAL", tmp_path)

    response = at_desk(clerk).get(page("clerk"))

    assert response.status_code == 200
    assert "填报页的样子 后面的话。" in visible(response)
    assert "form cannot be shown" in caplog.text


def test_who_is_not_logged_in_reads_nothing(portal):
    nobody = at_desk(make_user("nobody"))
    paths = [reverse("admin:help"), page("clerk"), reverse("admin:help_image", args=["form"])]

    for desk in (Client(), nobody):
        assert {desk.get(path).status_code for path in paths} == {302}


# --- the text --------------------------------------------------------------------------------
def test_every_picture_of_the_manual_exists_and_is_used_and_small():
    used = {name for f in FILES for name in re.findall(r"\]\(images/([^)]+)\)", f.read_text())}
    pictures = list((MANUAL / "images").iterdir())

    assert used == {picture.name for picture in pictures}
    assert [p.name for p in pictures if p.stat().st_size > 150_000] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_what_stands_in_bold_is_on_the_screen(file, source):
    names = set(BOLD.findall(file.read_text("utf-8")))

    assert sorted(name for name in names if name not in source) == []


@pytest.mark.parametrize("name", NAMES)
def test_links_inside_the_manual_lead_somewhere(clerk, name):
    desk = at_desk(clerk)
    html = desk.get(page(name)).content.decode()
    article = html[html.index("<article") : html.index("</article>")]

    for address in re.findall(r'(?:href|src)="([^"]+)"', article):
        path, _, anchor = address.partition("#")
        response = desk.get(path or page(name))
        assert response.status_code == 200, address
        found = body(response)
        assert not anchor or f'id="{anchor}"' in found.decode(), address


@pytest.mark.parametrize(
    ("state", "anchor"),
    [(State.RETURNED, "被退回以后"), (State.ADJUSTING, "批复以后要改绩效目标调整")],
)
def test_a_form_links_to_what_is_to_be_done_now(clerk, state, anchor):
    desk = at_desk(clerk)
    goal = make_goal(by=clerk, state=state)

    assert f"{page('clerk')}#{anchor}" in desk.get(goal_url("change", goal.pk)).content.decode()
    assert f'id="{anchor}"' in desk.get(page("clerk")).content.decode()


def test_the_pages_link_to_the_place_that_tells_about_them(clerk, reviewer):
    goal = make_goal(by=clerk)
    paths = [goal_url("add"), goal_url("change", goal.pk), upload_url("add")]
    visits = [(clerk, path) for path in paths] + [(reviewer, goal_url("change", goal.pk))]

    for user, path in visits:
        desk = at_desk(user)
        html = desk.get(path).content.decode()
        address = re.search(r'class="help-link" href="([^"#]+)#([^"]+)"', html)
        assert address, path
        assert f'id="{address[2]}"' in desk.get(address[1]).content.decode()
