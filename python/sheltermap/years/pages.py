# SPDX-License-Identifier: Apache-2.0
"""A comparison as a page with maps, and as layers for a GIS."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import numpy as np
import pandas as pd

import sheltermap as sm
from sheltermap.assessments.folder import write_text
from sheltermap.assessments.overwriting import check_layers, check_page
from sheltermap.base import texts
from sheltermap.base.limits import Limit
from sheltermap.base.scopes import ALL, NO_AREA
from sheltermap.drawing import legend
from sheltermap.page.picture import MapPicture, map_picture
from sheltermap.page.render import render
from sheltermap.page.table import Cell, Table, Words, heads, words_of
from sheltermap.questions.figures import records, threshold_in
from sheltermap.report.titles import titles_of
from sheltermap.years.alignment import note_words
from sheltermap.years.causes import CAUSES
from sheltermap.years.comparison import TABLES, Comparison
from sheltermap.years.earlier import Recorded
from sheltermap.years.judged_figures import apart, figure_words
from sheltermap.years.matching import Keys, match
from sheltermap.years.not_compared import lacking_words
from sheltermap.years.verdict import verdict
from sheltermap.years.year_lines import facility_line

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.questions.kind import Kind

AS_BEFORE, NEW, GONE = "#c3c9d1", "#7b4fa3", "#3b4753"
GAPS_SHOWN = 50  # all are in the layer gaps_change


@dataclass(frozen=True)
class Part:
    """One section of the page."""

    name: str
    title: Words
    mark: Words | None = None
    note: Words | None = None
    maps: list[MapPicture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def write_page(change: Comparison, path: Path) -> None:
    """Write a page that shows both years and the change: one file, nothing asked for from outside."""
    check_page(path)
    plan = change.after.plan
    illustrative = plan.made_up()
    parts = [_part(change, analysis) for analysis in plan.analyses]
    page = render(
        "years",
        "comparison.html.j2",
        plan.languages,
        kind=texts.both("comparison"),
        title=plan.title,
        lead=texts.both("compared", before=change.before.year, after=change.after.year),
        banner=titles_of(illustrative) if illustrative else None,
        verdict=verdict(change),
        parts=[*(part for part in parts if part is not None), *_lacking(change), *_registers(change)],
    )
    write_text(path, page)


def write_layers(change: Comparison, path: Path) -> None:
    """Write what changed as a GeoPackage: rows gained and lost, gaps with their age, changed facilities, all tables."""
    check_layers(path)
    layers: dict[str, Any] = {}
    for analysis in change.after.plan.analyses:
        rows = changed_rows(change, analysis)
        if rows is not None:
            layers[f"{analysis.name}_change"] = rows
    if change.gaps is not None:
        layers["gaps_change"] = change.gaps
    layers |= {name: _writable(getattr(change, name)) for name in TABLES}
    sm.write(layers, path)


def _writable(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose columns that hold nothing are texts."""
    empty = [column for column in table if table[column].isna().all()]
    return table.astype(dict.fromkeys(empty, "string"))


def changed_rows(change: Comparison, analysis: Kind) -> GeoDataFrame | None:
    """Return the rows of a coverage with ``change``: gained, lost, as_before, new or unknown.

    They are this year's, and after them those that only the year before had, as it had them: ``gone``. None for other
    kinds, and where a year keeps the figures of so many rows only.
    """
    threshold = first_threshold(change.after, analysis.name)
    former = next((each for each in change.before.plan.analyses if each.name == analysis.name), None)
    if threshold is None or former is None or first_threshold(change.before, former.name) is None:
        return None
    old, new = (year.layers.get(analysis.name) for year in (change.before, change.after))
    if old is None or new is None or _column(threshold) not in new:
        return None
    sources = [
        year.plan.inputs[each.roles["demand"]] for year, each in ((change.before, former), (change.after, analysis))
    ]
    pairs = match(old, new, (Keys(sources[0].id, sources[0].name), Keys(sources[1].id, sources[1].name)))
    was = np.full(len(new), "new", dtype=object)
    was[pairs["after"]] = old[_column(first_threshold(change.before, former.name))].to_numpy()[pairs["before"]]
    now = new[_column(threshold)].to_numpy(dtype=object)
    state = np.where((was == "unknown") | (now == "unknown"), "unknown", np.where(was == now, "as_before", "lost"))
    state[(was == "uncovered") & (now == "covered")] = "gained"
    state[was == "new"] = "new"
    gone = old.iloc[np.setdiff1d(np.arange(len(old)), pairs["before"])]
    rows = new.assign(change=pd.array(state, dtype="string"))
    if len(gone):
        attributes = pd.DataFrame(gone.drop(columns=gone.geometry.name)).assign(change="gone")
        places = {new.geometry.name: gone.geometry.to_crs(new.crs).array}
        left = geopandas.GeoDataFrame(attributes.assign(**places), geometry=new.geometry.name)
        rows = pd.concat([rows, left], ignore_index=True)
    return rows


def first_threshold(year: Recorded, name: str) -> Limit | None:
    """Return the smallest limit that people were covered within; None where nobody was counted so."""
    mine = year.figures[(year.figures["analysis"] == name) & (year.figures["figure"] == "covered")]
    known = [threshold_in(row) for row in records(mine[mine["scenario"].isna()])]
    return min((each for each in known if each is not None), default=None)


def _column(threshold: Limit | None) -> str:
    assert threshold is not None
    return f"within_{threshold.label}"


def _part(change: Comparison, analysis: Kind) -> Part | None:
    """Return the section of an analysis: maps of both years and of the change, and why it changed."""
    name = analysis.name
    causes = change.causes[change.causes["analysis"] == name]
    judged = change.judged[change.judged["analysis"] == name]
    changes = change.tables_of(analysis)
    if not len(causes) and not len(judged) and not changes and name not in change.not_explained:
        return None
    made_up = change.after.plan.made_up(analysis)
    return Part(
        name,
        words_of(analysis.title),
        texts.both("illustrative_figure", inputs=titles_of(made_up)) if made_up else None,
        texts.both("not_explained", why=change.not_explained[name])
        if name in change.not_explained
        else analysis.change_told(judged),
        _maps(change, analysis),
        [*changes, *_cause_tables(causes), *_judged_tables(judged), *_gap_tables(change, name)],
    )


def _maps(change: Comparison, analysis: Kind) -> list[MapPicture]:
    rows = changed_rows(change, analysis)
    if rows is None:
        return []
    maps = []
    title = words_of(analysis.title)
    for year in (change.before, change.after):
        threshold = first_threshold(year, analysis.name)
        assert threshold is not None
        layer = year.layers[analysis.name]
        said = texts.both("map_year", title=title, year=year.year)
        maps.append(map_picture(said, layer, legend.coverage_categories(layer, [threshold]), **_ground(year, analysis)))
    said = texts.both("map_change", title=title)
    return [*maps, map_picture(said, rows, change_categories(rows), **_ground(change.after, analysis))]


def change_categories(rows: GeoDataFrame) -> list[legend.Category]:
    """Return the legend of what became of rows: gained, lost, new, gone, as before, unknown."""
    drawn = (
        ("gained", legend.COVERED, "circle"),
        ("lost", legend.UNCOVERED, "diamond"),
        ("new", NEW, "circle"),
        ("gone", GONE, "cross"),
        ("as_before", AS_BEFORE, "circle"),
        ("unknown", legend.UNKNOWN, "cross"),
    )
    words = {"gained": "gained", "lost": "lost_since", "new": "new_row", "gone": "gone_row"}
    return [
        legend.Category(
            (rows["change"] == state).to_numpy(dtype=bool), "", colour, marker, texts.both(words.get(state, state))
        )
        for state, colour, marker in drawn
    ]


def _ground(year: Recorded, analysis: Kind) -> dict[str, Any]:
    same = next(each for each in year.plan.analyses if each.name == analysis.name)
    layers = {"facilities": same.roles.get("facilities"), "outlines": same.roles.get("areas")}
    return {key: year.frames[name] for key, name in layers.items() if name is not None}


def _cause_tables(causes: pd.DataFrame) -> list[Table]:
    """Return why each figure changed, everywhere and by area; only causes that acted have a column."""
    if not len(causes):
        return []
    acting = [cause for cause in CAUSES if (causes[cause] != 0).any()]
    head = heads("measure", "distance", "scenario", "area", "before", "now", "difference")
    head += heads(*(f"cause_{cause}" for cause in acting))
    rows: list[list[Cell]] = []
    for row in records(causes):
        measure: Cell = texts.both(row["measure"]) if row["measure"] in texts.TEXTS else str(row["measure"])
        limit = threshold_in(row)
        distance: Cell = "" if limit is None else texts.distances(limit)
        place: Cell = texts.both(row["scope"]) if row["scope"] in (ALL, *NO_AREA) else str(row["area"])
        numbers: list[Cell] = [
            *(texts.number(row[key]) for key in ("before", "after")),
            texts.signed(row["difference"]),
        ]
        steps: list[Cell] = [texts.signed(row[cause]) if row[cause] else "" for cause in acting]
        rows.append([measure, distance, texts.name(row["scenario"] or ""), place, *numbers, *steps])
    return [Table(texts.both("causes"), head, rows, texts_first=4)]


def _judged_tables(judged: pd.DataFrame) -> list[Table]:
    """Return the figures that got better or worse, those of all before those of one area, zone or class."""
    if not len(judged):
        return []
    order = judged.assign(detail=judged["finding"].isin(["detail_worse", "area_fell"]))
    rows: list[list[Cell]] = []
    for row in records(order.sort_values("detail", kind="stable")[:GAPS_SHOWN]):
        numbers = apart(row)
        place: Cell = texts.both(row["scope"]) if row["scope"] in (ALL, *NO_AREA) else str(row["area"])
        rows.append([figure_words(row), place, numbers["before"], numbers["after"], texts.both(row["verdict"])])
    note = texts.both("judged_cut", shown=GAPS_SHOWN, total=texts.number(len(judged)))
    head = heads("figure", "area", "before", "now", "verdict")
    return [Table(texts.both("judged"), head, rows, note if len(judged) > GAPS_SHOWN else None, texts_first=2)]


def _gap_tables(change: Comparison, name: str) -> list[Table]:
    if change.gaps is None or not (change.gaps["analysis"] == name).any():
        return []
    mine = change.gaps[change.gaps["analysis"] == name].sort_values(["people", "people_before"], ascending=False)
    head = heads("name", "area", "fate", "since", "age_years", "people_before", "now")
    rows: list[list[Cell]] = [
        [
            "" if pd.isna(row["name"]) else str(row["name"]),
            _areas(row),
            texts.both(f"fate_{row['fate']}"),
            str(row["since"]),
            str(row["age_years"]),
            texts.number(row["people_before"]),
            texts.number(row["people"]),
        ]
        for row in records(pd.DataFrame(mine[:GAPS_SHOWN]))
    ]
    note = texts.both("gaps_cut", shown=GAPS_SHOWN, total=texts.number(len(mine)))
    return [Table(texts.both("gap_changes"), head, rows, note if len(mine) > GAPS_SHOWN else None, texts_first=3)]


def _areas(gap: dict[str, Any]) -> Cell:
    """Return all areas that a gap lies in; of years that did not tell them the one of its largest row."""
    areas = gap["area"] if pd.isna(gap["areas"]) else gap["areas"]
    return "" if pd.isna(areas) else texts.both(areas) if areas in NO_AREA else str(areas)


def _lacking(change: Comparison) -> list[Part]:
    """Return what only one of the years has, and what was taken for the same under another name."""
    found: dict[str, list[list[Cell]]] = {
        "not_compared": [[str(row["subject"]), lacking_words(row)] for row in records(change.not_compared)],
        "matched_otherwise": [[str(row["subject"]), note_words(row)] for row in records(change.notes)],
    }
    head = heads("subject", "why")
    return [
        Part(name, texts.both(name), tables=[Table({}, head, rows, texts_first=2)])
        for name, rows in found.items()
        if rows
    ]


def _registers(change: Comparison) -> list[Part]:
    """Return what became of the objects of the registers."""
    if not len(change.facilities):
        return []
    rows: list[list[Cell]] = [
        [{lang: facility_line(row, lang) for lang in texts.LANGUAGES}] for row in records(change.facilities)
    ]
    return [Part("facilities", texts.both("facility_changes"), tables=[Table({}, [texts.both("change")], rows)])]
