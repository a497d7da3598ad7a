# SPDX-License-Identifier: Apache-2.0
"""What rows that come block by block have in common, wherever they are from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pandas as pd
import pyarrow as pa

from sheltermap._native import _core
from sheltermap.layers.arrow import writable_columns
from sheltermap.layers.precision import Decimals
from sheltermap.scale.blocks import Layout

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sheltermap.scale.blocks import Block


@dataclass(frozen=True)
class Part:
    """Some rows of a layer that are read together: what a worker takes at once.

    Attributes
    ----------
    number : int
        Among all parts, from 0, in the order of the rows.
    first : int
        How many rows come before.
    at : tuple
        Where they lie, in words of the source.
    """

    number: int
    first: int
    at: tuple[Any, ...]


class Named(NamedTuple):
    """What names the rows of a block."""

    numbers: NDArray[np.int64]  #: of the rows in the layer, from 1
    ids: pa.ChunkedArray


def id_column(frame: pd.DataFrame, name: str) -> pa.ChunkedArray:
    """Return the ids of some rows as an array of Arrow."""
    column = writable_columns(pd.DataFrame(frame[[name]]))[name]
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


class Source(ABC):
    """A layer that is read block by block. May be pickled: what is open is opened anew.

    Attributes
    ----------
    layout : Layout
    """

    layout: Layout

    @property
    @abstractmethod
    def count(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """Return all rows in parts, in their order."""

    @abstractmethod
    def blocks(self, part: Part) -> Iterator[Block]:
        """Read a part; one block at least, though without rows.

        Raises
        ------
        ReadError
            If it cannot be read, or is not what it was when the source was made.
        """

    @property
    def files(self) -> Sequence[Watched]:
        """The files that it reads, as they were when it was made; none of a database, which is read in one state."""
        return ()

    def require_unchanged(self) -> None:
        """Raise ReadError where one of its files was written to since."""
        for file in self.files:
            file.require()

    def ids(self, part: Part) -> Iterator[Named]:
        """Read what names the rows of a part, block by block; errors as `blocks`."""
        assert self.layout.id is not None
        for block in self.blocks(part):
            yield Named(block.numbers, id_column(block.frame, self.layout.id))

    def notes(self, left_out: int) -> list[str]:
        """Return what is to be said of which rows were read, when so many were left out."""
        return []

    def page_limit_notes(self) -> list[str]:
        """Return what is to be said where there are just as many rows as services hand out at most."""
        return list(filter(None, [_core.page_limit_note(self.count)]))

    def coordinate_error_m(self) -> float:
        """Return what the decimals of all points are worth, as `precision.coordinate_error_m`; reads them all."""
        decimals = Decimals(self.layout.crs.is_geographic)
        for part in self.parts():
            for block in self.blocks(part):
                decimals.add(block.points)
            if decimals.are_enough:
                break
        return decimals.error_m


class Watched(Protocol):
    """What tells whether a file is as it was."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    def require(self) -> None:
        """Raise ReadError where it is another one by now."""


@dataclass(frozen=True)
class Seen:
    """A file as it was when it was first looked at."""

    path: Path
    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> Seen:
        """Return how a file is now; ReadError where that cannot be said."""
        try:
            found = path.stat()
        except OSError as error:
            raise _core.ReadError(f"{path} cannot be read: {error.strerror}") from None
        return cls(path, found.st_size, found.st_mtime_ns)

    def require(self) -> None:
        """Raise ReadError where the file is another one by now."""
        try:
            same = Seen.of(self.path) == self
        except _core.ReadError:
            same = False
        if not same:
            raise self.changed()

    def changed(self) -> _core.ReadError:
        """Return the error of a file that is another one by now."""
        return _core.ReadError(
            f"{self.path.name} was changed while it was read, so its rows are of two states; begin anew when nobody "
            "writes to it"
        )
