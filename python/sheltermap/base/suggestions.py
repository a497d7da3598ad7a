# SPDX-License-Identifier: Apache-2.0
"""What an error says was given, and what a name that nobody knows may have been meant to be; names in one form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from itertools import pairwise
from typing import Any

from sheltermap.base.invisible import shown_text, visible

_WITHOUT_STROKES = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "Ae"})
COMPARED = 200  # characters of a name: the work of comparing two grows with the square


def one_form(name: Any) -> Any:
    """Return a text with letters and marks composed (NFC), as names are compared: “ā” is one letter; else as it is.

    Examples
    --------
    >>> one_form("ma\u0304jas") == "m\u0101jas", one_form(5)
    (True, 5)
    """
    return unicodedata.normalize("NFC", name) if isinstance(name, str) else name


def folded(text: str) -> str:
    """Return a text as names are compared: the first line, without regard to capitals, spaces and underscores."""
    first = one_form(text.strip().splitlines()[0]) if text.strip() else ""
    return " ".join(first.replace("_", " ").split()).casefold()


def bare(text: str) -> str:
    """Return a name without what people write in many ways: accents, marks between its words, and capitals.

    Examples
    --------
    >>> bare("Kohtade arv"), bare("lokalId"), bare("Nr. p.k."), bare("capacit\u00e9_d'accueil")
    ('kohtade arv', 'lokal id', 'nr p k', 'capacite d accueil')
    """
    spread = "".join(
        f" {each}" if each.isupper() and before.islower() else each for before, each in pairwise(f" {text}")
    )
    letters = unicodedata.normalize("NFKD", spread.translate(_WITHOUT_STROKES).casefold())
    kept = (each if each.isalnum() else " " for each in letters if not unicodedata.combining(each))
    return " ".join("".join(kept).split())


def meant(given: str, allowed: Iterable[str]) -> tuple[str | None, str]:
    """Return which name may have been meant, and a question to go into a message; None and nothing where none is near.

    Examples
    --------
    >>> meant("homs", ["homes", "parts"])
    ('homes', '; did you mean "homes"?')
    """
    allowed = list(allowed)
    same = [each for each in allowed if one_form(each) == one_form(given)]
    if same:
        told = "looks the same, but writes its letters with marks in another way (Unicode NFC or NFD)"
        return same[0], f'; "{visible(same[0])}" {told}: copy the name from there'
    near = closest(given, allowed)
    return near, "" if near is None else f'; did you mean "{visible(near)}"?'


def closest(given: str, allowed: Iterable[str]) -> str | None:
    """Return the name that `given` was meant to be: the same in other letters, small or capital, else a similar one."""
    allowed = sorted(allowed)
    same = [each for each in allowed if each.casefold() == given.casefold()]
    return next(iter(same or get_close_matches(given, allowed, n=1)), None)


def likeness(one: str, other: str) -> float:
    """Return how alike two names are by their first 200 characters, from 0 to 1 for the same.

    Examples
    --------
    >>> likeness("riverside", "riverside"), likeness("dam", "hut")
    (1.0, 0.0)
    """
    return SequenceMatcher(None, one[:COMPARED], other[:COMPARED]).ratio()


def unknown(what: str, given: str, allowed: Iterable[str]) -> str:
    """Say that `given` is not one of `allowed`, and which may have been meant."""
    allowed = sorted(allowed)
    near, guess = meant(given, allowed)
    mark = "" if near is not None and guess.endswith("?") else ";"
    return f'{what} "{visible(given)}"{guess}{mark} allowed: {", ".join(map(visible, allowed)) or "none"}'


def told(value: object) -> str:
    """Return what was given, as an error says it: a short value as it is, else its type."""
    if isinstance(value, str):
        return shown_text(value)
    return repr(value) if value is None or isinstance(value, int | float) else f"a {type(value).__name__}"
