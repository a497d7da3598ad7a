# SPDX-License-Identifier: Apache-2.0
"""What a plan calls its inputs, networks, tables of costs and rasters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.page.table import Words, title_words
from sheltermap.plans.plan import Plan

if TYPE_CHECKING:
    from sheltermap.questions.sources import Input, RasterSource


def titles_of(data: list[tuple[str, Input | RasterSource]]) -> Words:
    """Return the titles of inputs and rasters, one after another."""
    titles = [title_words(source.title, name) for name, source in data]
    return {lang: "; ".join(title[lang] for title in titles) for lang in texts.LANGUAGES}


def input_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls an input."""
    return title_words(plan.inputs[name].title, name)


def network_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls a network."""
    return title_words(plan.networks[name].title, name)


def table_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls a table of costs."""
    return title_words(plan.tables[name].title, name)


def raster_title(plan: Plan, name: str) -> Words:
    """Return what the plan calls a raster."""
    return title_words(plan.rasters[name].title, name)


def raster_holds(holds: str) -> Words:
    """Return what the cells of a raster hold in words; what has none yet as the plan says it."""
    key = f"holds_{holds}"
    return texts.both(key) if key in texts.TEXTS else dict.fromkeys(texts.LANGUAGES, holds)
