# SPDX-License-Identifier: Apache-2.0
"""An assessment as QGIS is to show it: its layers with their symbols and names, in groups, and the maps they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from sheltermap.base import texts
from sheltermap.base.scenarios import scenario_label
from sheltermap.base.sql_quoting import quoted, quoted_text
from sheltermap.basemap.ground_layers import PREFIX
from sheltermap.drawing.ground import LINE_ORDER, ORDER, dashes_mm, ground_categories
from sheltermap.drawing.legend import Category, Look
from sheltermap.drawing.plots import FACILITY, WATER
from sheltermap.drawing.shared_places import places_of
from sheltermap.drawing.siting_legends import SITE
from sheltermap.page.table import words_of
from sheltermap.qgis import rules
from sheltermap.qgis.project import Project
from sheltermap.qgis.styled_layer import (
    Entry,
    GeometryKind,
    Group,
    Style,
    StyledLayer,
    Symbol,
    Theme,
    require_columns,
)
from sheltermap.runs.layer_words import INPUT

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pyproj import CRS

    from sheltermap.dictionary import layers as dictionary
    from sheltermap.page.table import Words
    from sheltermap.questions.kind import Kind
    from sheltermap.questions.outcome import Outcome
    from sheltermap.runs.assessment import Assessment

KINDS: tuple[GeometryKind, ...] = ("point", "line", "polygon")  # as they lie above each other
# What inputs are, by the roles that they have in analyses; of several the first counts.
PLACES = ("facilities", "shelters", "stores", "offices", "candidates", "upgrades")
CANDIDATES = ("candidates", "upgrades")
ROLES = (*PLACES, "zones", "barrier", "areas", "reports", "features", "units", "demand")
# The layers of a result in which these places are already.
HELD_BY = {"facilities": "facilities", "shelters": "structures", "stores": "stores", "candidates": "sites"}
SHOWN_WITH = ("areas", "zones", "barrier", *PLACES)  # inputs without which a map says little
OUTLINE, GREY, ROW = "#8a8375", "#6b7280", "#5b6b7f"
FEW, MANY = 300, 2000  # rows that have room for names, and for symbols of full size
LARGE_MM, MIDDLE_MM, SMALL_MM = 2.6, 1.8, 1.3
NUMBERED = 10  # places of the uncovered that bear their number
OWN_NAMES = ("name", "area", "district", "store", "facility_name", "feature", "zone", "scenario", "place")


def qgis_project(
    assessment: Assessment, words: Sequence[dictionary.Layer], geopackage: str, tables: Sequence[str]
) -> Project:
    """Return what a QGIS project shows of an assessment.

    Parameters
    ----------
    assessment : Assessment
    words : sequence of Layer
        What its layers are called, as `layer_words` tells it.
    geopackage : str
        Name of the file with its layers.
    tables : sequence of str
        Those without places that a reader may want to look into.

    Raises
    ------
    SheltermapError
        If a legend names a column that its layer does not have.
    """
    made = _Styling(assessment, {each.name: each for each in words})
    layers = made.layers()
    for layer in layers.values():
        require_columns(layer)
    plan = assessment.plan
    described = words_of(plan.description) if plan.description is not None else words_of(plan.title)
    named = {name: texts.both(f"qgis_table_{name}") for name in tables if f"qgis_table_{name}" in texts.TEXTS}
    groups = made.groups(layers)
    themes: list[Theme] = []
    for number, (kind, outcome) in enumerate(assessment.answers(), start=int(groups[0].is_shared)):
        themes += made.themes(kind, outcome, number, layers)
    around = [kind.name for kind in plan.analyses if kind.name in layers]
    return Project(
        words_of(plan.title),
        described,
        assessment.year,
        assessment.created,
        geopackage,
        {name: layers[name] for group in groups for name in group.layers},
        groups,
        themes,
        named,
        around,
    )


@dataclass(frozen=True)
class _Styling:
    """Finds how the layers of an assessment are drawn."""

    assessment: Assessment
    words: Mapping[str, dictionary.Layer]

    def layers(self) -> dict[str, StyledLayer]:
        """Return all layers that have a place on a map, by name."""
        found = [*self._results(self.words), *self._inputs(self.words), *self._ground(self.words)]
        return {each.name: each for each in found}

    def groups(self, layers: Mapping[str, StyledLayer]) -> list[Group]:
        """Return the groups: places of inputs above the analyses, other inputs and the base map below them."""
        inputs = [f"{INPUT}{name}" for name in self.assessment.frames if f"{INPUT}{name}" in layers]
        places = [name for name in inputs if self._role(name.removeprefix(INPUT)) in PLACES]
        # Areas are outlines, which zones would hide.
        others = sorted(
            set(inputs) - set(places),
            key=lambda name: (self._role(name.removeprefix(INPUT)) != "areas", inputs.index(name)),
        )
        above = [Group(texts.both("qgis_places"), _by_kind(places, layers), is_shared=True)] if places else []
        of_analyses = []
        for kind, outcome in self.assessment.answers():
            beside = _by_kind([name for name in outcome.layers if name in layers and name != kind.name], layers)
            own = [name for name in (*beside, kind.name) if name in layers]
            of_analyses.append(Group(words_of(kind.title), _by_kind(own, layers)))
        below = [Group(texts.both("qgis_inputs"), _by_kind(others, layers), is_shared=True)] if others else []
        ground = [name for name in layers if name.startswith(PREFIX)]
        ground.sort(key=lambda name: _ground_place(name.removeprefix(PREFIX)))
        base = [Group(texts.both("qgis_base_map"), ground, is_ground=True, is_shared=True)] if ground else []
        return [*above, *of_analyses, *below, *base]

    def themes(self, kind: Kind, outcome: Outcome, group: int, layers: Mapping[str, StyledLayer]) -> Iterator[Theme]:
        """Give the maps of an analysis: one for each way to draw its layer, with what lies around it."""
        own = [name for name in outcome.layers if name in layers]
        if not own:
            return
        if f"{kind.name}_areas" in own and layers[f"{kind.name}_areas"].geometry == "polygon":
            own.remove(kind.name)  # whose rows only say what their area says
        around = [
            f"{INPUT}{name}"
            for role, name in kind.roles.items()
            if role in SHOWN_WITH
            and f"{kind.name}_{HELD_BY.get(role, role)}" not in own
            and not _same_rows(outcome.context.frames.get(role), outcome.layer)
        ]
        if "areas" not in kind.roles and self._areas is not None:
            around.append(self._areas)  # as maps of the report have them
        shown = [name for name in (*own, *dict.fromkeys(around), *layers) if name in layers]
        seen = [name for name in dict.fromkeys(shown) if name in own or name in around or name.startswith(PREFIX)]
        rights = self.assessment.plan.attributions(kind)
        main = layers[kind.name] if kind.name in layers else layers[own[0]]
        for style in main.styles:
            title = words_of(kind.title)
            if style.key:
                title = texts.both("layer_part", title=title, part=style.name)
            keys = {name: _key(layers[name], style.key) for name in seen}
            yield Theme(title, group, keys, rights)

    def _results(self, words: Mapping[str, dictionary.Layer]) -> Iterator[StyledLayer]:
        for kind, outcome in self.assessment.answers():
            legends, looks = kind.legends(outcome), kind.looks(outcome)
            rights = "; ".join(self.assessment.plan.attributions(kind)) or None
            labels = {role: outcome.context.labels(role) for role in outcome.context.sources}
            for name, frame in outcome.layers.items():
                geometry = _kind_of(frame)
                title = words[name].title
                several = looks.get(name) or [Look("", title, legends.get(name) or [_alike(frame, title)])]
                symbol = _base_symbol(frame, is_main=name == kind.name)
                drawn = [Style(each.key, each.name, _entries(each.categories, symbol)) for each in several]
                named_by = _named_by(frame, labels, is_main=name == kind.name)
                yield StyledLayer(
                    words[name], geometry, _crs(frame), drawn, named_by, _label(frame, named_by), rights=rights
                )

    def _inputs(self, words: Mapping[str, dictionary.Layer]) -> Iterator[StyledLayer]:
        for name, frame in self.assessment.frames.items():
            source, told = self.assessment.plan.inputs[name], words[f"{INPUT}{name}"]
            geometry, role = _kind_of(frame), self._role(name)
            symbol = _input_symbol(role, geometry, len(frame))
            styles = [Style("", told.title, [Entry(rules.EVERYTHING, told.title, symbol)])]
            styles += self._scenarios(name, frame, symbol)
            named_by = next((each for each in (source.name, "name", source.id, "id") if each in frame.columns), None)
            is_labelled = role in (*PLACES, "areas") and len(frame) <= FEW and named_by in (source.name, "name")
            label = quoted(named_by) if is_labelled and named_by is not None else None
            rights = source.attribution
            yield StyledLayer(
                told, geometry, _crs(frame), styles, named_by, label, licence=source.licence, rights=rights
            )

    @property
    def _areas(self) -> str | None:
        """The layer of the areas that analyses count by: the first that one names."""
        named = [kind.roles["areas"] for kind in self.assessment.plan.analyses if "areas" in kind.roles]
        return f"{INPUT}{named[0]}" if named else None

    def _role(self, name: str) -> str:
        """Return what an input is, by what analyses take it for."""
        roles = {role for kind in self.assessment.plan.analyses for role, given in kind.roles.items() if given == name}
        if not roles and _kind_of(self.assessment.frames[name]) == "polygon":
            return "zones"  # of a scenario
        return next((role for role in ROLES if role in roles), "features")

    def _scenarios(self, name: str, frame: GeoDataFrame, symbol: Symbol) -> list[Style]:
        """Return the styles of zones of which each scenario has its own."""
        named = [getattr(kind, "scenario", None) for kind in self.assessment.plan.analyses if _is_zones(kind, name)]
        column = next((each for each in named if isinstance(each, str) and each in frame), None)
        if column is None:
            return []
        values = [each for each in dict.fromkeys(frame[column].dropna()) if isinstance(each, str)]
        if len(values) < 2:
            return []
        return [
            Style(
                scenario_label(value),
                texts.name(value),
                [Entry(f"{quoted(column)} = {quoted_text(value)}", texts.name(value), symbol)],
            )
            for value in values
        ]

    def _ground(self, words: Mapping[str, dictionary.Layer]) -> Iterator[StyledLayer]:
        basemap = self.assessment.basemap
        if basemap is None:
            return
        for part, frame in basemap.layers.items():
            told, geometry = words[f"{PREFIX}{part}"], _kind_of(frame)
            entries = []
            for each, rank in zip(ground_categories(part, frame), sorted(set(frame["rank"].tolist())), strict=True):
                dashes = dashes_mm(part, int(rank)) if part in LINE_ORDER else []
                # Places are their names; a dot says where.
                symbol = Symbol(each.colour, line_mm=each.line_mm, edge_mm=0.0, size_mm=0.8, dashes_mm=dashes)
                entries.append(Entry(each.rule, each.label, symbol))
            styles = [Style("", told.title, entries)]
            label = quoted("name") if part == "places" else None
            licence = self.assessment.plan.map.licence
            yield StyledLayer(
                told, geometry, _crs(frame), styles, "name", label, licence=licence, rights=basemap.attribution or None
            )


def _same_rows(given: GeoDataFrame | None, found: GeoDataFrame) -> bool:
    """Return whether a result has the rows of an input, with what was found for each."""
    return given is not None and len(given) == len(found) and set(given.columns) <= set(found.columns)


def _is_zones(kind: Kind, name: str) -> bool:
    return kind.roles.get("zones") == name


def _key(layer: StyledLayer, wanted: str) -> str:
    """Return the style of a layer that goes with that of another: of the same limit or scenario, else the first."""
    keys = [each.key for each in layer.styles]
    return wanted if wanted in keys else keys[0]


def _ground_place(name: str) -> int:
    """Return how far below the names of places a part of the base map lies."""
    order = [*reversed(LINE_ORDER), *reversed(ORDER)]
    return order.index(name) if name in order else -1


def _by_kind(names: Sequence[str], layers: Mapping[str, StyledLayer]) -> list[str]:
    """Return layers as they lie above each other: points, lines, polygons."""
    return sorted(names, key=lambda name: KINDS.index(layers[name].geometry))


def _kind_of(frame: GeoDataFrame) -> GeometryKind:
    """Return what most of the geometries of a layer are."""
    if places_of(frame.geometry) is not None:
        return "point"
    dimensions = shapely.get_dimensions(np.asarray(frame.geometry.array, dtype=object))
    counts = [int((dimensions == each).sum()) for each in range(3)]
    return KINDS[int(np.argmax(counts))]


def _crs(frame: GeoDataFrame) -> CRS:
    """Return the reference system of a layer as GeoPackage keeps it: WGS 84 has one number there."""
    from pyproj import CRS

    crs = frame.crs
    if crs is None or crs.to_authority() == ("OGC", "CRS84"):
        return CRS.from_epsg(4326)
    return crs


def _alike(frame: GeoDataFrame, title: Words) -> Category:
    """Return the legend of a layer of which a kind says nothing: all rows are alike."""
    return Category(np.ones(len(frame), dtype=bool), rules.EVERYTHING, ROW, "circle", title)


def _base_symbol(frame: GeoDataFrame, *, is_main: bool) -> Symbol:
    """Return the size of the symbols of a result: many are small, and what lies beside the rows stands out."""
    rows = len(frame)
    size = LARGE_MM if rows <= FEW else MIDDLE_MM if rows <= MANY else SMALL_MM
    if is_main:
        return Symbol(ROW, size_mm=size, edge_mm=0.2 if rows <= MANY else 0.1)
    stands_out = rows <= FEW and _kind_of(frame) != "polygon"
    return Symbol(ROW, size_mm=min(size * 1.25, 3.2), edge=FACILITY if stands_out else "#ffffff", edge_mm=0.2)


def _entries(categories: Sequence[Category], symbol: Symbol) -> list[Entry]:
    """Return the entries of a legend that have rows; where none has, all of them."""
    drawn = [each for each in categories if each.count] or list(categories)
    return [
        Entry(
            each.rule,
            each.label,
            replace(
                symbol,
                colour=each.colour,
                shape="circle" if each.marker == "line" else each.marker,
                line_mm=each.line_mm,
                opacity=0.75 if each.colour == WATER else 1.0,
            ),
        )
        for each in drawn
    ]


def _input_symbol(role: str, geometry: GeometryKind, rows: int) -> Symbol:
    """Return how an input is drawn, by what it is."""
    if role in PLACES:
        colour = SITE if role in CANDIDATES else FACILITY
        size = 3.0 if rows <= 100 else 2.0
        opacity = 0.15 if geometry == "polygon" else 1.0
        edge = FACILITY if geometry == "polygon" or role in CANDIDATES else "#ffffff"
        return Symbol(colour, "triangle", size_mm=size, line_mm=0.5, opacity=opacity, edge=edge)
    if role in ("zones", "barrier"):
        return Symbol(WATER, "diamond", line_mm=0.6, opacity=0.6, edge=WATER, edge_mm=0.1)
    if role == "areas":
        return Symbol(OUTLINE, size_mm=1.8, line_mm=0.4, is_filled=geometry != "polygon", edge=OUTLINE, edge_mm=0.35)
    size = LARGE_MM if rows <= FEW else MIDDLE_MM if rows <= MANY else SMALL_MM
    colour = GREY if role == "demand" else ROW
    return Symbol(colour, size_mm=size, line_mm=0.6, opacity=0.35, edge_mm=0.1 if rows > MANY else 0.2)


def _named_by(frame: GeoDataFrame, labels: Mapping[str, str | None], *, is_main: bool) -> str | None:
    """Return the column that a person calls the rows of a result by."""
    places = [labels[role] for role in PLACES if role in labels]
    rows = [column for role, column in labels.items() if role not in PLACES]
    known: list[Any] = [*rows, *places] if is_main else [*places, *OWN_NAMES, *rows]
    return next((each for each in (*known, *OWN_NAMES, "id") if each is not None and each in frame.columns), None)


def _label(frame: GeoDataFrame, named_by: str | None) -> str | None:
    """Return what stands at the rows of a result: their names where there is room, the numbers of the worst places."""
    if {"place", "farthest_m"} <= set(frame.columns) or {"place", "farthest_s"} <= set(frame.columns):
        return f'CASE WHEN "place" <= {NUMBERED} THEN to_string("place") END'
    if named_by is None or len(frame) > FEW or named_by == "id":
        return None
    is_scattered = bool((shapely.get_num_geometries(np.asarray(frame.geometry.array, dtype=object)) > 1).any())
    return None if is_scattered and _kind_of(frame) != "polygon" else quoted(named_by)
