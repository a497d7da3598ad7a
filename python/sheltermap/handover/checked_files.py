# SPDX-License-Identifier: Apache-2.0
"""Folders that are handed over are as they were written: nothing changed, missing or added."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from sheltermap._native import ReadError
from sheltermap.layers.digest import sha256

NAMED = 3  # files that an error names of each kind
OPEN = ("-wal", "-shm", "-journal")  # end what SQLite has beside a file that a program has open


def checked_files(folder: Path, summary: str, listed: Mapping[str, str], *, remedy: str) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder by its name there, `summary` as well.

    Parameters
    ----------
    folder : Path
    summary : str
        The file that lists all others.
    listed : mapping
        From names to SHA-256.
    remedy : str
        What to do where a file is not as it was written.

    Raises
    ------
    ReadError
        If a file was changed, is missing, or was put there by somebody else, as links and devices are.
    """
    there, odd = _names(folder)
    added = sorted(there - {summary, *listed})
    missing = sorted(set(listed) - there - odd)
    digests = {name: sha256(folder / name) for name in sorted(there & {summary, *listed})}
    changed = [name for name, digest in digests.items() if name in listed and digest != listed[name]]
    faults = {"changed": changed, "missing": missing, "added": added, "links or devices": sorted(odd)}
    said = [f"{what}: {_some(names)}" for what, names in faults.items() if names]
    if not said:
        return digests
    if added and all(name.endswith(OPEN) for name in added) and not (changed or missing or odd):
        raise ReadError(f"a program has files of {folder} open ({_some(added)}): close it there, and pack again")
    raise ReadError(f"{folder} is not as it was written ({'; '.join(said)}): {remedy}")


def _names(folder: Path) -> tuple[set[str], set[str]]:
    """Return the names of the files in a folder, and of links and devices, which nobody follows."""
    there, odd = set(), set()
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place) / name
            called = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                odd.add(called)
            elif path.is_file():
                there.add(called)
    return there, odd


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = len(listed) - NAMED
    return ", ".join(listed[:NAMED]) + (f" and {more} more" if more > 0 else "")
