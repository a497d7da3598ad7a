# SPDX-License-Identifier: Apache-2.0
"""The map of a siting to look around in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.drawing.plots import lonlat_shapes
from sheltermap.drawing.siting_legends import siting_categories
from sheltermap.drawing.siting_maps import plot_siting
from sheltermap.layers.row_ids import row_ids
from sheltermap.map.packed_layers import Field, Layer, value_texts
from sheltermap.map.page import Map, one_view
from sheltermap.map.result_layers import (
    area_fields,
    cost_field,
    named_layer,
    reason_field,
    rows_layer,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.planning.siting import Siting


def explore_siting(
    siting: Siting,
    *,
    name: str | None = None,
    candidate_name: str | None = None,
    facility_name: str | None = None,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
) -> Map:
    """Return the map of a siting; `Siting.explore` says what the parameters mean."""
    rows = siting.rows
    categories = siting_categories(rows)
    fields = [
        Field(texts.say("nearest_facility", lang), value_texts(rows["facility"], lang)),
        cost_field(rows[siting.cost_column], lang),
        reason_field(rows, lang),
        *area_fields(rows, lang),
    ]
    layers = [
        rows_layer(rows, categories, name, fields, columns, lang),
        _sites(siting, candidate_name, facility_name, lang),
    ]
    if siting.areas is not None:
        layers.insert(0, named_layer("areas", siting.areas, None, lang, None))
    return one_view(
        title if title is not None else texts.say("siting", lang),
        layers,
        categories,
        lambda: plot_siting(siting, lang=lang),
        lang=lang,
    )


def _sites(siting: Siting, candidate_name: str | None, facility_name: str | None, lang: str) -> Layer:
    """Return what stands and what was chosen as one layer; a click tells which of both a facility is."""
    frames: list[tuple[GeoDataFrame, pd.Index[Any], str]] = []
    if siting.existing is not None:
        ids = row_ids(siting.existing, facility_name, "facilities", "facility_name", each_its_own=False)
        frames.append((siting.existing, ids, "site_existing"))
    for frame, column in ((siting.chosen, candidate_name), (siting.upgrades, "facility")):
        if frame is not None:
            taken = frame[frame["chosen"].to_numpy(bool)]
            ids = row_ids(taken, column, "candidates", "candidate_name", each_its_own=False)
            frames.append((taken, ids, "site_chosen"))
    names: list[str | None] = []
    states: list[str | None] = []
    orders: list[str | None] = []
    gained: list[str | None] = []
    for frame, ids, word in frames:
        names += value_texts(pd.Series(ids), lang)
        states += [texts.say(word, lang)] * len(frame)
        new = word == "site_chosen"
        orders += value_texts(frame["order"], lang) if new else [None] * len(frame)
        gained += value_texts(frame["people_gained"], lang) if new else [None] * len(frame)
    told = [
        Field(texts.say("facility", lang), names),
        Field(texts.say("state", lang), states),
        Field(texts.say("site_order", lang), orders),
        Field(texts.say("site_people_gained", lang), gained),
    ]
    return Layer("facilities", np.concatenate([lonlat_shapes(frame) for frame, _, _ in frames]), told)
