# SPDX-License-Identifier: Apache-2.0
"""The map of an answer for the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheltermap.base import texts
from sheltermap.drawing.plots import NUMBERED, Streets, apart, ground_streets, lonlats
from sheltermap.page.picture import LegendEntry, MapPicture, map_picture
from sheltermap.page.table import Words, title_words, words_of
from sheltermap.questions.outcome import Outcome

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.basemap.basemap import Basemap
    from sheltermap.drawing.legend import Category

PER_MM = 72 / 25.4  # points, in which lines on paper are as wide as in QGIS


@dataclass(frozen=True)
class Underlay:
    """What lies under the maps of a plan."""

    outlines: GeoDataFrame | None = None  #: under those of an analysis that names no areas itself
    basemap: Basemap | None = None


def under(ground: Underlay | None, outlines: GeoDataFrame | None = None) -> dict[str, Any]:
    """Return what lies under a map as `draw_map` takes it, with outlines of its own where it has some."""
    ground = ground or Underlay()
    return {"outlines": ground.outlines if outlines is None else outlines, "context": ground.basemap}


def outcome_map(outcome: Outcome, legend: list[Category], ground: Underlay | None) -> MapPicture:
    """Return the rows of an outcome over its areas or zones, with the facilities that count and the streets."""
    given = outcome.context.frames
    network = outcome.context.streets
    return map_picture(
        map_title(outcome),
        outcome.layer,
        legend,
        also=facility_entries(outcome),
        facilities=facilities_drawn(outcome),
        streets=[] if network is None else [ground_streets(network)],
        name=picture_name(outcome) if "places" in outcome.tables else "",
        places=outcome.tables.get("places"),
        **under(ground, given.get("areas", given.get("zones"))),
    )


def picture_name(outcome: Outcome) -> str:
    """Return the name of the picture on which numbers of an outcome's tables stand."""
    return f"{outcome.analysis.name}-map"


def found_at(outcome: Outcome, places: GeoDataFrame, role: str = "rows", *, crowded: bool = False) -> dict[str, Any]:
    """Return what a table says of its first column, whose numbers are those of `places` on the picture, one a row.

    Where they are `crowded`, the picture has those that stand apart from each other.
    """
    drawn = set((apart(places, outcome.layer) if crowded else places[:NUMBERED])["place"])
    numbered = [row for row, number in enumerate(places["place"]) if number in drawn]
    return {"numbers_on": picture_name(outcome), "numbered": numbered, "places": lonlats(places), "role": role}


def numbered(frame: GeoDataFrame) -> GeoDataFrame:
    """Return what a picture numbers, from 1 on."""
    return frame.assign(place=range(1, len(frame) + 1))


def map_title(outcome: Outcome) -> Words:
    """Return what stands under a map."""
    return texts.both("map_of", title=words_of(outcome.analysis.title))


def lines_drawn(
    frame: GeoDataFrame, categories: Sequence[Category], zorder: float
) -> tuple[list[Streets], list[LegendEntry]]:
    """Return lines as wide as their category says, and the legend's entries for them."""
    drawn = [Streets(frame[each.rows], each.colour, each.line_mm * PER_MM, zorder) for each in categories]
    entries = [
        LegendEntry(each.colour, "thick_line" if each.line_mm > 1 else "line", each.label, texts.number(each.count))
        for each in categories
    ]
    return drawn, entries


def facilities_drawn(outcome: Outcome) -> GeoDataFrame | None:
    """Return the facilities that count, where there are some."""
    return outcome.context.facilities if "facilities" in outcome.context.frames else None


def facility_entries(outcome: Outcome) -> list[LegendEntry]:
    """Return the legend's entry for facilities, under the title that the plan gives them."""
    if "facilities" not in outcome.context.sources:
        return []
    source = outcome.context.sources["facilities"]
    name = outcome.analysis.roles["facilities"]
    return [LegendEntry("none", "triangle", title_words(source.title, name), "")]
