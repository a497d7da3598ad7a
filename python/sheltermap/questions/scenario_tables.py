# SPDX-License-Identifier: Apache-2.0
"""The scenarios of a plan in words: what the hazard is, how likely it is, who says so and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.scenarios import hazard_words
from sheltermap.page.table import Cell, Table, Words, heads, title_words, words_of

if TYPE_CHECKING:
    from sheltermap.questions.scenario_sources import ScenarioSource


def scenario_table(scenarios: Iterable[ScenarioSource], title: Words) -> Table:
    """Return every scenario with its hazard, likelihood, intensity, season, source and status."""
    head = heads("scenario", "hazard", "likelihood", "intensity", "season", "source", "status")
    rows: list[list[Cell]] = [
        [
            title_words(each.title, each.id),
            hazard_words(each.hazard),
            likelihood_words(each),
            intensity_words(each),
            "–" if each.season is None else words_of(each.season),
            each.source or "–",
            texts.both(each.status),
        ]
        for each in scenarios
    ]
    return Table(title, head, rows, texts_first=len(head))


def likelihood_words(scenario: ScenarioSource) -> Words:
    """Return how likely a scenario is, as the plan says it."""
    if scenario.return_period_years is not None:
        return texts.both("return_period", years=texts.number(scenario.return_period_years))
    if scenario.annual_probability is not None:
        percent = texts.significant(100 * scenario.annual_probability) + " %"  # as far as it counts: rare is not 0
        share = texts.decimals(percent)
        return texts.both("annual_probability", share=share)
    return dict.fromkeys(texts.LANGUAGES, scenario.likelihood or "–")


def intensity_words(scenario: ScenarioSource) -> Words:
    """Return which column or raster tells how strong it is, its unit, and from where on it affects."""
    column, unit = (scenario.strength, scenario.unit) if scenario.raster is None else (scenario.raster, "m")
    if column is None:
        return dict.fromkeys(texts.LANGUAGES, "–")
    unit = f" {unit}" if unit is not None else ""
    column += f" ({unit.strip()})" if unit else ""
    if scenario.affected_from is None:
        return dict.fromkeys(texts.LANGUAGES, column)
    limits = {lang: texts.decimal(f"{scenario.affected_from:g}", lang) + unit for lang in texts.LANGUAGES}
    return texts.both("affected_from", column=column, limit=limits)
