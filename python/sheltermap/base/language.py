# SPDX-License-Identifier: Apache-2.0
"""The languages that texts are written in: one file each in the folder `languages`, English the reference."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any, Literal

from sheltermap.base.suggestions import unknown

REFERENCE = "en"  # every other language has its keys; where data have no text in a language, theirs in this one stands
FOLDER = files("sheltermap.base") / "languages"


def found(folder: Traversable) -> tuple[str, ...]:
    """Return the codes of the languages that have a file in a folder, the reference first.

    Raises
    ------
    ValueError
        If a file is not named by a code of ISO 639.
    """
    codes = {each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")}
    for code in sorted(codes):
        if not re.fullmatch("[a-z]{2,3}", code):
            raise ValueError(f"{folder / code}.toml: a language is named by its code of ISO 639: two or three letters")
    return (REFERENCE, *sorted(codes - {REFERENCE}))


LANGUAGES = found(FOLDER)
if TYPE_CHECKING:
    Language = str
else:
    Language = Literal[LANGUAGES]


def require_language(given: object) -> None:
    """Raise a ValueError where there is no such language.

    Examples
    --------
    >>> require_language("lv")
    """
    if given not in LANGUAGES:
        raise ValueError(unknown("unknown language", str(given), LANGUAGES))


def words_in(folder: Traversable, languages: Sequence[str]) -> dict[str, dict[str, str]]:
    """Read the texts of the languages: by key, then by language.

    Raises
    ------
    ValueError
        If a file is no TOML, has a text that is none, lacks a text that the reference has, or has another.
    """
    words = {lang: _words(folder / f"{lang}.toml") for lang in languages}
    reference = words[REFERENCE]
    for lang, own in words.items():
        for what, keys in (("lacks", reference.keys() - own.keys()), ("has unknown", own.keys() - reference.keys())):
            if keys:
                raise ValueError(
                    f"{folder / lang}.toml {what} texts: {_named(keys)}; {REFERENCE}.toml has all there are"
                )
    return {key: {lang: own[key] for lang, own in words.items()} for key in reference}


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    """Return the texts of sheltermap in every language: by key, then by language."""
    return words_in(FOLDER, LANGUAGES)


def _words(file: Traversable) -> dict[str, str]:
    try:
        return dict(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    except ValueError as error:  # no UTF-8, no TOML, or no texts
        raise ValueError(f"{file}: {error}") from None


def _flat(table: Mapping[str, Any], above: str = "") -> Iterable[tuple[str, str]]:
    """Yield the texts of a table, those of tables in it by keys with dots."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        elif isinstance(value, str) and value:
            yield above + key, value
        else:
            raise ValueError(f"{above}{key} is {value!r}, not a text")


def _named(keys: Iterable[str]) -> str:
    first, *others = sorted(keys)
    return first if not others else f"{first} and {len(others)} more"
