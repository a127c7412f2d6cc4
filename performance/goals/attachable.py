"""Which files may support a goal: told by their content, and the name under which they are kept.

Pure. Nothing is unpacked: of a zip only the directory is read, so a bomb stays packed.
"""

import re
from dataclasses import dataclass
from io import BytesIO
from zipfile import BadZipFile, ZipFile

MAX_BYTES = 20 * 1024 * 1024
NAME_LENGTH = 120
ACCEPTED = "PDF、OFD、Word、Excel、WPS 文件，图片（jpg、png）或纯文本（txt、csv）"

EMPTY = "文件是空的（0 字节），请检查后重新选择。"
TOO_LARGE = "文件超过 20 MB，请压缩其中的图片或分成几个文件后再上传。"
LOCKED = "文件设有打开密码，审核人无法查看；请取消密码后再上传。"
MACROS = "文件里带有宏，不能作为附件；请另存为不带宏的 .docx 或 .xlsx 后再上传。"
REFUSED = f"这个文件的内容不是可以上传的类型；请上传{ACCEPTED}。"


class NotAttachable(Exception):
    """Why a file cannot be attached, as a sentence."""


@dataclass(frozen=True)
class FileKind:
    """A kind of content, and the endings a name of it may have; the first is the usual one."""

    label: str
    endings: tuple[str, ...]


PDF = FileKind("PDF 文件", ("pdf",))
JPG = FileKind("图片", ("jpg", "jpeg"))
PNG = FileKind("图片", ("png",))
DOCX = FileKind("Word 文档", ("docx",))
XLSX = FileKind("Excel 工作簿", ("xlsx",))
OFD = FileKind("OFD 版式文件", ("ofd",))
DOC = FileKind("旧版 Word 或 WPS 文档", ("doc", "wps"))
XLS = FileKind("旧版 Excel 或 WPS 工作簿", ("xls", "et"))
TEXT = FileKind("纯文本", ("txt", "csv"))
KINDS = (PDF, JPG, PNG, DOCX, XLSX, OFD, DOC, XLS, TEXT)

_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPG),
    (b"\x89PNG\r\n\x1a\n", PNG),
)
# A part that only such a package has.
_PARTS = (
    ("word/document.xml", DOCX),
    ("xl/workbook.xml", XLSX),
    ("OFD.xml", OFD),
)
# Names of streams in an OLE file's directory; WPS writes the same ones. Installers have neither.
_STREAMS = (
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MAX_DIRECTORY = 1024 * 1024
_MARKUP = re.compile(
    r"<\s*(!doctype|\?xml|\?php|/?(html|head|body|script|svg|iframe|object|embed|img|meta)\b)",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"\s*(#!|@echo\b|MZ|\{\\rtf)", re.IGNORECASE)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Control characters, and those that turn or hide what stands beside them in a name.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def kind_of(data: bytes, name: str) -> FileKind:
    """Raises NotAttachable for whatever is not on the list."""
    if not data:
        raise NotAttachable(EMPTY)
    if len(data) > MAX_BYTES:
        raise NotAttachable(TOO_LARGE)
    if data.startswith(_OLE):
        return _compound(data)
    if data.startswith(_ZIP):
        return _package(data)
    found = next((kind for mark, kind in _BEGINNINGS if data.startswith(mark)), None)
    return found or _text(data, name)


def kept_name(name: str, kind: FileKind) -> str:
    """The name as people see it: no path, nothing unseen, an ending that fits the content."""
    name = re.split(r"[/\\]", name)[-1]
    name = _FORBIDDEN.sub("_", _UNSEEN.sub("", name))
    name = " ".join(name.split()).strip(". ")
    stem, _, ending = name.rpartition(".")
    if not stem or ending.lower() not in kind.endings:
        stem, ending = name or "附件", kind.endings[0]
    return f"{stem[: NAME_LENGTH - len(ending) - 1].rstrip('. ')}.{ending}"


def _compound(data: bytes) -> FileKind:
    if _has_stream(data, "EncryptedPackage"):
        raise NotAttachable(LOCKED)
    found = next((kind for name, kind in _STREAMS if _has_stream(data, name)), None)
    if found is None:
        raise NotAttachable(REFUSED)
    return found


def _has_stream(data: bytes, name: str) -> bool:
    return f"{name}\0".encode("utf-16-le") in data


def _package(data: bytes) -> FileKind:
    parts = _part_names(data)
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        raise NotAttachable(MACROS)
    found = next((kind for part, kind in _PARTS if part in parts), None)
    if found is None:
        raise NotAttachable(REFUSED)
    return found


def _part_names(data: bytes) -> set[str]:
    """From the directory at the end, unless that alone is too long to be a document's."""
    end = data.rfind(b"PK\x05\x06")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    huge = b"PK\x06\x07" in data[max(end - 20, 0) : end]  # the directory's size stands elsewhere
    if end < 0 or huge or size > _MAX_DIRECTORY:
        raise NotAttachable(REFUSED)
    try:
        return set(ZipFile(BytesIO(data)).namelist())
    except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise NotAttachable("文件已损坏或没有上传完整，请检查能否打开后重新上传。") from error


def _text(data: bytes, name: str) -> FileKind:
    """Content cannot tell a note from a script: text must also be named as such."""
    text = _decoded(data)
    ending = name.rpartition(".")[2].strip().lower()
    if text is None or ending not in TEXT.endings:
        raise NotAttachable(REFUSED)
    if _MARKUP.search(text[:100_000]) or _PROGRAM.match(text):
        raise NotAttachable(REFUSED)
    return TEXT


def _decoded(data: bytes) -> str | None:
    """The text, or None where the bytes are none."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for code in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        return None if _NOT_TEXT.search(text) else text
    return None
