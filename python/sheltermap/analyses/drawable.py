# SPDX-License-Identifier: Apache-2.0
"""Results that are drawn: as a picture by `.plot()`, as a map to look around in by `.explore()`."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from sheltermap.base.in_short import ToldInShort
from sheltermap.base.language import REFERENCE, require_language

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from sheltermap.map import Map

# What every `.plot()` takes beside what it asks of its own; `help` and Shift-Tab show it with each.
PARAMETERS = {
    "figsize": """
figsize : (float, float), optional
    Width and height of the figure in inches, where it is a new one.""",
    "ax": """
ax : matplotlib Axes, optional
    Where to draw. By default a new figure, which a notebook shows below the cell; in a script it is
    ``.plot().figure``, to be saved by ``.savefig("map.png")``.""",
    "context": """
context : path, mapping or Basemap, optional
    The ground to draw below, as `sheltermap.basemap` takes it: water, woods, streets and names of places.""",
    "lang": """
lang : {"en", "lv", …}
    Language of the words.""",
}
RETURNS = "\n\nReturns\n-------\nmatplotlib Axes"
SECTION = "\n\nParameters\n----------"


class Drawable(ToldInShort):
    """A result that is drawn by what is named after it: `plot_flood` and the views of a "flood" draw a `flood`.

    They live in rooms that use the analyses, and are fetched when somebody looks; `import sheltermap` and an analysis
    need neither matplotlib nor templates. What can be asked of its picture and its map each result says in methods of
    its own, `plot` and `explore`, which pass it on.
    """

    _drawn_as: ClassVar[str]

    def __init_subclass__(cls, *, drawn_as: str | None = None, **others: Any) -> None:
        super().__init_subclass__(**others)
        if drawn_as is not None:  # else it is a subclass of a result, and drawn alike
            cls._drawn_as = drawn_as
            plot = vars(cls).get("plot")
            if plot is not None and plot.__doc__:  # without docstrings (python -OO) there is nothing to add to
                plot.__doc__ = documented(plot)

    def _plotted(self, **options: Any) -> Axes:
        from sheltermap import drawing
        from sheltermap.drawing.letters import set_letters, words_as_they_are

        require_language(options.get("lang", REFERENCE))
        with words_as_they_are():
            axes: Axes = getattr(drawing, f"plot_{self._drawn_as}")(self, **options)
        set_letters(axes)
        if options["ax"] is None and somebody_watches():
            import matplotlib.pyplot as plt

            plt.figure(axes.get_figure(root=True))  # pyplot shows it once, at the end of the cell, and forgets it then
        return axes

    def _small_picture(self) -> tuple[bytes, bool] | None:
        if not hasattr(self, "plot"):
            return None
        from sheltermap.drawing.small_picture import small_picture

        return small_picture(lambda axes: self._plotted(ax=axes))

    def _explored(self, **options: Any) -> Map:
        from sheltermap import map as maps

        return maps.explored(self._drawn_as, self, **options)


def documented(plot: Callable[..., Any]) -> str:
    """Return what a `plot` says of itself, and of the parameters that all share."""
    told, *later = inspect.cleandoc(plot.__doc__ or "").split("\n\nRaises\n")
    shared = [words for name, words in PARAMETERS.items() if name in inspect.signature(plot).parameters]
    parameters = ("" if SECTION in told else SECTION) + "".join(shared)
    return "\n\nRaises\n".join([told + parameters + RETURNS, *later])


def somebody_watches() -> bool:
    """Whether a new figure is expected to appear: in a notebook, in IPython, and where pyplot is interactive."""
    shell = sys.modules.get("IPython")
    if shell is not None and shell.get_ipython() is not None:
        return True
    pyplot = sys.modules.get("matplotlib.pyplot")
    return pyplot is not None and bool(pyplot.isinteractive())
