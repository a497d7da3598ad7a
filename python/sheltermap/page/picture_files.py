# SPDX-License-Identifier: Apache-2.0
"""Pictures of a page as files of their own, for slides and documents: with title, legend and sources in them."""

from __future__ import annotations

import textwrap
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.drawing.letters import set_letters
from sheltermap.page.picture import DOTS_PER_INCH, LegendEntry, MapPicture, figure_bytes, figure_svg, repeatable

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

SYMBOLS: dict[str, dict[str, Any]] = {
    "circle": {"marker": "o"},
    "diamond": {"marker": "D"},
    "cross": {"marker": "X"},
    "square": {"marker": "s"},
    "full_triangle": {"marker": "^"},
    "triangle": {"marker": "^", "fillstyle": "none", "markeredgecolor": "#111827"},
    "line": {"ls": "-", "lw": 1.5},
    "thick_line": {"ls": "-", "lw": 4},
}
LINE, LINES = 70, 3  # letters of a title in a line, and its lines
TITLE, SMALL = 12, 8  # points


def write_picture(picture: MapPicture, path: Path, lang: str) -> None:
    """Write a picture in a language as ``path.png`` and ``path.svg``."""
    with repeatable(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a name in a script that the font lacks
        figure = titled_figure(picture, lang)
        png = figure_bytes(figure, "png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        path.with_name(f"{path.name}.png").write_bytes(png)
        path.with_name(f"{path.name}.svg").write_text(figure_svg(figure), encoding="utf-8", newline="\n")


def titled_figure(picture: MapPicture, lang: str) -> Figure:
    """Return a picture with its title above it, and its legend and sources under it."""
    figure = picture.picture.figure()
    lines = textwrap.wrap(texts.pick(picture.title, lang), LINE, max_lines=LINES, placeholder=" …")
    figure.suptitle("\n".join(lines), fontsize=TITLE, x=0.01, ha="left", parse_math=False)
    handles = [_handle(each, lang) for each in picture.legend]
    if handles:
        legend = figure.legend(handles=handles, loc="outside lower left", ncols=3, frameon=False, fontsize=SMALL)
        for label in legend.get_texts():
            label.set_parse_math(False)
    if picture.attribution:
        said = textwrap.shorten(picture.attribution, 2 * LINE, placeholder=" …")
        figure.supxlabel(said, fontsize=SMALL - 1, x=0.01, ha="left", parse_math=False)
    set_letters(figure)
    return figure


def _handle(entry: LegendEntry, lang: str) -> Line2D:
    from matplotlib.lines import Line2D

    drawn: dict[str, Any] = {"ls": "", "ms": 6, "color": entry.colour if entry.colour != "none" else "#111827"}
    label = textwrap.shorten(f"{texts.pick(entry.label, lang)} {entry.count}", LINE, placeholder=" …")
    return Line2D([], [], label=label, **drawn | SYMBOLS.get(entry.marker, {"marker": "X"}))
