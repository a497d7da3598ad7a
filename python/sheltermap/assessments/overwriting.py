# SPDX-License-Identifier: Apache-2.0
"""What a page, a GeoPackage or a list of findings may take the place of: an older one of its kind, and nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sheltermap import WriteError
from sheltermap.assessments.folder import assessment_of, check_parent

HEAD = 4096  # bytes of a file that tell what it is


def check_page(path: Path) -> None:
    """Raise WriteError unless `path` is free or a page, and not one of an assessment's own."""
    _check(path, is_own=b"<html" in _head(path).lower(), what="a page")


def check_layers(path: Path) -> None:
    """Raise WriteError unless `path` is free or the layers of an older comparison."""
    _check(path, is_own=_has_causes(path), what="the layers of a comparison")


def check_junit(path: Path) -> None:
    """Raise WriteError unless `path` is free or JUnit XML."""
    _check(path, is_own=b"<testsuite" in _head(path), what="JUnit XML")


def _check(path: Path, *, is_own: bool, what: str) -> None:
    check_parent(path.resolve())
    folder = assessment_of(path)
    if folder is not None:
        raise WriteError(f"will not replace {path}: it belongs to the assessment in {folder}; name another file")
    if path.is_dir() or (path.is_file() and path.stat().st_size and not is_own):
        raise WriteError(f"will not replace {path}: it is not {what}; name another file, or move it away")


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as stream:
        return stream.read(HEAD)


def _has_causes(path: Path) -> bool:
    if not path.is_file():
        return False
    asked = "SELECT count(*) FROM gpkg_contents WHERE table_name = 'causes'"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute(asked).fetchone()[0])
    except sqlite3.Error:
        return False
