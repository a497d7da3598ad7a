# SPDX-License-Identifier: Apache-2.0
"""Where a picture is drawn: on the axes somebody gives, else on a figure of its own."""

from __future__ import annotations

import reprlib
from typing import TYPE_CHECKING, Any

from sheltermap.base.given import is_finite
from sheltermap.base.suggestions import told

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALLEST, LARGEST = 0.5, 300  # inches: below there is no room for a map, beyond no memory for its pixels


def axes_for(ax: Axes | None, figsize: tuple[float, float] | None, usual: tuple[float, float]) -> Axes:
    """Return the axes given, or those of a new figure, which pyplot does not know.

    Parameters
    ----------
    ax : matplotlib Axes or None
        As given.
    figsize : (float, float) or None
        Width and height asked for, in inches.
    usual : (float, float)
        Width and height where nobody asks.

    Raises
    ------
    TypeError
        If it is no axes, or not the two numbers that a size has.
    ValueError
        If nothing can be drawn on it: on axes that were removed, on a figure of no size, or of metres.

    Examples
    --------
    >>> axes_for(None, None, (8, 6)).figure.get_size_inches()
    array([8., 6.])
    """
    from matplotlib.figure import Figure

    if ax is not None:
        _require_axes(ax)
        return ax
    size = usual if figsize is None else _size(figsize)
    return Figure(figsize=size, layout="constrained").add_subplot()


def _require_axes(given: Any) -> None:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

    if not isinstance(given, Axes):
        if isinstance(given, FigureBase):
            raise TypeError("ax is a figure; give axes of it: figure.add_subplot()")
        if hasattr(given, "__len__") and len(given) and not isinstance(given, str | bytes):
            raise TypeError("ax is several axes, or a list; give one of them, as ax[0]")
        raise TypeError(f"ax is where to draw, axes of matplotlib, not {told(given)}")
    if given.get_figure() is None:
        raise ValueError("ax was removed from its figure; give other axes, as figure.add_subplot()")
    if given.name != "rectilinear":
        raise ValueError(f"ax is {given.name}; a map is drawn on plain axes, as figure.add_subplot() makes them")


def _size(given: Any) -> tuple[float, float]:
    pair = () if isinstance(given, str | bytes | dict | set) or not hasattr(given, "__len__") else tuple(given)
    if len(pair) != 2 or not all(map(is_finite, pair)):
        raise TypeError(f"figsize is width and height in inches, as (8, 6), not {reprlib.repr(given)}")
    width, height = float(pair[0]), float(pair[1])
    if min(width, height) < SMALLEST or max(width, height) > LARGEST:
        allowed = f"{SMALLEST} to {LARGEST} each"
        raise ValueError(f"figsize is width and height in inches, {allowed}, not {reprlib.repr(given)}")
    return width, height
