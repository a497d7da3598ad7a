# SPDX-License-Identifier: Apache-2.0
"""The query of every figure of every sample gives the figure, on the GeoPackage that the run leaves."""

import math
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sheltermap.assessments.folder import GEOPACKAGE
from sheltermap.base.language import LANGUAGES
from sheltermap.evidence.asked_figures import AskedFigures
from sheltermap.evidence.indicator_terms import terms_of
from sheltermap.questions.figure_source import NotInLayers
from sheltermap.questions.figures import records

SAMPLES = ("latvia", "liechtenstein", "ogre", "porto_alegre", "sao_miguel")
# Numbers that no query on the layers can give, and why.
NOT_IN_LAYERS = {
    ("siting", "gap_share"): "a proof's bound",
    ("alternatives", "gap_share"): "a proof's bound",
    ("alternatives", "cost_change_share"): "comes of searches with changed costs",
    ("districts", "least_load"): "a bound on what any division can have",
    ("risk_index", "weight_stays_from"): "comes of moving a weight until ranks change",
    ("risk_index", "weight_stays_to"): "comes of moving a weight until ranks change",
    ("continuity", "category_covered"): "the layer has all categories together",
    ("continuity", "category_uncovered"): "the layer has all categories together",
}
EXACT = ("rows", "facilities", "structures", "sites", "districts", "units", "streets", "areas", "risks", "choices")


@pytest.fixture(scope="module", params=SAMPLES)
def folder(request: pytest.FixtureRequest, sample_assessment: Callable[[str], Path]) -> Path:
    """What the plan of a sample leaves."""
    return sample_assessment(request.param)


def test_the_query_of_every_figure_gives_it(folder: Path) -> None:
    asked = AskedFigures.of(folder)
    # Any GIS can do it: SQLite alone opens the file, not our own reader.
    plain = sqlite3.connect(f"{(folder / GEOPACKAGE).as_uri()}?mode=ro", uri=True)
    wrong, without = [], set()
    for row in records(asked.figures):
        source = asked.source(row)
        told = (asked.kinds[row["analysis"]].kind, row["figure"])
        if isinstance(source, NotInLayers):
            without.add(told)
            continue
        ((number,),) = plain.execute(source.sql).fetchall()
        if not is_same(number, row["value"], row["unit"]):
            wrong.append((told, row["measure"], row["scope"], row["area"], row["value"], number, source.sql))
    assert wrong == []
    assert without <= set(NOT_IN_LAYERS)


def test_the_query_of_every_indicator_gives_it(folder: Path) -> None:
    asked = AskedFigures.of(folder)
    plain = sqlite3.connect(f"{(folder / GEOPACKAGE).as_uri()}?mode=ro", uri=True)
    for name, indicator in asked.indicators.items():
        for row in indicator.rows:
            terms = terms_of(asked, name, None if row.group is None else row.group.get("en"))
            if terms.sql is None:
                assert row.series.is_entered, f"{name} is computed, and has no query"
                continue
            ((number,),) = plain.execute(terms.sql).fetchall()
            assert is_same(number, terms.value, "")


def is_same(found: float | None, value: float, unit: str) -> bool:
    """Exactly, where whole numbers are summed; else to 1e-9 of it. A number that is not known is none."""
    if found is None or math.isnan(value):
        return found is None and math.isnan(value)
    if float(value).is_integer() and (unit in EXACT or isinstance(found, int)):
        return found == value
    return abs(found - value) <= 1e-9 * max(abs(found), abs(value))


def test_no_query_reads_the_figures_themselves(folder: Path) -> None:
    asked = AskedFigures.of(folder)
    for row in records(asked.figures):
        source = asked.source(row)
        assert source.sql is None or '"figures"' not in source.sql
        assert source.sql is None or "FROM figures" not in source.sql


def test_every_figure_has_a_sentence_in_every_language(folder: Path) -> None:
    asked = AskedFigures.of(folder)
    for row in records(asked.figures):
        words = asked.source(row).words
        assert all(words[lang] and "{" not in words[lang] for lang in LANGUAGES), row


def test_most_figures_are_counted_from_rows_not_read_from_a_cell(folder: Path) -> None:
    """What is read from one cell is an attribute of one object, as what a store lacks, never a sum."""
    asked = AskedFigures.of(folder)
    read = Counter()
    for row in records(asked.figures):
        parts = asked.source(row).parts
        if len(parts) == 1 and parts[0].how == "only":
            read[row["figure"]] += 1
    assert set(read) <= {
        *("store_lacking", "lost_with_critical_street", "people_losing_access", "part_value", "raster_class_share"),
        *("raster_unknown_share", "class_from", "joined_by", "cell_level", "annual_probability", "impact"),
        *("impact_class", "next_people_gained", "next_cost", "alternative_people_gained", "alternative_cost"),
    }
