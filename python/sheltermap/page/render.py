# SPDX-License-Identifier: Apache-2.0
"""Pages as HTML: texts in all languages stand side by side, the reader's choice shows one; nothing is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.resources import files as package_files
from typing import Any

import jinja2
from markupsafe import Markup, escape

from sheltermap.base import texts
from sheltermap.drawing.page_parts import page_colours, page_environment
from sheltermap.page.table import Bar

LANGUAGE_NAMES = {"en": "English", "lv": "Latviešu"}


def render(room: str, template: str, languages: Sequence[str], **content: Any) -> str:
    """Return a page of a room's own template in the languages a plan names, the first shown first."""
    own, common = (jinja2.PackageLoader(f"sheltermap.{name}", ".") for name in (room, "page"))
    environment = page_environment(jinja2.ChoiceLoader([own, common]))
    environment.filters["say"] = partial(_say, languages)
    environment.filters["bar"] = _bar
    return environment.get_template(template).render(
        languages=languages,
        language_names=LANGUAGE_NAMES,
        t=texts.both,
        number=texts.number,
        distances=texts.distances,
        style=Markup(page_colours() + _style_sheet()),
        is_bar=lambda cell: isinstance(cell, Bar),
        **content,
    )


def _style_sheet() -> str:
    return package_files("sheltermap.page").joinpath("style.css").read_text(encoding="utf-8")


def _say(languages: Sequence[str], words: Any) -> Markup:
    """Return a text in every language of the page, each in its own element; one that is the same in all as it is."""
    if hasattr(words, "model_dump"):
        words = words.model_dump()
    if not isinstance(words, dict):
        return escape(words)
    said = [words[lang] for lang in languages]
    if len(set(said)) == 1:
        return escape(said[0])
    spans = (Markup('<span lang="{}">{}</span>').format(lang, words[lang]) for lang in languages)
    return Markup("").join(spans)


def _bar(bar: Bar) -> Markup:
    """Return a bar; the numbers beside it say the same, so it is hidden from screen readers."""
    parts = (Markup('<i class="{}" style="width:{:.3f}%"></i>').format(state, part) for state, part in bar.parts())
    return Markup('<span class="bar" aria-hidden="true">{}</span>').format(Markup("").join(parts))
