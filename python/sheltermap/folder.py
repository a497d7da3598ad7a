# SPDX-License-Identifier: Apache-2.0
"""The assessment's folder: made whole beside its place, then put there in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from sheltermap import WriteError, files

SCHEMA = "sheltermap-assessment/1"
SUMMARY = "summary.json"
NETWORKS = "networks"  # folder of the streets
NAMED = 3  # foreign files an error names


@contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the place of `target` when the block ends well.

    Raises
    ------
    WriteError
        If `target` holds something that is not an assessment, or cannot be written; it is then untouched.
    """
    target = Path(target).resolve()
    check_target(target)
    fresh = Path(files.sibling_for(target))
    try:
        fresh.mkdir()
        yield fresh
        check_target(target)  # somebody may have put a file there meanwhile
        files.replace(fresh, target)
    except OSError as error:
        raise WriteError(f"cannot write the assessment to {target}: {_cause(error, target.parent)}") from None
    except sqlite3.Error as error:
        raise WriteError(f"cannot write the assessment to {target}: {error}; {_free(target.parent)}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file: the whole of it takes the place of what stood there, or nothing does."""
    path = Path(path).resolve()
    if not path.parent.is_dir():
        raise WriteError(f"cannot write {path}: the folder {path.parent} does not exist")
    fresh = Path(files.sibling_for(path))
    try:
        fresh.write_text(text, encoding="utf-8")
        files.replace(fresh, path)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {_cause(error, path.parent)}") from None
    finally:
        fresh.unlink(missing_ok=True)


def check_target(target: Path) -> None:
    """Raise unless `target` is free, empty, or an assessment and nothing else."""
    if not target.parent.is_dir():
        raise WriteError(f"cannot write to {target}: the folder {target.parent} does not exist")
    if not target.exists():
        return
    if not target.is_dir():
        raise WriteError(f"cannot write to {target}: it is a file; name a folder")
    foreign = list(islice(foreign_files(target), NAMED + 1))
    if foreign:
        names = ", ".join(foreign[:NAMED]) + (" and more" if len(foreign) > NAMED else "")
        raise WriteError(
            f"will not replace {target}: it holds what is not part of an assessment ({names}); "
            "name another folder, or move these away"
        )


def foreign_files(folder: Path) -> Iterator[str]:
    """Give the files in `folder` that no assessment wrote there."""
    listed = _listed_files(folder / SUMMARY)
    own = {SUMMARY, *listed} if listed else set()
    for place, _, names in os.walk(folder):
        for name in names:
            path = (Path(place) / name).relative_to(folder)
            if path.as_posix() not in own:
                yield str(path)


def _listed_files(summary: Path) -> list[str]:
    """Return the files an assessment says it wrote; none where there is no assessment."""
    try:
        content = json.loads(summary.read_text(encoding="utf-8"))
        return list(content["files"]) if content["schema"] == SCHEMA else []
    except (OSError, ValueError, KeyError, TypeError):
        return []


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder or Shapefile, that of the list `sha256sum` would print."""
    parts = _parts(path)
    if parts == [path]:
        return _digest(path)
    lines = (f"{_digest(part)}  {part.relative_to(path.parent).as_posix()}\n" for part in parts)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    if path.suffix.lower() == ".shp":
        kept = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        beside = (part for part in path.parent.iterdir() if part.stem == path.stem)
        return sorted(part for part in beside if part.suffix.lower() in kept)
    return [path]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _cause(error: OSError, folder: Path) -> str:
    place = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{place}; {_free(folder)}"


def _free(folder: Path) -> str:
    try:
        return f"{shutil.disk_usage(folder).free / 1e6:.1f} MB free there"
    except OSError:
        return "free space unknown"
