"""How large a PDF's streams become, counted before any reader unpacks one.

Readers unpack a stream whole, however large it gets; this looks at every stream of the file, piece
by piece, whatever its dictionary says it is, and keeps none of it.
"""

import re
import zlib

from performance.sheets.grid import SheetError

MAX_STREAM = 16 * 1024 * 1024
MAX_PICTURE = 128 * 1024 * 1024
MAX_ALL = 256 * 1024 * 1024
MAX_STREAMS = 50_000
DEPTH = 4
TOO_MUCH = (
    "PDF 里的内容解压后过大，不予读取；请只打印绩效目标表所在的几页，重新生成 PDF 后再上传，"
    "或者上传原来的 Excel 表格（.xlsx）。"
)

# How many bytes of the rarer codings may stand in the file: each may grow by the second number.
_OTHER_CODINGS = ((rb"LZW", 2_560), (rb"RunLength|/RL\b", 64))
_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_DICTIONARY = 2_048
_PIECE = 256 * 1024
_ZLIB = re.compile(rb"[\x08\x18\x28\x38\x48\x58\x68\x78]")


def refuse_inflating(data: bytes) -> None:
    """Raise too_large_inflated when a stream, or all of them, grow beyond reason."""
    spent = count = 0
    for found in _STREAM.finditer(data):
        if data[found.start() - 3 : found.start()] == b"end":
            continue
        count += 1
        spent += _size(data, found.start(), found.end())
        if spent > MAX_ALL or count > MAX_STREAMS:
            raise SheetError("too_large_inflated", TOO_MUCH)


def _size(data: bytes, start: int, begin: int) -> int:
    head = data[max(start - _DICTIONARY, 0) : start].rpartition(b"endobj")[2]
    head = _ESCAPED_NAME.sub(lambda name: bytes([int(name[1], 16)]), head)
    end = data.find(b"endstream", begin)
    raw = memoryview(data)[begin : end if end >= 0 else len(data)]
    for coding, growth in _OTHER_CODINGS:
        if re.search(coding, head) and len(raw) * growth > MAX_STREAM:
            raise SheetError("too_large_inflated", TOO_MUCH)
    return _inflated(_Layer(MAX_PICTURE if b"/Image" in head else MAX_STREAM), raw)


class _Layer:
    """One coding of a stream: what comes out of it may be coded once more."""

    def __init__(self, most: int, depth: int = 0):
        self.most, self.depth = most, depth
        self.unpack: zlib._Decompress | None = zlib.decompressobj()
        self.inner: _Layer | None = None
        self.size = 0

    def feed(self, piece: bytes) -> int:
        """The bytes that this piece grows to, in all layers together."""
        if self.unpack is None:
            return 0
        grown = 0
        while piece:
            try:
                out = self.unpack.decompress(piece, _PIECE)
            except zlib.error:
                self.unpack = None
                return grown
            grown += self._took(out)
            piece = self.unpack.unconsumed_tail
            if self.unpack.eof:
                self.unpack = None
                return grown
        return grown

    def _took(self, out: bytes) -> int:
        if not self.size and self.depth < DEPTH and _ZLIB.match(out):
            self.inner = _Layer(self.most, self.depth + 1)
        self.size += len(out)
        if self.size > self.most:
            raise SheetError("too_large_inflated", TOO_MUCH)
        return len(out) + (self.inner.feed(out) if self.inner else 0)


def _inflated(layer: _Layer, raw: memoryview) -> int:
    if not _ZLIB.match(raw):
        return len(raw)
    return sum(layer.feed(bytes(raw[at : at + _PIECE])) for at in range(0, len(raw), _PIECE))
