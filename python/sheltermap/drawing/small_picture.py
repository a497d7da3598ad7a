# SPDX-License-Identifier: Apache-2.0
"""A result as a small picture, drawn at once however many rows there are: of large layers a part."""

from __future__ import annotations

import io
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

MOST = 4000  # rows of a layer
WIDTH, HEIGHT, DOTS_PER_INCH = 5.6, 3.5, 90


@dataclass
class _Drawing:
    whole: bool = True


_drawing: ContextVar[_Drawing | None] = ContextVar("small_picture", default=None)


def small_picture(draw: Callable[[Axes], Any]) -> tuple[bytes, bool]:
    """Return what `draw` draws as a PNG, and whether that is all of it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS_PER_INCH, layout="constrained")
    drawing = _Drawing()
    token = _drawing.set(drawing)
    try:
        draw(figure.add_subplot())
    finally:
        _drawing.reset(token)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", bbox_inches="tight", metadata={"Software": None})
    return stream.getvalue(), drawing.whole


def is_small() -> bool:
    """Whether a small picture is being drawn."""
    return _drawing.get() is not None


def drawn_rows(count: int, groups: Sequence[NDArray[np.bool_]] = ()) -> NDArray[np.intp] | slice:
    """Return which of the rows are drawn: all, in a small picture of many every so manieth of each group.

    Examples
    --------
    >>> drawn_rows(1_000_000)
    slice(None, None, None)
    """
    drawing, step = _drawing.get(), -(-count // MOST)
    if drawing is None or step <= 1:
        return slice(None)
    drawing.whole = False
    if not groups:
        return np.arange(0, count, step)
    return np.sort(np.concatenate([np.flatnonzero(group)[::step] for group in groups]))
