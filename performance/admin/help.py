"""The manual in the portal: docs/manual is its one source, here and for readers of files."""

import logging
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import TocExtension, slugify_unicode
from markdown.treeprocessors import Treeprocessor

from performance.people.queries import holds
from performance.people.roles import Right

Context = dict[str, Any]
logger = logging.getLogger(__name__)
MANUAL = Path(settings.BASE_DIR) / "docs" / "manual"


@dataclass(frozen=True)
class Chapter:
    """A file of the manual, and whose work it tells about."""

    name: str
    title: str
    about: str
    rights: tuple[Right, ...]


CHAPTERS = (
    Chapter(
        "clerk",
        "填报人手册",
        "填表、从表格导入、送审、按意见修改和答复、绩效目标调整、历史、导出和打印。",
        (Right.SUBMIT_GOALS,),
    ),
    Chapter(
        "reviewer",
        "审核人手册",
        "看送审的内容和改动，在单元格旁写意见，审核表、审核通过、退回、批量审核和代理。",
        (Right.REVIEW_GOALS,),
    ),
    Chapter(
        "administrator",
        "管理员手册",
        "业务管理员：年度、指标库、单位、审核设置、批复备案；"
        "系统管理员：用户、角色、交接；审计员：操作日志。",
        (Right.MANAGE_LIBRARY, Right.MANAGE_USERS, Right.SEE_AUDIT),
    ),
)


@dataclass(frozen=True)
class Page:
    """A chapter as it is shown; `sections` are (anchor, heading)."""

    html: str
    sections: tuple[tuple[str, str], ...]


def help_index(request: HttpRequest, context: Context) -> HttpResponse:
    """All chapters, those of the person's own work first."""
    chapters = sorted(CHAPTERS, key=lambda chapter: not _is_own(request, chapter))
    shown = [(c, _is_own(request, c), _page(c.name).sections) for c in chapters]
    context |= {"title": "使用帮助", "chapters": shown}
    return TemplateResponse(request, "admin/performance/help.html", context)


def help_page(request: HttpRequest, name: str, context: Context) -> HttpResponse:
    chapter = next((c for c in CHAPTERS if c.name == name), None)
    if chapter is None:
        raise Http404
    context |= {"title": chapter.title, "chapter": chapter, "page": _page(name)}
    context["others"] = [other for other in CHAPTERS if other != chapter]
    return TemplateResponse(request, "admin/performance/help_page.html", context)


def help_image(request: HttpRequest, name: str) -> FileResponse:
    """A picture of the manual; the name is looked up among those that exist, never joined."""
    pictures = {path.stem: path for path in (MANUAL / "images").glob("*.png")}
    if name not in pictures:
        raise Http404
    headers = {"Cache-Control": "private, max-age=3600"}
    return FileResponse(pictures[name].open("rb"), content_type="image/png", headers=headers)


def _is_own(request: HttpRequest, chapter: Chapter) -> bool:
    return any(holds(request.user, right) for right in chapter.rights)


def _page(name: str) -> Page:
    path = MANUAL / f"{name}.md"
    return _rendered(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2 * len(CHAPTERS))
def _rendered(path: Path, changed: int) -> Page:
    """`changed` is only there so that an edited file is read anew."""
    toc = TocExtension(slugify=slugify_unicode)
    reader = Markdown(extensions=["tables", "sane_lists", toc, _PortalLinks()])
    html = reader.convert(path.read_text(encoding="utf-8"))
    titles: list[dict[str, Any]] = reader.toc_tokens  # type: ignore[attr-defined]  # set by toc
    sections = [section for title in titles for section in title["children"]]
    return Page(html, tuple((section["id"], section["name"]) for section in sections))


class _PortalLinks(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name the package calls
        md.treeprocessors.register(_Addresses(md), "portal-links", 0)


class _Addresses(Treeprocessor):
    """Files of the manual link to each other by name; in the portal they are addresses."""

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            link.set("href", _address(link.get("href", "")))
        for image in root.iter("img"):
            self._place(image, Path(image.get("src", "")).stem)

    def _place(self, image: Element, name: str) -> None:
        """A picture that is not there leaves its words."""
        try:
            # The size keeps the place of a picture that comes later: links to headings land there.
            width, height = _size(MANUAL / "images" / f"{name}.png")
        except (OSError, struct.error) as error:
            logger.warning("The manual's picture %s cannot be shown: %s", name, error)
            image.tag, image.text = "em", image.get("alt", "")
            image.attrib.clear()
            return
        image.set("width", str(width))
        image.set("height", str(height))
        image.set("src", reverse("admin:help_image", args=[name]))
        image.set("loading", "lazy")


def _size(picture: Path) -> tuple[int, int]:
    """Width and height stand at the beginning of every PNG."""
    with picture.open("rb") as file:
        width, height = struct.unpack(">16x2I", file.read(24))
    return width, height


def _address(href: str) -> str:
    file, hash_, anchor = href.partition("#")
    if not file.endswith(".md"):
        return href
    name = file.removesuffix(".md")
    page = reverse("admin:help") if name == "README" else reverse("admin:help_page", args=[name])
    return page + hash_ + anchor
