# SPDX-License-Identifier: Apache-2.0
"""What `sheltermap warn` leaves: the answer as JSON, as a text and as a map in each language, in one folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from sheltermap import WriteError
from sheltermap.alerts.warned import IN_FORCE, SCHEMA, Warned
from sheltermap.assessments.folder import check_parent
from sheltermap.base import ordinary_files
from sheltermap.layers import files

JSON = "warning.json"
MOST_JSON = 1 << 30  # bytes; it names the facilities in the area
ENDINGS = (".json", ".txt", ".html")


def check_warning_folder(target: Path) -> None:
    """Raise WriteError unless `target` is free, empty, or what an earlier warning left and nothing else."""
    check_parent(target)
    if not target.exists():
        return
    if not target.is_dir():
        raise WriteError(f"cannot write to {target}: it is a file; name a folder")
    names = sorted(each.name for each in target.iterdir())
    own = {JSON} | {name for name in names if name.startswith(("warning_", "map_")) and name.endswith(ENDINGS)}
    foreign = [name for name in names if name not in own]
    if foreign or (names and not _is_warning(target / JSON)):
        named = foreign[0] if foreign else names[0]
        raise WriteError(
            f"will not replace {target}: it holds what no warning left there ({named}); name another folder"
        )


def write_warning(warned: Warned, folder: Path, languages: Sequence[str]) -> list[Path]:
    """Write the answer to a warning; the folder is put in place whole, and an older one stands until then.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    WriteError
        If the folder cannot be written, or holds something else.
    """
    target = Path(folder).resolve()
    check_warning_folder(target)
    fresh = Path(files.sibling_for(target))
    try:
        fresh.mkdir()
        content = json.dumps(warned.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        (fresh / JSON).write_text(content + "\n", encoding="utf-8", newline="\n")
        for lang in languages:
            (fresh / f"warning_{lang}.txt").write_text(warned.text(lang), encoding="utf-8", newline="\n")
            if warned.state == IN_FORCE:
                (fresh / f"map_{lang}.html").write_text(warned.explore(lang=lang).html, encoding="utf-8", newline="\n")
        names = sorted(each.name for each in fresh.iterdir())
        check_warning_folder(target)  # somebody may have put a file there meanwhile
        files.replace(fresh, target)
    except OSError as error:
        raise WriteError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return [target / name for name in names]


def _is_warning(path: Path) -> bool:
    try:
        content = json.loads(ordinary_files.content(path, MOST_JSON))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("schema") == SCHEMA
