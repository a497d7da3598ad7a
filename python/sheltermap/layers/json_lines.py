# SPDX-License-Identifier: Apache-2.0
"""JSON line by line (GeoJSONL, NDJSON): a Feature or an object on each, also after the mark of RFC 8142."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sheltermap.layers.raw_rows import RawRows, object_once, of_records, text_of

MARK = "\x1e"  # before each text of a GeoJSON text sequence
DAMAGED = "null"  # what is no Feature, and told as such with its row


def holds_features(path: Path, encoding: str | None) -> bool:
    """Whether the first line is a Feature; OSError where the file cannot be opened."""
    with path.open(encoding=encoding or "utf-8-sig", errors="replace") as stream:
        first = next((line for line in stream if line.strip(f"{MARK} \t\r\n")), "")
    try:
        record = json.loads(first.strip().lstrip(MARK))
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and record.get("type") == "Feature"


def features(path: Path, encoding: str | None) -> str:
    """Return the Features of all lines as one GeoJSON text; a line that is no JSON is a row that is no Feature."""
    kept = [line if _object_of(line) is not None else DAMAGED for line in _lines(path, encoding)]
    return '{"type":"FeatureCollection","features":[' + ",\n".join(kept) + "]}"


def cells(path: Path, encoding: str | None) -> RawRows:
    """Return the objects of all lines, one a row, its keys as columns.

    Raises
    ------
    ReadError
        If no line is an object.
    """
    return of_records(path.name, [_object_of(line) for line in _lines(path, encoding)])


def _lines(path: Path, encoding: str | None) -> list[str]:
    lines = (line.strip().lstrip(MARK).strip() for line in text_of(path, encoding).split("\n"))
    return [line for line in lines if line]


def _object_of(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line, object_pairs_hook=object_once)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
