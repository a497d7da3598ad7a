# SPDX-License-Identifier: Apache-2.0
"""The assessment's folder: made whole beside its place, then put there in one step."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from sheltermap import WriteError
from sheltermap.base import ordinary_files
from sheltermap.base.language import LANGUAGES
from sheltermap.layers import files
from sheltermap.layers.digest import sha256

SCHEMA = "sheltermap-assessment/1"
SUMMARY = "summary.json"
MOST_SUMMARY = 4 << 30  # bytes; it lists every refused row
GEOPACKAGE, DICTIONARY = "assessment.gpkg", "dictionary.xlsx"
PROJECT = "project.qgz"  # of QGIS, which shows the GeoPackage
STYLES = "sld"  # folder of styles for map servers
NETWORKS = "networks"  # folder of the streets
TABLES = "tables"  # folder of the costs from elsewhere
PICTURES = "pictures"  # folder of the report's pictures, where they were asked for
NAMED = 3  # foreign files an error names


@contextmanager
def fresh_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the place of `target` when the block ends well.

    Folders above `target` that are missing are made, and taken away again where the block fails.

    Raises
    ------
    WriteError
        If `target` holds something that is not an assessment, or cannot be written; it is then untouched.
    """
    target = Path(target).resolve()
    check_target(target)
    with _folders_above(target):
        fresh = Path(files.sibling_for(target))
        try:
            fresh.mkdir()
            yield fresh
            check_target(target)  # somebody may have put a file there meanwhile
            files.replace(fresh, target)
        except OSError as error:
            raise _unwritten(target, error) from None
        except sqlite3.Error as error:
            raise WriteError(f"cannot write the assessment to {target}: {error}; {_free(target.parent)}") from None
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def _folders_above(target: Path) -> Iterator[None]:
    """Make the folders above `target` that are missing; those that the block leaves empty are taken away again."""
    missing = [each for each in target.parents if not each.exists()]
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritten(target, error) from None
        yield
    finally:
        for each in missing:
            with suppress(OSError):  # it holds the assessment, or something of another's
                each.rmdir()


def _unwritten(target: Path, error: OSError) -> WriteError:
    return WriteError(f"cannot write the assessment to {target}: {_cause(error, target.parent)}")


def write_text(path: Path, text: str) -> None:
    """Write a text file: the whole of it takes the place of what stood there, or nothing does."""
    path = Path(path).resolve()
    check_parent(path)
    fresh = Path(files.sibling_for(path))
    try:
        fresh.write_text(text, encoding="utf-8", newline="\n")
        files.replace(fresh, path)
    except OSError as error:
        raise WriteError(f"cannot write {path}: {_cause(error, path.parent)}") from None
    finally:
        fresh.unlink(missing_ok=True)


def check_target(target: Path) -> None:
    """Raise unless `target` is free, empty, or an assessment as it was written and nothing else."""
    there = next(each for each in (target, *target.parents) if each.exists())
    if not there.is_dir():
        named = "it" if there == target else str(there)
        raise WriteError(f"cannot write to {target}: {named} is a file; name a folder")
    if there != target:
        return
    if foreign := _named(foreign_files(target)):
        raise WriteError(
            f"will not replace {target}: it holds what is not part of an assessment ({foreign}); "
            "name another folder, or move these away"
        )
    if changed := _named(changed_files(target)):
        raise WriteError(
            f"will not replace {target}: files of it were changed since it was written ({changed}), as QGIS does when "
            "it keeps a style or a project in a GeoPackage; name another folder, or move these away"
        )


def _named(found: Iterator[str]) -> str:
    """Return the first of some files, and whether there are more; nothing where there are none."""
    names = list(islice(found, NAMED + 1))
    return ", ".join(names[:NAMED]) + (" and more" if len(names) > NAMED else "")


def check_parent(path: Path) -> None:
    """Raise unless the folder that `path` is to stand in is there."""
    if not path.parent.is_dir():
        raise WriteError(
            f"cannot write to {path}: the folder {path.parent} does not exist; create it: mkdir -p {path.parent}"
        )


def assessment_of(path: Path) -> Path | None:
    """Return the assessment folder that `path` is a file of, if any."""
    path = path.resolve()
    for folder in path.parents:
        listed = _listed_files(folder / SUMMARY)
        if listed and path.relative_to(folder).as_posix() in {SUMMARY, *listed}:
            return folder
    return None


def foreign_files(folder: Path) -> Iterator[str]:
    """Give the files in `folder` that no assessment wrote there."""
    listed = _listed_files(folder / SUMMARY)
    own = {SUMMARY, *listed} if listed else set()
    for place, _, names in os.walk(folder):
        for name in names:
            path = (Path(place) / name).relative_to(folder)
            if path.as_posix() not in own:
                yield str(path)


def changed_files(folder: Path) -> Iterator[str]:
    """Give the files of an assessment that are no longer as it wrote them; what is gone is nobody's work."""
    for name, digest in _listed_files(folder / SUMMARY).items():
        path = folder / name
        if path.is_file() and sha256(path) != digest:
            yield name


def year_of(folder: Path) -> int | None:
    """Return the year of an assessment; nothing where there is none in the folder."""
    year = _summary(folder / SUMMARY).get("year")
    return year if isinstance(year, int) else None


def first_language(folder: Path) -> str | None:
    """Return the first language of an assessment's plan; nothing where there is none in the folder."""
    plan = summary_of(folder).get("plan")
    languages = plan.get("languages") if isinstance(plan, dict) else None
    first = languages[0] if isinstance(languages, list) and languages else None
    return first if first in LANGUAGES else None


def summary_of(folder: Path) -> dict[str, Any]:
    """Return what an assessment says of itself; nothing where there is none in the folder."""
    return _summary(folder / SUMMARY)


def _listed_files(summary: Path) -> dict[str, str]:
    """Return the files an assessment says it wrote, with their SHA-256; none where there is no assessment."""
    found = _summary(summary).get("files")
    return found if isinstance(found, dict) else {}


def _summary(path: Path) -> dict[str, Any]:
    """Return what an assessment says of itself; nothing where there is none."""
    try:
        content = json.loads(ordinary_files.content(path, MOST_SUMMARY))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and content.get("schema") == SCHEMA else {}


def _cause(error: OSError, folder: Path) -> str:
    place = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{place}; {_free(folder)}"


def _free(folder: Path) -> str:
    try:
        return f"{shutil.disk_usage(folder).free / 1e6:.1f} MB free there"
    except OSError:
        return "free space unknown"
