# SPDX-License-Identifier: Apache-2.0
"""Legends of an allocation: rows by whether their people have a place, facilities by how full they are, lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheltermap.base import texts
from sheltermap.base.reasons import STATUS_OF
from sheltermap.drawing.flow_maps import flow_categories
from sheltermap.drawing.legend import BANDS, BEFORE, COVERED, NOT_CONCERNED, UNCOVERED, UNKNOWN, Category, is_code

if TYPE_CHECKING:
    import geopandas as gpd

NEARLY_FULL = 0.8  # of the places


def allocation_categories(rows: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of rows in parts: all near enough is full, no place for another reason, a place, unknown."""
    reason = rows["reason"]
    placed = rows["facility"].notna().to_numpy()
    unknown = [name for name, status in STATUS_OF.items() if status == "unknown"]
    nowhere = reason.isin(unknown).to_numpy(dtype=bool)
    full = is_code(reason, "full")
    others = ~placed & ~full & ~nowhere & reason.notna().to_numpy()
    told = ", ".join(f"'{each}'" for each in unknown)
    return [
        Category(full, "\"reason\" = 'full'", UNCOVERED, "diamond", texts.both("place_full")),
        Category(
            others,
            f'"facility" IS NULL AND "reason" IS NOT NULL AND "reason" NOT IN ({told})',
            BEFORE,
            "diamond",
            texts.both("place_none"),
        ),
        Category(placed, '"facility" IS NOT NULL', COVERED, "circle", texts.both("place_there")),
        Category(~full & ~others & ~placed, "TRUE", UNKNOWN, "cross", texts.both("unknown")),
    ]


def utilisation_categories(facilities: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of facilities: full, nearly, with room, nobody comes, no use."""
    state = facilities["state"]
    used = facilities["utilisation"].to_numpy(dtype=float)
    room = is_code(state, "has_room")
    nearly, empty = room & (used >= NEARLY_FULL), room & (used == 0)
    with_room = "\"state\" = 'has_room'"
    drawn = (
        (is_code(state, "full"), "\"state\" = 'full'", UNCOVERED, "diamond", "facility_full"),
        (nearly, f'{with_room} AND "utilisation" >= {NEARLY_FULL}', BEFORE, "circle", "facility_nearly_full"),
        (empty, f'{with_room} AND "utilisation" = 0', NOT_CONCERNED, "circle", "facility_empty"),
        (room & ~nearly & ~empty, with_room, BANDS[0], "circle", "facility_has_room"),
        (~room & ~is_code(state, "full"), "TRUE", UNKNOWN, "cross", "facility_no_use"),
    )
    share = {lang: texts.share(NEARLY_FULL, lang) for lang in texts.LANGUAGES}
    return [
        Category(here, rule, colour, marker, texts.both(word, share=share))
        for here, rule, colour, marker, word in drawn
    ]


def spill_categories(lines: gpd.GeoDataFrame) -> list[Category]:
    """Return the legend of lines to facilities in classes: most people, a tenth of that, fewer."""
    return flow_categories(lines, at_least="spill_from", fewer="spill_fewer")
