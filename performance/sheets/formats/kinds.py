"""Which kind of file this is, by its content: what it is called does not matter."""

from dataclasses import dataclass
from zipfile import ZipFile

from performance.sheets.formats import packed
from performance.sheets.formats.csv import delimiter
from performance.sheets.formats.decoded import decoded
from performance.sheets.grid import SheetError

MAX_BYTES = 20 * 1024 * 1024

EMPTY = "文件是空的（0 字节），请重新导出或重新上传。"
TOO_LARGE = "文件超过 20 MB，不予读取；请只保留需要上报的工作表，删去图片和附件后再上传。"

SAVE_AS = "请在 Excel 或 WPS 中打开，另存为 .xlsx 后再上传。"
COPY_OUT = "请把其中的表格复制到 Excel 或 WPS 表格中，另存为 .xlsx 后再上传。"
ASK_FOR_TABLE = "请上传填报用的 Excel 表格（.xlsx）。"


@dataclass(frozen=True)
class Kind:
    """A kind of file: the extension it should have, its name, what to do if it cannot be read."""

    extension: str
    label: str
    advice: str


XLSX = Kind("xlsx", "Excel 工作簿", SAVE_AS)
XLS = Kind("xls", "旧版 Excel 工作簿（.xls）", SAVE_AS)
XLSB = Kind("xlsb", "二进制的 Excel 工作簿（.xlsb）", SAVE_AS)
OLD_XLS = Kind("xls4", " Excel 4.0 或更早的工作簿（.xls）", SAVE_AS)
ODS = Kind("ods", " OpenDocument 表格（.ods）", SAVE_AS)
XML_SHEET = Kind("xml", " XML 电子表格", SAVE_AS)
HTML = Kind("html", "网页表格（HTML，有时名为 .xls）", SAVE_AS)
DOCX = Kind("docx", " Word 文档", COPY_OUT)
DOC = Kind("doc", "旧版 Word 文档", COPY_OUT)
RTF = Kind("rtf", " RTF 文档", COPY_OUT)
PPTX = Kind("pptx", "演示文稿", ASK_FOR_TABLE)
PDF = Kind("pdf", " PDF 文件", "请上传原来的 Excel 表格（.xlsx）。")
PICTURE = Kind("image", "图片", ASK_FOR_TABLE)
ARCHIVE = Kind("archive", "压缩包", "请先解压，再上传里面的 Excel 表格（.xlsx）。")
CSV = Kind("csv", " CSV 文件", SAVE_AS)
TEXT = Kind("txt", "纯文本文件", SAVE_AS)
MHT = Kind("mht", "单个文件网页（.mht，有时名为 .xls）", SAVE_AS)
ODF = Kind("odf", " OpenDocument 文件", ASK_FOR_TABLE)
FODS = Kind("fods", "单个 XML 文件的 OpenDocument 表格", SAVE_AS)
SXC = Kind("sxc", "旧版 OpenOffice 表格（.sxc）", SAVE_AS)
OFD = Kind("ofd", " OFD 版式文件", "请上传原来的 Excel 表格（.xlsx）。")
OTHER = Kind("", "不认识的文件类型", ASK_FOR_TABLE)

_BEGINNINGS = (
    (b"%PDF", PDF),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"BM", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"RIFF", PICTURE),
    (b"Rar!", ARCHIVE),
    (b"7z\xbc\xaf", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"{\\rtf", RTF),
    (b"MIME-Version:", MHT),
    # A workbook's stream without the file system around it, as old programs write it.
    (b"\x09\x08\x08\x00", XLS),
    (b"\x09\x08\x10\x00", XLS),
    (b"\x09\x00\x04\x00", OLD_XLS),
    (b"\x09\x02\x06\x00", OLD_XLS),
    (b"\x09\x04\x06\x00", OLD_XLS),
)
# The main part's type, as [Content_Types].xml or an OpenDocument's `mimetype` names it.
_PACKAGES = (
    (b"sheet.binary.macroEnabled.main", XLSB),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"spreadsheetml.template.main+xml", XLSX),
    (b"ms-excel.sheet.macroEnabled.main+xml", XLSX),
    (b"ms-excel.template.macroEnabled.main+xml", XLSX),
    (b"wordprocessingml.", DOCX),
    (b"presentationml.", PPTX),
    (b"opendocument.spreadsheet", ODS),
    (b"opendocument.text", DOCX),
    (b"opendocument.presentation", PPTX),
    (b"opendocument.", ODF),
    (b"vnd.sun.xml.calc", SXC),
)
# Names of streams in an OLE file's directory; an encrypted .xlsx is such a file too.
_STREAMS = (
    ("Workbook", XLS),
    ("Book", XLS),
    ("WordDocument", DOC),
    ("PowerPoint Document", PPTX),
)
# What stands at the beginning of a file of markup, which itself begins with “<”.
_WORDS = (
    (b"urn:oasis:names:tc:opendocument:xmlns:office", FODS),
    (b"urn:schemas-microsoft-com:office:spreadsheet", XML_SHEET),
    (b"<html", HTML),
    (b"<table", HTML),
    (b"<!doctype html", HTML),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN, _BINARY_WITHIN = 1024, 32
_BINARY = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")
_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe \t\r\n"


def recognise(data: bytes) -> Kind:
    if not data:
        raise SheetError("damaged", EMPTY)
    if len(data) > MAX_BYTES:
        raise SheetError("too_large", TOO_LARGE)
    if data.startswith(b"PK"):
        return _package(packed.opened(data))
    if data.startswith(_OLE):
        return _compound(data)
    return _plain(data)


def _package(archive: ZipFile) -> Kind:
    if "OFD.xml" in archive.namelist():
        return OFD
    told = packed.beginning(archive, "[Content_Types].xml")
    told += packed.beginning(archive, "mimetype", 200)
    return next((kind for mark, kind in _PACKAGES if mark in told), ARCHIVE)


def _compound(data: bytes) -> Kind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise SheetError("encrypted", packed.LOCKED)
    found = (kind for name, kind in _STREAMS if f"{name}\0".encode("utf-16-le") in data)
    return next(found, OTHER)


def _plain(data: bytes) -> Kind:
    for mark, kind in _BEGINNINGS:
        if data.startswith(mark) and (len(mark) > 2 or b"\0" in data[:_BINARY_WITHIN]):
            return kind
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return PDF
    start = data[:4096].replace(b"\0", b"").lower().lstrip(_BEFORE_MARKUP)
    found = (kind for word, kind in _WORDS if word in start)
    return (next(found, None) if start.startswith(b"<") else None) or _text(data)


def _text(data: bytes) -> Kind:
    """Garbled text is refused as such: it is still somebody's table."""
    try:
        text = decoded(data)
    except SheetError:
        if any(sign in data[:4096] for sign in _BINARY):
            return OTHER
        raise
    return CSV if delimiter(text) else TEXT
