# SPDX-License-Identifier: Apache-2.0
"""Files and tables named by what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sheltermap.base.ordinary_files import require_ordinary

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder or Shapefile, that of the list `sha256sum` would print."""
    parts = _parts(path)
    if parts == [path]:
        return _digest(path)
    return files_sha256({part.relative_to(path.parent).as_posix(): _digest(part) for part in parts})


def files_sha256(digests: Mapping[str, str]) -> str:
    """Return the SHA-256 of several files by their names: that of the list `sha256sum` would print."""
    return hashlib.sha256("".join(f"{digest}  {name}\n" for name, digest in digests.items()).encode()).hexdigest()


def rows_sha256(frame: GeoDataFrame | pd.DataFrame) -> str:
    """Return the SHA-256 of rows that come from no file: written as CSV, their geometries as WKB in hexadecimal."""
    text = pd.DataFrame(frame)
    if hasattr(frame, "crs"):
        text = text.drop(columns=frame.geometry.name)
        text[frame.geometry.name] = frame.geometry.to_wkb(hex=True, byte_order=1)
    return hashlib.sha256(text.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    if path.suffix.lower() == ".shp":
        kept = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        beside = (part for part in path.parent.iterdir() if part.stem == path.stem)
        return sorted(part for part in beside if part.suffix.lower() in kept)
    return [path]


def _digest(path: Path) -> str:
    require_ordinary(path)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
