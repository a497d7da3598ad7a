# SPDX-License-Identifier: Apache-2.0
"""The archive of a pack: the same bytes for the same members, written piece by piece however large they are."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO

from sheltermap._native import ReadError
from sheltermap.handover.pack_layout import CHECKSUMS

MARK = b"sheltermap-pack/1"  # comment of the archive, by which it is known as ours
PIECE = 1 << 20  # bytes that are in memory at a time
FIRST_YEAR, LAST_YEAR = 1980, 2107  # that an archive can tell
MOST_CHECKSUMS = 64 << 20  # bytes


@dataclass(frozen=True)
class Member:
    """A file of a pack: where it is to lie there, what it is made of, and its SHA-256."""

    name: str
    content: Path | bytes
    sha256: str

    @classmethod
    def of_bytes(cls, name: str, content: bytes) -> Member:
        """Return one that is made of bytes."""
        return cls(name, content, hashlib.sha256(content).hexdigest())

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def opened(self) -> BinaryIO:
        """Return it as a stream."""
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")


def checksums(members: Iterable[Member]) -> Member:
    """Return the list of digests of other members, as `sha256sum -c` reads it."""
    lines = (f"{each.sha256}  {each.name}\n" for each in sorted(members, key=lambda each: each.name))
    return Member.of_bytes(CHECKSUMS, "".join(lines).encode())


def write_archive(members: Iterable[Member], path: Path, made: str) -> None:
    """Write members to a new archive, in the order of their names and with the time `made`, in ISO 8601, of all.

    Raises
    ------
    OSError
        If it cannot be written.
    ReadError
        If a file is no longer as its digest says.
    """
    moment = _moment(made)
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = MARK
        for member in sorted(members, key=lambda each: each.name):
            entry = zipfile.ZipInfo(member.name, moment)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            entry.file_size = member.size  # so that the archive knows beforehand which numbers it needs for it
            with member.opened() as source, archive.open(entry, "w") as target:
                digest = _copied(source, target)
            if digest != member.sha256:
                raise ReadError(f"{member.content!s} was changed while it was packed: pack again")


def is_pack(path: Path) -> bool:
    """Whether a file is a pack as it was written: in one that somebody changed is somebody's work."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.comment != MARK or archive.getinfo(CHECKSUMS).file_size > MOST_CHECKSUMS:
                return False
            listed = {line[66:]: line[:64] for line in archive.read(CHECKSUMS).decode().splitlines()}
            if sorted(archive.namelist()) != sorted([CHECKSUMS, *listed]):
                return False
            for name, digest in listed.items():
                with archive.open(name) as member:
                    if _copied(member) != digest:
                        return False
    except (OSError, ValueError, KeyError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        return False
    return True


def _copied(source: IO[bytes], target: IO[bytes] | None = None) -> str:
    """Return the SHA-256 of a stream, copied piece by piece where there is a target."""
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        if target is not None:
            target.write(piece)
    return digest.hexdigest()


def _moment(made: str) -> tuple[int, int, int, int, int, int]:
    told = datetime.fromisoformat(made)
    if not FIRST_YEAR <= told.year <= LAST_YEAR:
        return FIRST_YEAR, 1, 1, 0, 0, 0
    return told.year, told.month, told.day, told.hour, told.minute, told.second
