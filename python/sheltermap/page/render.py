# SPDX-License-Identifier: Apache-2.0
"""Pages as HTML: texts in all languages stand side by side, the reader's choice shows one; nothing is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from markupsafe import Markup, escape

from sheltermap.base import texts
from sheltermap.drawing.page_parts import page_colours, page_environment
from sheltermap.page.table import Bar


def render(room: str, template: str, languages: Sequence[str], **content: Any) -> str:
    """Return a page of a room's own template in the languages a plan names, the first shown first."""
    environment = page_environment(room, "page")
    environment.filters["say"] = partial(_say, languages)
    environment.filters["bar"] = _bar
    sheet = environment.get_template("style.css.j2").render(languages=texts.LANGUAGES)
    return environment.get_template(template).render(
        languages=languages,
        language_names=texts.both("this.name"),
        t=texts.both,
        number=texts.number,
        distances=texts.distances,
        style=Markup(f"{page_colours()}{sheet}\n"),
        is_bar=lambda cell: isinstance(cell, Bar),
        **content,
    )


def _say(languages: Sequence[str], words: Any) -> Markup:
    """Return a text in every language of the page, each in its own element; one that is the same in all as it is."""
    if hasattr(words, "model_dump"):
        words = words.model_dump()
    if not isinstance(words, dict):
        return escape(words)
    said = {lang: texts.pick(words, lang) for lang in languages}
    if len(set(said.values())) == 1:
        return escape(said[languages[0]])
    spans = (Markup('<span lang="{}">{}</span>').format(lang, text) for lang, text in said.items())
    return Markup("").join(spans)


def _bar(bar: Bar) -> Markup:
    """Return a bar; the numbers beside it say the same, so it is hidden from screen readers."""
    parts = (Markup('<i class="{}" style="width:{:.3f}%"></i>').format(state, part) for state, part in bar.parts())
    return Markup('<span class="bar" aria-hidden="true">{}</span>').format(Markup("").join(parts))
