# SPDX-License-Identifier: Apache-2.0
"""Zip archives that are files of their own, spreadsheets and KMZ: their parts, and what is refused of them."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from sheltermap._native import _core

MOST_BYTES = 2_000_000_000  # when unpacked: far above a full spreadsheet
MOST_RATIO, FREE_BYTES = 200, 100_000_000  # of what is unpacked to the file, above these bytes: beyond it is a bomb
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # of .xls, and of .xlsx under a password
FAULTS = (
    BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,  # a way of packing that zipfile does not know
    RuntimeError,  # a password
    struct.error,
    OverflowError,
    LookupError,
    ValueError,
)


@contextmanager
def parts_of(path: Path, what: str) -> Iterator[ZipFile]:
    """Give the parts of an archive; whatever is wrong with it is a ReadError that calls it `what`."""
    try:
        with path.open("rb") as stream:
            if stream.read(len(_OLD_OFFICE)) == _OLD_OFFICE:
                raise _core.ReadError(
                    f"{path.name} is no .xlsx but an older .xls, or under a password: save it as .xlsx without one"
                )
        with ZipFile(path) as archive:
            _require_sizes(path, archive)
            yield archive
    except RecursionError:
        raise
    except OSError as error:
        raise _core.ReadError(f"{path.name} cannot be read: {error.strerror or error}") from None
    except MemoryError:
        raise _core.ReadError(f"{path.name} does not fit into memory; split it") from None
    except FAULTS as error:
        raise _core.ReadError(
            f"{path.name} is damaged, or not {what}: {error}; get it again, or save it anew"
        ) from None


def _require_sizes(path: Path, archive: ZipFile) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    most = min(MOST_BYTES, max(FREE_BYTES, MOST_RATIO * path.stat().st_size))
    if unpacked > most:
        raise _core.ReadError(
            f"{path.name} would unpack to {unpacked:,} bytes, more than {most:,} (a limit against zip bombs); save it "
            "anew, or as CSV"
        )


def opened(archive: ZipFile, name: str) -> IO[bytes] | None:
    """Return a part to be read; None where there is none of this name, capitals and leading slashes aside."""
    wanted = name.lstrip("/").lower()
    found = next((each for each in archive.namelist() if each.lstrip("/").lower() == wanted), None)
    return None if found is None else archive.open(found)
