# SPDX-License-Identifier: Apache-2.0
"""Builds the report from the sections of an assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.page.picture import draw_all
from sheltermap.page.render import render
from sheltermap.page.table import Cell, Table, Words, cut_note, heads, reason_words, states_of, text
from sheltermap.questions.figures import records
from sheltermap.questions.scenario_tables import scenario_table
from sheltermap.report import indicator_tables
from sheltermap.report.briefing import briefing
from sheltermap.report.caveats import network_caveats
from sheltermap.report.long_tables import for_page
from sheltermap.report.map_links import MapLinks
from sheltermap.report.titles import (
    input_title,
    network_title,
    raster_holds,
    raster_title,
    table_title,
    titles_of,
)
from sheltermap.report.whence import of_indicators
from sheltermap.runs.assessment import GEOJSON_ROWS

if TYPE_CHECKING:
    from sheltermap.map import Map
    from sheltermap.plans.plan import Plan
    from sheltermap.report.sections import Section
    from sheltermap.report.unknowns import Unknowns
    from sheltermap.runs.assessment import Assessment

REFUSED_SHOWN = 200  # a register that is broken throughout would bury the rest; all are in the table refused_rows


def build_report(
    assessment: Assessment, found: Sequence[Section], unknown: Unknowns, *, maps: Mapping[str, Map] | None = None
) -> str:
    """Return the report of an assessment, from what `sections` found: one HTML page that asks for nothing from outside.

    `maps` are the pages of its interactive map, by the names of their files, which lie beside it.
    """
    plan = assessment.plan
    links = MapLinks.of(dict(zip(plan.languages, (maps or {}).items(), strict=False)))
    found = [
        replace(each, tables=[links.within(for_page(table), each.name) for table in each.tables]) for each in found
    ]
    illustrative = plan.made_up()
    first = briefing(assessment, unknown)
    draw_all([each.picture for section in found for each in section.maps])
    return render(
        "report",
        "report.html.j2",
        plan.languages,
        kind=texts.both("assessment"),
        title=plan.title,
        plan=plan,
        assessment=assessment,
        map_page=links.page,
        beside=links.files,
        briefing=first,
        section_titles={each.name: each.title for each in found},
        sections=sorted(found, key=lambda each: first.order.index(each.name)),
        bar_states=lambda section: states_of([line.bar for line in section.lines]),
        indicators=indicator_tables.table_of(assessment) if plan.indicators else None,
        indicators_whence=of_indicators(assessment),
        scenarios=scenario_table(plan.scenarios, {}) if plan.scenarios else None,  # the section's heading is its title
        banner=titles_of(illustrative) if illustrative else None,
        refused=refused_table(assessment),
        others=_others(plan),
        data_titles={name: input_title(plan, name) for name in plan.inputs}
        | {name: raster_title(plan, name) for name in plan.rasters},
        titles={name: input_title(plan, name) for name in plan.inputs},
        network_titles={name: network_title(plan, name) for name in plan.networks},
        table_titles={name: table_title(plan, name) for name in plan.tables},
        raster_holds={each.name: raster_holds(each.holds) for each in assessment.raster_records},
        raster_titles={name: raster_title(plan, name) for name in plan.rasters},
        geojson_up_to=texts.number(GEOJSON_ROWS) if len(assessment.geojson_layers) < len(assessment.layers) else None,
        network_caveats={each.name: network_caveats(vars(each)) for each in assessment.network_records},
    )


def _others(plan: Plan) -> list[tuple[str, Words]]:
    """Return the sections beside those of the analyses, in their order."""
    names = {"indicators": bool(plan.indicators), "refused": True, "inputs": True, "scenarios": bool(plan.scenarios)}
    shown = [name for name, is_shown in (names | {"standards": True, "method": True}).items() if is_shown]
    return [(name, texts.both("refused_rows" if name == "refused" else name)) for name in shown]


def refused_table(assessment: Assessment) -> Table:
    """Rows of the inputs that could not be used, and why."""
    plan, refused = assessment.plan, assessment.refused_rows
    rows: list[list[Cell]] = [
        [
            input_title(plan, row["input"]),
            text(row["row"]),
            text(row["id"]),
            reason_words(row["reason"]),
            text(row["detail"]),
        ]
        for row in records(refused[:REFUSED_SHOWN])
    ]
    head = heads("input", "row", "id", "reason", "detail")
    note = cut_note(REFUSED_SHOWN, len(refused), "refused_rows")
    return Table({}, head, rows, note, texts_first=len(head))  # the section's heading is its title
