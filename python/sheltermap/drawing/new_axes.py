# SPDX-License-Identifier: Apache-2.0
"""Where a picture is drawn: on the axes somebody gives, else on a figure of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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

    Examples
    --------
    >>> axes_for(None, None, (8, 6)).figure.get_size_inches()
    array([8., 6.])
    """
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    return Figure(figsize=figsize or usual, layout="constrained").add_subplot()
