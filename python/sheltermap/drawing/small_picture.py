# SPDX-License-Identifier: Apache-2.0
"""A result as a small picture, drawn at once however many rows there are: of large layers a part."""

from __future__ import annotations

import io
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

MOST = 4000  # rows of a layer
WIDTH, HEIGHT, DOTS_PER_INCH = 5.6, 3.6, 90

_most: ContextVar[float] = ContextVar("most_rows_drawn", default=np.inf)


def small_picture(draw: Callable[[Axes], Any]) -> bytes:
    """Return what `draw` draws as a PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS_PER_INCH, layout="constrained")
    token = _most.set(MOST)
    try:
        draw(figure.add_subplot())
    finally:
        _most.reset(token)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def is_small() -> bool:
    """Whether a small picture is being drawn."""
    return bool(np.isfinite(_most.get()))


def drawn_rows(count: int, groups: Sequence[NDArray[np.bool_]] = ()) -> NDArray[np.intp] | slice:
    """Return which of the rows are drawn: all, in a small picture of many every so manieth of each group.

    Examples
    --------
    >>> drawn_rows(1_000_000)
    slice(None, None, None)
    """
    step = int(np.ceil(count / _most.get()))
    if step <= 1:
        return slice(None)
    if not groups:
        return np.arange(0, count, step)
    return np.sort(np.concatenate([np.flatnonzero(group)[::step] for group in groups]))
