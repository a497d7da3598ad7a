# SPDX-License-Identifier: Apache-2.0
"""The page for everybody: where the nearest place is, what it is, how many people have one near, what is not shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.scopes import OUTSIDE_AREAS
from sheltermap.drawing.legend import COVERED, UNCOVERED, Category
from sheltermap.drawing.plots import draw_map, lonlat_shapes, lonlats
from sheltermap.layers.geometry_kinds import has_place
from sheltermap.map import Map, View
from sheltermap.map.packed_layers import Field, Layer
from sheltermap.page.picture import map_picture
from sheltermap.page.render import render
from sheltermap.page.table import Cell, Table
from sheltermap.public.people_tables import WITHIN
from sheltermap.public.shown_facilities import EXACT, HIDDEN, PLACE
from sheltermap.public.suppression import PEOPLE, Key
from sheltermap.registers.schema import schema

if TYPE_CHECKING:
    from sheltermap.basemap.basemap import Basemap
    from sheltermap.public.people_tables import PeopleTables
    from sheltermap.public.shown_facilities import ShownFacilities
    from sheltermap.public.statement import Statement

Words = dict[str, str]
HAZARDS = (*("flood", "landslide", "storm_surge", "earthquake", "tsunami", "large_fire", "inland_flooding", "volcano"),)
DIGITS = 5  # of degrees on the page: a metre
MOST_NAMES = 5_000  # of the base map that can be searched for


@dataclass(frozen=True)
class Told:
    """What the page tells."""

    title: Words
    languages: list[str]
    year: int
    facilities: list[tuple[Words, ShownFacilities]]  #: with the title of each layer
    tables: list[PeopleTables]
    analyses: dict[str, Words]  #: titles by name
    areas: Mapping[str, gpd.GeoDataFrame]  #: outlines by layer of people
    illustrative: frozenset[str]  #: layers whose rows are made up
    attributions: list[str]
    statement: Statement
    basemap: Basemap | None = None

    @property
    def outlines(self) -> gpd.GeoDataFrame | None:
        """The outlines of areas that maps show; None where there are none."""
        return next(iter(self.areas.values()), None)


@dataclass(frozen=True)
class Card:
    """A place to go to, in words."""

    name: Words
    kind: Words
    lines: list[tuple[Words, Words]] = field(default_factory=list)
    note: Words | None = None
    lonlat: str = ""  #: longitude and latitude, nothing where the place is not told
    step_free: bool = False
    illustrative: bool = False


def public_page(told: Told, maps: Mapping[str, str]) -> str:
    """Return the page; `maps` are those beside it, by the name of the file."""
    cards = sorted(
        (card for title, each in told.facilities for card in _cards(title, each, each.name in told.illustrative)),
        key=lambda card: (card.name[told.languages[0]].casefold(), card.lonlat),
    )
    own = package_files("sheltermap.public")
    names = file_names(told.languages)
    rows, categories = _on_map(told)
    return render(
        "public",
        "public.html.j2",
        told.languages,
        title=told.title,
        kind=texts.both("public.kind"),
        beside={lang: name for name, lang in zip(names, told.languages, strict=True)} if maps else None,
        further=(
            own.joinpath("public.css").read_text(encoding="utf-8"),
            own.joinpath("public.js").read_text(encoding="utf-8"),
        ),
        told=told,
        cards=cards,
        map_page=next(iter(maps), None),
        picture_of_map=map_picture(
            texts.both("public.places_heading"),
            rows,
            categories,
            outlines=told.outlines,
            context=told.basemap,
        )
        if len(rows)
        else None,
        figures=[table for each in told.tables for table in _tables(told, each)],
        names=json.dumps(_names(told), ensure_ascii=False).replace("<", "\\u003c"),
        has_step_free=any(card.step_free for card in cards),
    )


def public_maps(told: Told) -> dict[str, str]:
    """Return the map to look around in, by the name of its file, one in each language; none without any place."""
    rows, categories = _on_map(told)
    if not len(rows):
        return {}
    names = file_names(told.languages)
    languages = dict(zip(told.languages, names, strict=True))
    pages = {}
    for lang, name in languages.items():
        title = texts.say("public.map_title", lang, title=told.title)
        layers = []
        if told.outlines is not None:
            called = [_area_words(each)[lang] for each in told.outlines["area"].tolist()]
            layers = [Layer("areas", lonlat_shapes(told.outlines), [Field(texts.say("public.area", lang), called)])]
        category = np.argmax(np.column_stack([each.rows for each in categories]), axis=1).astype(np.uint8)
        cards = rows["card"].tolist()
        labels = list(dict.fromkeys(label[lang] for card in cards for label, _ in card.lines))
        fields = [Field(texts.say("name", lang), [card.name[lang] for card in cards])]
        for each in labels:
            said = [{label[lang]: text[lang] for label, text in card.lines}.get(each) for card in cards]
            fields.append(Field(each, said))
        layers.append(Layer("rows", lonlat_shapes(rows), fields, category, title=texts.say("public.map", lang)))
        draw = partial(draw_map, rows, categories, outlines=told.outlines, context=told.basemap, lang=lang)
        view = View(title, layers, categories, draw)
        pages[name] = Map(title, [view], lang=lang, context=told.basemap, languages=languages).html
    return pages


def file_names(languages: Sequence[str]) -> list[str]:
    """Return the names of the map's files: the first language has the plain one."""
    return [f"map.{lang}.html" if number else "map.html" for number, lang in enumerate(languages)]


def _on_map(told: Told) -> tuple[gpd.GeoDataFrame, list[Category]]:
    """Return the places that are told, each with its card, and their legend."""
    shapes: list[Any] = []
    cards: list[Card] = []
    rough: list[bool] = []
    for title, each in told.facilities:
        present = has_place(each.rows.geometry.to_numpy())
        shapes += each.rows.geometry.to_numpy()[present].tolist()
        made_up = each.name in told.illustrative
        cards += [card for card, here in zip(_cards(title, each, made_up), present.tolist(), strict=True) if here]
        rough += (each.rows[PLACE] != EXACT).to_numpy(dtype=bool)[present].tolist()
    rows = gpd.GeoDataFrame(
        {"card": pd.Series(cards, dtype=object)}, geometry=gpd.GeoSeries(shapes, crs=4326), crs=4326
    )
    about = np.array(rough, dtype=bool)
    categories = [
        Category(~about, "", COVERED, "circle", texts.both("public.exact_place")),
        Category(about, "", UNCOVERED, "diamond", texts.both("public.rough_place")),
    ]
    return rows, [each for each in categories if each.count]


def _cards(title: Words, facilities: ShownFacilities, illustrative: bool) -> list[Card]:
    """Return what is told of each facility of a layer."""
    places = lonlats(facilities.rows)
    fields = schema(facilities.kind).fields
    rows = facilities.rows.drop(columns=facilities.rows.geometry.name).astype(object)
    rows = rows.where(rows.notna(), None)
    found = []
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        kind = _code(fields["kind"], row.get("kind")) if row.get("kind") is not None else title
        name = row.get("name") or row.get("address") or row.get("id")
        lines = [(label, text) for label, text in _lines(row, set(rows.columns))]
        note = None
        if row[PLACE] != EXACT:
            note = texts.both("public.not_told" if row[PLACE] == HIDDEN else "public.about_here")
        lonlat = "" if place is None else f"{place[0]:.{DIGITS}f} {place[1]:.{DIGITS}f}"
        called = kind if name is None else dict.fromkeys(texts.LANGUAGES, str(name))
        step_free = row.get("step_free_access") is True
        found.append(Card(called, kind, lines, note, lonlat, step_free, illustrative))
    return found


def _lines(row: Mapping[str, Any], columns: set[str]) -> Iterator[tuple[Words, Words]]:
    """Give the answers to what people ask of a place, in their order; of what the register does not have, none."""
    if row.get("address"):
        yield texts.both("public.address"), dict.fromkeys(texts.LANGUAGES, str(row["address"]))
    for label, wanted, parts in (
        ("public.open", {"opening", "open_always", "ready_within_h"}, _opening(row)),
        ("public.protects", {"category", *(f"suits_{each}" for each in HAZARDS)}, _protection(row)),
        ("public.room_for", {"capacity_persons"}, _room(row)),
        ("public.wheelchair", {"step_free_access", "wheelchair_places"}, _wheelchair(row)),
    ):
        said = list(parts)
        if wanted & columns:
            yield texts.both(label), _together(said) if said else texts.both("public.not_known")


def _opening(row: Mapping[str, Any]) -> Iterator[Words]:
    if row.get("opening") is not None:
        yield _code(schema("shelter").fields["opening"], row["opening"])
    if row.get("open_always") is not None:
        yield texts.both("public.open_always" if row["open_always"] else "public.open_not_always")
    if row.get("ready_within_h"):
        yield texts.both("public.open_on_foot", hours=texts.number(float(row["ready_within_h"])))


def _protection(row: Mapping[str, Any]) -> Iterator[Words]:
    if row.get("category") is not None:
        yield texts.both(f"public.protects_{row['category']}")
    for hazard in HAZARDS:
        if row.get(f"suits_{hazard}") is True:
            yield texts.both(f"public.hazard_{hazard}")


def _room(row: Mapping[str, Any]) -> Iterator[Words]:
    if row.get("capacity_persons"):
        yield texts.counted("public.persons", int(row["capacity_persons"]))


def _wheelchair(row: Mapping[str, Any]) -> Iterator[Words]:
    if row.get("step_free_access") is not None:
        yield texts.both("public.step_free" if row["step_free_access"] else "public.not_step_free")
    if row.get("wheelchair_places"):
        yield texts.both("public.wheelchair_places", count=texts.number(int(row["wheelchair_places"])))


def _code(field: Any, code: Any) -> Words:
    label = next((each.label for each in field.codes if each.code == code), None)
    return {lang: str(code) if label is None else str(texts.pick(label.model_dump(), lang)) for lang in texts.LANGUAGES}


def _together(said: Sequence[Words]) -> Words:
    return {lang: ", ".join(each[lang] for each in said) for lang in texts.LANGUAGES}


def _area_words(area: str) -> Words:
    """Return what an area is called, and who lives in none."""
    if OUTSIDE_AREAS not in area:
        return dict.fromkeys(texts.LANGUAGES, area)
    return {lang: area.replace(OUTSIDE_AREAS, texts.say(OUTSIDE_AREAS, lang)) for lang in texts.LANGUAGES}


def _tables(told: Told, people: PeopleTables) -> Iterator[Table]:
    """Give a table for each analysis: how many have a facility near, of all and of each group, by area."""
    numbers = people.shown.numbers
    questions = dict.fromkeys(key.analysis for key in numbers if key.analysis is not None)
    for analysis in questions:
        conditions = list(dict.fromkeys(str(key.condition) for key in numbers if key.analysis == analysis))
        areas = dict.fromkeys(key.area for key in numbers if key.analysis == analysis and key.measure == PEOPLE)
        ordered = sorted((area for area in areas if area is not None), key=str)
        head: list[Cell] = [texts.both("public.area"), texts.both("public.measure"), texts.both("public.people")]
        for each in conditions:
            head += [texts.both("public.within", distance=_distance(each)), "%"]
        body: list[list[Cell]] = []
        foot: list[list[Cell]] = []
        for area in [*ordered, None]:
            for measure in people.measures:
                row = _row(numbers, str(analysis), conditions, area, measure)
                (foot if area is None else body).append(row)
        yield Table(told.analyses[str(analysis)], head, body or foot, foot=foot if body else [], texts_first=2)


def _row(
    numbers: Mapping[Key, int | None], analysis: str, conditions: Sequence[str], area: str | None, measure: str
) -> list[Cell]:
    whole = numbers[Key(measure, area)]
    first: Cell = texts.both("public.everywhere") if area is None else _area_words(area)
    row: list[Cell] = [first, _measure_words(measure), _number(whole)]
    for condition in conditions:
        count = numbers.get(Key(measure, area, analysis, condition, "covered"), 0)
        row += [_number(count), _number(None if count is None or not whole else min(100, round(100 * count / whole)))]
    return row


def _number(count: int | None) -> str:
    return "–" if count is None else texts.number(count)


def _measure_words(measure: str) -> Words:
    if measure == PEOPLE:
        return texts.both("public.everywhere")
    known = schema("demand").fields.get(measure)
    if known is None:
        return dict.fromkeys(texts.LANGUAGES, measure)
    return {lang: str(texts.pick(known.label.model_dump(), lang)) for lang in texts.LANGUAGES}


def _distance(condition: str) -> Words:
    limit = condition.removeprefix(WITHIN).replace("_", ".")
    return texts.distances(Limit.parse(limit))


def _names(told: Told) -> list[tuple[str, float, float]]:
    """Return names that can be searched for, with longitude and latitude: places of the base map, and areas."""
    found: list[tuple[str, float, float]] = []
    layers = [told.outlines.rename(columns={"area": "name"})] if told.outlines is not None else []
    if told.basemap is not None and "places" in told.basemap.layers:
        places = told.basemap.layers["places"]
        layers.insert(0, places.sort_values("rank", kind="stable")[:MOST_NAMES] if "rank" in places else places)
    for layer in layers:
        middles = layer.geometry.representative_point()
        for name, x, y in zip(layer["name"].tolist(), middles.x.tolist(), middles.y.tolist(), strict=True):
            if isinstance(name, str) and name:
                found.append((name, round(x, DIGITS), round(y, DIGITS)))
    return found
