"""What may be in a zip package (xlsx and its relatives), settled before a part is opened."""

import re
import zlib
from io import BytesIO
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile

from performance.sheets.grid import SheetError

MAX_PARTS = 2_000
MAX_INFLATED = 200 * 1024 * 1024
LARGE_PART = 10 * 1024 * 1024
MAX_RATIO = 100

BROKEN = (
    "文件已损坏或没有上传完整，请重新上传；仍然不行时，请在 Excel 或 WPS 中打开并另存为 .xlsx。"
)
TOO_MUCH = (
    "文件解压后过大（超过 200 MB 或压缩比异常），不予读取；"
    "请只保留需要上报的工作表，另存为新的 .xlsx 后再上传。"
)
LOCKED = "文件设有打开密码，无法读取；请在 Excel 或 WPS 中取消密码并保存后再上传。"
DECLARED = (
    "文件里含有不该出现的 XML 声明（DOCTYPE 或 ENTITY），不予读取；"
    "请在 Excel 或 WPS 中打开并另存为 .xlsx 后再上传。"
)

# What the standard library raises on packages made badly, in all their ways.
BAD_ZIP = (
    *(BadZipFile, EOFError, KeyError, LZMAError, NotImplementedError, OSError, RuntimeError),
    *(ValueError, zlib.error),
)

_MARKS = tuple(
    mark.encode(code)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for code in ("ascii", "utf-16-le", "utf-16-be")
)
_DECLARATION = re.compile(b"|".join(map(re.escape, _MARKS)))
_OVERLAP = max(map(len, _MARKS)) - 1
_CHUNK = 1024 * 1024
_UNSAFE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")


def opened(data: bytes) -> ZipFile:
    """The package, refused by its directory alone when that already says too much."""
    try:
        archive = ZipFile(BytesIO(data))
    except BAD_ZIP as error:
        raise SheetError("damaged", BROKEN) from error
    parts = archive.infolist()
    if any(_UNSAFE_NAME.search(part.filename) for part in parts):
        raise SheetError("damaged", BROKEN)
    if any(part.flag_bits & 1 for part in parts):
        raise SheetError("encrypted", LOCKED)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_INFLATED:
        raise SheetError("too_large_inflated", TOO_MUCH)
    if any(_is_bomb(part.file_size, part.compress_size) for part in parts):
        raise SheetError("too_large_inflated", TOO_MUCH)
    return archive


def _is_bomb(size: int, packed: int) -> bool:
    return size > LARGE_PART and size > packed * MAX_RATIO


def beginning(archive: ZipFile, name: str, size: int = _CHUNK) -> bytes:
    """The first bytes of a part, or nothing where it is missing."""
    if name not in archive.namelist():
        return b""
    try:
        with archive.open(name) as part:
            return part.read(size)
    except BAD_ZIP as error:
        raise SheetError("damaged", BROKEN) from error


def refuse_declarations(archive: ZipFile) -> None:
    """No part may declare a document type or an entity: no XML parser is to meet one.

    Pictures are left out: an SVG may well have a DOCTYPE, and nobody parses it here.
    """
    for name in archive.namelist():
        if "/media/" not in name and _declares(archive, name):
            raise SheetError("damaged", DECLARED)


def _declares(archive: ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            if _DECLARATION.search(tail + chunk):
                return True
            tail = chunk[-_OVERLAP:]
    return False
