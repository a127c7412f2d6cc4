"""Makes a screenshot a PNG of 256 colours: a third of the bytes, without an image library."""

import struct
import zlib
from collections import Counter
from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256


def shrink(path: Path) -> None:
    """In place; a picture that is not plain RGB stays as it is."""
    chunks = _chunks(path.read_bytes())
    width, height, depth, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    if (depth, kind) != (8, 2):
        return
    pixels = _pixels(zlib.decompress(chunks[b"IDAT"]), width, height)
    palette, rows = _indexed(pixels, width)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", body), (b"IEND", b""))
    path.write_bytes(_SIGNATURE + b"".join(_chunk(name, data) for name, data in parts))


def _chunks(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        found[name] = found.get(name, b"") + data[at + 8 : at + 8 + length]
        at += length + 12
    return found


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _pixels(raw: bytes, width: int, height: int) -> list[bytes]:
    """Three bytes each, with the rows' filters undone."""
    size = width * 3
    before = bytearray(size)
    found: list[bytes] = []
    for number in range(height):
        start = number * (size + 1)
        row = bytearray(raw[start + 1 : start + 1 + size])
        _undo(raw[start], row, before)
        found += [bytes(row[i : i + 3]) for i in range(0, size, 3)]
        before = row
    return found


def _undo(kind: int, row: bytearray, above: bytearray) -> None:
    for i in range(len(row) if kind else 0):
        left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
        guess = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
        row[i] = (row[i] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _indexed(pixels: list[bytes], width: int) -> tuple[bytes, list[bytes]]:
    """The most frequent colours; the others become the nearest of them."""
    palette = [colour for colour, _ in Counter(pixels).most_common(_COLOURS)]
    place = {colour: number for number, colour in enumerate(palette)}
    for colour in set(pixels) - place.keys():
        place[colour] = min(range(len(palette)), key=lambda n: _distance(colour, palette[n]))
    flat = bytes(place[pixel] for pixel in pixels)
    return b"".join(palette), [flat[i : i + width] for i in range(0, len(flat), width)]


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
