# SPDX-License-Identifier: Apache-2.0
"""Files of OpenStreetMap in its binary format, byte by byte, so that a text may be one that no editor writes."""

import struct


def osm_pbf(texts: list[bytes], nodes: dict[int, tuple[float, float]], ways: dict[int, list[int]]) -> bytes:
    """Return a file of nodes and ways; every way has the texts as its keys and values in turn."""
    table = b"".join(_bytes(1, text) for text in [b"", *texts])
    keys, values = (b"".join(_varint(i) for i in range(first, len(texts) + 1, 2)) for first in (1, 2))
    made = b"".join(
        _bytes(
            1, _number(1, _signed(i)) + _number(8, _signed(round(lat * 1e7))) + _number(9, _signed(round(lon * 1e7)))
        )
        for i, (lon, lat) in nodes.items()
    )
    lines = b"".join(
        _bytes(3, _number(1, i) + _bytes(2, keys) + _bytes(3, values) + _bytes(8, _deltas(refs)))
        for i, refs in ways.items()
    )
    groups = _bytes(2, made) + _bytes(2, lines)
    return _block(b"OSMHeader", _bytes(4, b"OsmSchema-V0.6")) + _block(b"OSMData", _bytes(1, table) + groups)


def _block(kind: bytes, content: bytes) -> bytes:
    blob = _bytes(1, content)
    header = _bytes(1, kind) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _deltas(refs: list[int]) -> bytes:
    return b"".join(_varint(_signed(ref - before)) for before, ref in zip([0, *refs], refs, strict=False))


def _signed(value: int) -> int:
    """Return a whole number as the format has those that may be negative."""
    return value << 1 if value >= 0 else ((-value) << 1) - 1


def _varint(value: int) -> bytes:
    made = b""
    while value > 0x7F:
        made, value = made + bytes([value & 0x7F | 0x80]), value >> 7
    return made + bytes([value])
