# SPDX-License-Identifier: Apache-2.0
"""Pages as HTML: texts in all languages stand side by side, the reader's choice shows one; nothing is asked for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from sheltermap.base import texts
from sheltermap.drawing.page_parts import page_colours, page_environment, page_policy
from sheltermap.page.amounts import digits
from sheltermap.page.table import FOLDED_TO, Bar, Words

PATTERNS = {"uncovered": "hatched", "unknown": "dotted"}  # told apart without colours
LETTERS = 120  # of a title where there is room for one line


def render(
    room: str,
    template: str,
    languages: Sequence[str],
    *,
    title: Any,
    beside: Mapping[str, str] | None = None,
    further: tuple[str, str] = ("", ""),
    **content: Any,
) -> str:
    """Return a page of a room's own template in the languages a plan names, the first shown first.

    `beside` is the file beside it that its links lead to, by language, where there is one; `further` are a style sheet
    and a script of the room's own.
    """
    environment = page_environment(room, "page")
    environment.filters |= {"say": partial(_say, languages), "bar": _bar, "pattern": _pattern, "digits": digits}
    environment.filters["linked"] = partial(_linked, languages)
    environment.filters["pictured"] = partial(_pictured, languages)
    short = {lang: _shortened(texts.pick(_words(title), lang)) for lang in languages}
    running = {lang: _css_text(each) for lang, each in short.items()}
    sheet = environment.get_template("style.css.j2").render(languages=languages, running=running, folded_to=FOLDED_TO)
    style = Markup(f"{page_colours()}{sheet}\n{further[0]}")
    script = Markup(files("sheltermap.page").joinpath("page.js").read_text(encoding="utf-8"))
    scripts = [script, *([Markup(further[1])] if further[1] else [])]
    numbers = itertools.count(1)
    environment.globals |= {
        "languages": languages,
        "language_names": texts.both("this.name"),
        "marks": texts.both("this.decimal_mark"),
        "t": texts.both,
        "number": texts.number,
        "rounded": texts.rounded,
        "distances": texts.distances,
        "dates": texts.dates,
        "is_bar": lambda cell: isinstance(cell, Bar),
        "is_plain": lambda cell: isinstance(cell, str) and cell.isascii() and cell.isdigit(),
        "uid": lambda: f"part-{next(numbers)}",
    }
    policy = page_policy(scripts, style)
    return environment.get_template(template).render(
        style=style, scripts=scripts, policy=policy, title=title, short=short, beside=beside, **content
    )


def _words(words: Any) -> Any:
    return words.model_dump() if hasattr(words, "model_dump") else words


def _said(languages: Sequence[str], words: Any) -> dict[str, str]:
    """Return a text by language; by nothing where it is the same in all of them."""
    said = {lang: texts.pick(_words(words), lang) for lang in languages}
    return {"": said[languages[0]]} if len(set(said.values())) == 1 else said


def _say(languages: Sequence[str], words: Any) -> Markup:
    """Return a text in every language of the page, each in its own element; one that is the same in all as it is."""
    said = _said(languages, words)
    if "" in said:
        return escape(said[""])
    spans = (Markup('<span lang="{}">{}</span>').format(lang, text) for lang, text in said.items())
    return Markup("").join(spans)


def _linked(languages: Sequence[str], words: Any, address: str | None) -> Markup:
    """Return a text that leads to an address; the text alone where there is none.

    One beside the page is that of its first language: the script says that of the language shown.
    """
    said = _say(languages, words)
    if address is None:
        return said
    beside = "" if address.startswith("#") else Markup(' class="beside"')
    return Markup('<a{} href="{}">{}</a>').format(beside, address, said)


def _pictured(languages: Sequence[str], words: Words) -> Markup:
    """Return what a picture shows, in every language, where only who cannot see it finds it."""
    return Markup("").join(
        Markup('<span role="img"{} aria-label="{}"></span>').format(
            Markup(' lang="{}"').format(lang) if lang else "", text
        )
        for lang, text in _said(languages, words).items()
    )


def _bar(bar: Bar) -> Markup:
    """Return a bar; the numbers beside it say the same, so it is hidden from screen readers."""
    drawn, left = Markup(""), 0.0
    for state, part in bar.parts():
        drawn += Markup('<rect class="{}" x="{:.6g}%" width="{:.6g}%" height="100%"{}/>').format(
            state, round(left, 3), round(part, 3), _pattern(state)
        )
        left += part
    return Markup('<svg class="bar" aria-hidden="true">{}</svg>').format(drawn)


def _pattern(state: str) -> Markup:
    """Return the attribute that fills a part of a bar, nothing where it is plain."""
    return Markup(' fill="url(#{})"').format(PATTERNS[state]) if state in PATTERNS else Markup("")


def _shortened(text: str) -> str:
    """Return a text that fits into a line."""
    return text if len(text) <= LETTERS else text[: LETTERS - 1].rstrip() + "…"


def _css_text(text: str) -> str:
    """Return a text as a string of CSS in which nothing but letters and digits stands for itself."""
    escaped = re.sub("[^A-Za-z0-9]", lambda each: f"\\{ord(each.group()):06x}", text)
    return Markup(f'"{escaped}"')
