# SPDX-License-Identifier: Apache-2.0
"""The folder of a publication: written beside its place, and put there in one step."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sheltermap import WriteError
from sheltermap._native import ReadError
from sheltermap.layers import files
from sheltermap.layers.digest import sha256
from sheltermap.public.former_publication import SUMMARY, published_summary


@contextmanager
def fresh_publication(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it takes the place of `target` when the block ends well.

    Raises
    ------
    WriteError
        If `target` holds something that no publication left there, or cannot be written; it is then untouched.
    """
    check_publication_folder(target)
    made = not target.parent.exists()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(files.sibling_for(target))
    except OSError as error:
        raise WriteError(f"cannot write {target}: {error.strerror or error}") from None
    try:
        fresh.mkdir()
        yield fresh
        check_publication_folder(target)  # somebody may have put a file there meanwhile
        files.replace(fresh, target)
    except OSError as error:
        raise WriteError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if made and not target.exists() and target.parent.is_dir() and not any(target.parent.iterdir()):
            target.parent.rmdir()


def check_publication_folder(target: Path) -> None:
    """Raise WriteError unless `target` is free, empty, or a publication as it was written and nothing else."""
    if not target.exists():
        return
    if not target.is_dir():
        raise WriteError(f"cannot write to {target}: it is a file; name a folder")
    names = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir())
    if not names:
        return
    try:
        own = published_summary(target)["files"]
    except ReadError:
        own = {}
    foreign = [name for name in names if not own or (name != SUMMARY and name not in own)]
    if foreign:
        raise WriteError(
            f"will not replace {target}: it holds what no publication left there ({foreign[0]}); name another folder"
        )
    changed = [name for name in names if name in own and sha256(target / name) != own[name]]
    if changed:
        raise WriteError(
            f"will not replace {target}: {changed[0]} was changed since it was published; name another folder, or move "
            "it away"
        )
