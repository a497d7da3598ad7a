# SPDX-License-Identifier: Apache-2.0
"""What was found of frames, kept while nobody changes them: all analyses of a plan ask the same of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

Found = TypeVar("Found")


@dataclass(frozen=True)
class _Kept:
    """What was found, and of which arrays that may be: of all, or of some by where they lie in memory."""

    found: dict[Hashable, tuple[Any, Any]] = field(default_factory=dict)
    only: set[int] | None = None


_kept: ContextVar[_Kept | None] = ContextVar("kept", default=None)


@contextmanager
def unchanging() -> Iterator[None]:
    """Keep what is found, as long as this lasts, in which no frame is changed in place."""
    with _keeping(_Kept()):
        yield


class Staying:
    """Frames that stay while others beside them come and go: what is found of these alone is kept."""

    def __init__(self, frames: Iterable[GeoDataFrame]) -> None:
        self._kept = _Kept(only={_place(frame.geometry.to_numpy()) for frame in frames})

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Use what was found of them before, and keep what is found now."""
        with _keeping(self._kept):
            yield


@contextmanager
def _keeping(kept: _Kept) -> Iterator[None]:
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)


def kept(question: Hashable, arrays: Sequence[NDArray[Any]], find: Callable[[], Found]) -> Found:
    """Return what `find` finds of arrays, while frames are unchanging only once for the same question of the same ones.

    Examples
    --------
    >>> import numpy as np
    >>> numbers = np.arange(3)
    >>> with unchanging():
    ...     kept("twice", [numbers], lambda: 2 * numbers) is kept("twice", [numbers], lambda: 2 * numbers)
    True
    >>> kept("twice", [numbers], lambda: 2 * numbers) is kept("twice", [numbers], lambda: 2 * numbers)
    False
    """
    known = _kept.get()
    if known is None or (known.only is not None and not {_place(each) for each in arrays} <= known.only):
        return find()
    key = (question, *((_place(each), each.shape, each.strides) for each in arrays))
    if key not in known.found:
        known.found[key] = (find(), arrays)  # which are held, so that nothing else comes to lie where they are
    found: Found = known.found[key][0]
    if known.only is not None and isinstance(found, np.ndarray):
        known.only.add(_place(found))
    return found


def _place(array: NDArray[Any]) -> int:
    """Return where an array lies in memory."""
    return int(array.__array_interface__["data"][0])
