# SPDX-License-Identifier: Apache-2.0
"""Shapefiles byte by byte, with cells that no library would write."""

import struct
from collections.abc import Sequence
from pathlib import Path

Field = tuple[str, str, int]  # name, type, width; 'F' has three decimals
WGS_84 = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]]'
)


def write_points(
    path: Path,
    fields: Sequence[Field],
    rows: Sequence[Sequence[str | bytes]],
    *,
    record_bytes: int | None = None,
    offsets: Sequence[int] | None = None,
) -> Path:
    """Write points in a row; `record_bytes` and `offsets` (in 16-bit words) are what headers and .shx say instead."""
    needed = 1 + sum(width for _, _, width in fields)
    said = needed if record_bytes is None else record_bytes
    header = struct.pack("<BBBBIHH20x", 3, 126, 1, 1, len(rows), 33 + 32 * len(fields), said)
    for name, kind, width in fields:
        header += struct.pack("<11sc4xBB14x", name.encode(), kind.encode(), width, 3 if kind == "F" else 0)
    raw = [[cell if isinstance(cell, bytes) else cell.encode() for cell in row] for row in rows]
    cells = [b"".join(cell.ljust(field[2]) for cell, field in zip(row, fields, strict=True)) for row in raw]
    path.with_suffix(".dbf").write_bytes(header + b"\r" + b"".join(b" " + row for row in cells) + b"\x1a")

    def head(length: int) -> bytes:
        bounds = struct.pack("<ii8d", 1000, 1, 24, 57, 25, 57, 0, 0, 0, 0)
        return struct.pack(">i20xi", 9994, length // 2) + bounds

    shapes = [struct.pack(">ii", i + 1, 10) + struct.pack("<idd", 1, 24 + i / 100, 57) for i in range(len(rows))]
    path.write_bytes(head(100 + 28 * len(rows)) + b"".join(shapes))
    words = [50 + 14 * i for i in range(len(rows))] if offsets is None else offsets
    entries = b"".join(struct.pack(">ii", at, 10) for at in words)
    path.with_suffix(".shx").write_bytes(head(100 + 8 * len(rows)) + entries)
    path.with_suffix(".prj").write_text(WGS_84)
    return path
