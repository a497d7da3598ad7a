# SPDX-License-Identifier: Apache-2.0
"""The map of an analysis as a picture inside the report. It holds no words, so one picture serves all languages."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from sheltermap.analyses.flood import scenario_label
from sheltermap.base import texts
from sheltermap.drawing.legend import Category, flood_categories, street_categories
from sheltermap.drawing.plots import FACILITY, WATER, Streets, draw_map, ground_streets
from sheltermap.plans.kinds import Analysis
from sheltermap.report.tables import Words
from sheltermap.runs.outcomes import Outcome

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.analyses.flood import Flood
    from sheltermap.assessments.assessment import Assessment
    from sheltermap.runs.cut_off import StreetsClosed

REPEATABLE: dict[Any, Any] = {"svg.hashsalt": "sheltermap", "svg.fonttype": "path", "font.family": "DejaVu Sans"}


@dataclass(frozen=True)
class LegendEntry:
    """One entry of a map's legend."""

    colour: str
    marker: str
    label: Words
    count: str


@dataclass(frozen=True)
class MapPicture:
    """A map with what stands under it."""

    title: Words
    picture: str  #: data: URI
    legend: list[LegendEntry]
    attribution: str = ""  #: of the sources


def map_pictures(assessment: Assessment, outcome: Outcome, facilities_title: Words | None) -> list[MapPicture]:
    """Return the maps of an analysis: one, or for a flood one of each scenario."""
    attribution = "; ".join(assessment.plan.attributions(outcome.analysis))
    pictures = _pictures(assessment, outcome, facilities_title)
    return [replace(each, attribution=attribution) for each in pictures]


def _pictures(assessment: Assessment, outcome: Outcome, facilities_title: Words | None) -> list[MapPicture]:
    flood = outcome.flood
    if flood is not None:
        return [_scenario_map(outcome, flood, each) for each in flood.scenarios]
    frames, analysis = assessment.frames, outcome.analysis
    facilities = _usable(outcome, frames.get(getattr(analysis, "facilities", "")))
    if outcome.closed is not None:
        ground = frames.get(_ground(assessment))
        return [_closed_map(outcome, outcome.closed, facilities, facilities_title, ground)]
    legend = _entries(outcome.legend)
    if facilities_title is not None:
        legend.append(LegendEntry("none", "triangle", facilities_title, ""))
    picture = _picture(
        outcome.layer,
        outcome.legend,
        facilities=facilities,
        streets=[] if outcome.by is None else [ground_streets(outcome.by)],
        outlines=frames.get(getattr(analysis, "areas", None) or getattr(analysis, "zones", "") or _ground(assessment)),
        places=outcome.beside.get("places"),
    )
    return [MapPicture(texts.both("map_of", title=title_words(analysis)), picture, legend)]


def _closed_map(
    outcome: Outcome,
    closed: StreetsClosed,
    facilities: GeoDataFrame | None,
    facilities_title: Words | None,
    ground: GeoDataFrame | None,
) -> MapPicture:
    """Return the map of closed streets: who is cut off, where it is closed, which streets matter most."""
    assert outcome.by is not None
    drawn = street_categories(outcome.beside)
    streets = [ground_streets(outcome.by)]
    legend = _entries(outcome.legend)
    for end, (category,) in drawn.items():
        critical = end == "critical"  # often a few metres: thick, and above the rows, to be seen at all
        width, order = (4.0, 9.5) if critical else (1.3, 2.5)
        streets.append(Streets(outcome.beside[end], category.colour, width, order))
        marker = "thick_line" if critical else "line"
        legend.append(LegendEntry(category.colour, marker, category.label, texts.number(category.count)))
    if facilities_title is not None:
        legend.append(LegendEntry("none", "triangle", facilities_title, ""))
    if closed.zones is not None:
        legend.append(LegendEntry(WATER, "square", texts.both("closing_zone"), ""))
    layers = {"facilities": facilities, "water": closed.zones, "outlines": ground, "streets": streets}
    picture = _picture(outcome.layer, outcome.legend, **layers)
    return MapPicture(texts.both("map_of", title=title_words(outcome.analysis)), picture, legend)


def _usable(outcome: Outcome, facilities: GeoDataFrame | None) -> GeoDataFrame | None:
    """Return the facilities that count."""
    if facilities is None or outcome.unused is None:
        return facilities
    return facilities.drop(index=outcome.unused.index)


def _scenario_map(outcome: Outcome, flood: Flood, scenario: Any) -> MapPicture:
    label = scenario_label(scenario)
    categories = flood_categories(outcome.layer, label)
    closed = (flood.facilities[f"state_{label}"] != "usable").to_numpy()
    picture = _picture(
        outcome.layer,
        categories,
        facilities=flood.facilities,
        closed=closed,
        outlines=flood.areas,
        water=flood.zones[(flood.zones[flood.scenario] == scenario).to_numpy()],
    )
    legend = [
        *_entries(categories),
        LegendEntry(FACILITY, "full_triangle", texts.both("usable_facility"), texts.number(int((~closed).sum()))),
        LegendEntry(FACILITY, "triangle", texts.both("closed_facility"), texts.number(int(closed.sum()))),
        LegendEntry(WATER, "square", texts.both("flood_zone"), ""),
    ]
    title = texts.both("map_during", title=title_words(outcome.analysis), scenario=str(scenario))
    return MapPicture(title, picture, legend)


def map_picture(title: Words, rows: GeoDataFrame, categories: list[Category], **layers: Any) -> MapPicture:
    """Return a map of rows by category; `layers` are those of `draw_map`."""
    return MapPicture(title, _picture(rows, categories, **layers), _entries(categories))


def title_words(analysis: Analysis) -> Words:
    """Return the title of an analysis in every language."""
    return {lang: analysis.title.get(lang) for lang in texts.LANGUAGES}


def _entries(categories: list[Category]) -> list[LegendEntry]:
    return [
        LegendEntry(each.colour, each.marker, each.label, texts.number(each.count)) for each in categories if each.count
    ]


def _picture(rows: GeoDataFrame, categories: list[Category], **layers: Any) -> str:
    """Return a map as a data: URI of an SVG picture."""
    with mpl.rc_context(REPEATABLE):
        figure = Figure(figsize=(8, 6), layout="constrained")
        draw_map(rows, categories, ax=figure.add_subplot(), lang=None, **layers)
        picture = io.BytesIO()
        figure.savefig(
            picture,
            format="svg",
            bbox_inches="tight",
            pad_inches=0.05,
            dpi=150,
            metadata={"Date": None, "Creator": None},
        )
    svg = re.sub(r' d="[^"]+"', _shorter, picture.getvalue().decode())
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _ground(assessment: Assessment) -> str:
    """Return the input to draw under an analysis that names no areas: those of another one, for a sense of place."""
    areas = (getattr(outcome.analysis, "areas", None) for outcome in assessment.outcomes)
    return next((name for name in areas if name is not None), "")


def _shorter(path: re.Match[str]) -> str:
    """Cut the coordinates of a path to a hundredth of a point."""
    return re.sub(r"(\.\d\d)\d+", r"\1", path.group())
