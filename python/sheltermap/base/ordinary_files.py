# SPDX-License-Identifier: Apache-2.0
"""Small files that people write, as text and as TOML: only what is a file and of a size that can be meant is opened."""

from __future__ import annotations

import errno
import stat
import tomllib
from pathlib import Path
from typing import Any

MOST_BYTES = 64_000_000  # of a plan or a mapping: far above a large one
MOST_LEVELS = 64  # of tables and lists in each other, as in GeoJSON


def require_ordinary(path: Path) -> None:
    """Raise OSError where a path leads to no file: a device or a pipe would be read without an end, or waited for."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file: save as a file what it gives", str(path))


def is_there(path: Path) -> bool:
    """Whether a path leads to something; one longer than a path can be leads nowhere.

    Examples
    --------
    >>> is_there(Path("x" * 3000)), is_there(Path())
    (False, True)
    """
    try:
        return path.exists()
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return False


def content(path: Path, most_bytes: int) -> bytes:
    """Return the bytes of a file; OSError where it is none, or larger than that."""
    require_ordinary(path)
    with path.open("rb") as stream:
        found = stream.read(most_bytes + 1)
    if len(found) > most_bytes:
        raise OSError(errno.EFBIG, f"it has more than {most_bytes:,} bytes", str(path))
    return found


def toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says.

    Raises
    ------
    OSError
        If it cannot be opened, or is no file.
    UnicodeDecodeError
        If it is not UTF-8.
    tomllib.TOMLDecodeError
        If it is not TOML, or nested too deeply.
    """
    too_deep = tomllib.TOMLDecodeError(f"it is nested more than {MOST_LEVELS} levels deep")
    try:
        said = tomllib.loads(content(path, MOST_BYTES).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))
    except RecursionError:
        raise too_deep from None
    if levels(said, MOST_LEVELS) > MOST_LEVELS:
        raise too_deep
    return said


def levels(value: Any, enough: int) -> int:
    """Return how deep lists and mappings lie in each other; no more than one beyond `enough` is looked at."""
    depth, layer = 0, [value]
    while depth <= enough:
        layer = [
            inner
            for each in layer
            if isinstance(each, dict | list | tuple)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not layer:
            break
        depth += 1
    return depth
