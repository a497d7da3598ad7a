# SPDX-License-Identifier: Apache-2.0
"""Letters of the words in pictures: those that the usual font lacks come from fonts of the machine that have them."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.artist import Artist

USUAL = ("DejaVu Sans",)  # comes with matplotlib: Latin, Greek, Cyrillic, Hebrew, Arabic, nothing of East Asia
UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # control and format characters, and spaces
BOXES = "Last Resort"  # a font that shows of every letter only to which script it belongs
PLAIN, NOT_PLAIN = "Noto Sans", ("Mono", "Serif")  # families of these names are taken first, and last


@contextlib.contextmanager
def words_as_they_are() -> Iterator[None]:
    """Let matplotlib draw what is between two dollar signs as it stands, not as a formula.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> with words_as_they_are():
    ...     print(Figure().text(0, 0, "$5 and $6").get_parse_math())
    False
    """
    import matplotlib as mpl

    with mpl.rc_context({"text.parse_math": False}):
        yield


def families_for(text: str, usual: Sequence[str] = USUAL) -> tuple[str, ...] | None:
    """Return the families that have all letters of a text, the usual ones first; None where no font here has them.

    Examples
    --------
    >>> families_for("Ķegums"), families_for("ملجأ"), families_for(chr(0xE0FFF))
    (('DejaVu Sans',), ('DejaVu Sans',), None)
    """
    missing = _needed(text).difference(*(_letters_of(family) for family in usual))
    if not missing:
        return tuple(usual)
    whole = next((name for name, letters in _others() if missing <= letters), None)
    several = [] if whole is None else [whole]
    for name, letters in _others() if whole is None else ():
        if missing & letters:
            several.append(name)
            missing -= letters
    if missing and whole is None:
        return None
    for name in several:
        _take_for_all_weights(name)
    return (*usual, *several)


def set_letters(artist: Artist) -> list[str]:
    """Have every text of a picture drawn by fonts that have its letters; return those that no font here can draw.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> written = figure.text(0, 0, "Ogre " + chr(0xE0FFF))
    >>> set_letters(figure) == [written.get_text()]
    True
    """
    from matplotlib.text import Text

    not_drawn = []
    for each in artist.findobj(Text):
        said = each.get_text()
        if said.isascii():
            continue
        usual = each.get_fontfamily()
        families = families_for(said, usual)
        if families is None:
            not_drawn.append(said)
        elif len(families) > len(usual):
            each.set_fontfamily(list(families))
    return not_drawn


def not_drawable(said: Iterable[Any]) -> list[str]:
    """Return the texts that no font here can draw, each once."""
    return [each for each in dict.fromkeys(said) if isinstance(each, str) and families_for(each) is None]


def width(text: str, points: float, families: Sequence[str]) -> float:
    """Return how wide a text stands on the paper, in points."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font([findfont(FontProperties(family=[each])) for each in families])
    font.set_size(points, 72)
    font.set_text(text)
    return float(font.get_width_height()[0]) / 64  # it counts in 64ths of a point


def _needed(text: str) -> set[str]:
    return {each for each in text if unicodedata.category(each) not in UNSEEN and not "\ufe00" <= each <= "\ufe0f"}


@cache
def _letters_of(family: str) -> frozenset[str]:
    from matplotlib.font_manager import FontProperties, findfont

    return _letters_in(findfont(FontProperties(family=[family])))


@cache
def _letters_in(path: Any) -> frozenset[str]:
    from matplotlib.font_manager import get_font

    with contextlib.suppress(OSError, RuntimeError):  # a file that is no font, is gone, or has pictures for letters
        return frozenset(map(chr, get_font(path).get_charmap()))
    return frozenset()


def _others() -> Iterator[tuple[str, frozenset[str]]]:
    """Give the families of this machine with their letters; a font is opened when its turn comes."""
    for name, path in _families():
        yield name, _letters_in(path)


@cache
def _families() -> list[tuple[str, Any]]:
    """Return the families of this machine, those installed since matplotlib looked for the last time, too."""
    from matplotlib.font_manager import FontPath, findSystemFonts, fontManager

    known = {each.fname for each in fontManager.ttflist}
    for path in sorted(set(findSystemFonts()) - known):
        with contextlib.suppress(OSError, RuntimeError, ValueError, KeyError):
            fontManager.addfont(path)
    upright = [each for each in fontManager.ttflist if each.style == "normal" and not each.name.startswith(BOXES)]
    nearest = sorted(upright, key=lambda each: (abs(_weight(each) - 400), each.fname, each.index), reverse=True)
    files = {each.name: FontPath(each.fname, each.index) for each in nearest}  # the last of a name stays

    def rank(name: str) -> tuple[bool, bool, str]:
        return any(word in name for word in NOT_PLAIN), not name.startswith(PLAIN), name

    return [(name, files[name]) for name in sorted(files, key=rank)]


@cache
def _take_for_all_weights(name: str) -> None:
    """Have matplotlib take a family for ordinary and bold words, without a line on the terminal about each."""
    import dataclasses

    from matplotlib.font_manager import fontManager

    faces = [each for each in fontManager.ttflist if each.name == name and each.style == "normal"]
    for weight in {400, 700} - {_weight(each) for each in faces}:
        _, _, _, nearest = min((abs(_weight(each) - weight), each.fname, each.index, each) for each in faces)
        fontManager.ttflist.append(dataclasses.replace(nearest, weight=weight))


def _weight(entry: Any) -> int:
    from matplotlib.font_manager import weight_dict

    return entry.weight if isinstance(entry.weight, int) else weight_dict.get(entry.weight, 400)
