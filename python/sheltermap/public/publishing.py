# SPDX-License-Identifier: Apache-2.0
"""A finished assessment as everybody may see it: only what is known to be public, in files of their own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from sheltermap._native import ReadError
from sheltermap.assessments.folder import GEOPACKAGE
from sheltermap.assessments.former import recorded_summary
from sheltermap.base.in_short import Short, ToldInShort, counted, name_of
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import unknown
from sheltermap.basemap.basemap import CLASSES, Basemap
from sheltermap.basemap.ground_layers import PREFIX
from sheltermap.basemap.openstreetmap import is_osm
from sheltermap.layers import files
from sheltermap.layers.digest import sha256
from sheltermap.page.table import title_words, words_of
from sheltermap.public.cell_grid import CellGrid
from sheltermap.public.disclosure import USUAL_K, Rule
from sheltermap.public.former_publication import SCHEMA, SUMMARY, former_people, published_summary
from sheltermap.public.people_tables import PeopleTables, area_outlines, people_tables, publishable
from sheltermap.public.public_page import Told, public_maps, public_page
from sheltermap.public.publication_folder import check_publication_folder, fresh_publication
from sheltermap.public.shown_facilities import (
    APPROXIMATE,
    HIDDEN,
    KINDS,
    PLACE,
    ShownFacilities,
    register_of,
    says_what_is_public,
    shown_facilities,
)
from sheltermap.public.statement import Statement
from sheltermap.years.earlier import recorded

if TYPE_CHECKING:
    from sheltermap.years.earlier import Recorded

USUAL_GRID = "1 km"
ROLES = ("facilities", "shelters")  # keys of analyses that name places where people go


@dataclass(frozen=True, repr=False)
class Publication(ToldInShort):
    """What `publish` wrote.

    Attributes
    ----------
    folder : Path
    statement : Statement
        What was left out and why.
    files : list of str
        Beside the summary.

    Examples
    --------
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> from sheltermap.public.statement import Statement
    >>> sm.Publication(Path("public/2027"), Statement(k=10, rounded_to=10, grid_m=1000), ["figures.csv", "index.html"])
    <Publication: 2027, 2 files
      no count from 1 to 9, rounded to 10>
    """

    folder: Path
    statement: Statement
    files: list[str]

    def _in_short(self) -> Short:
        of = f"{name_of(self.folder.name)}, {counted(len(self.files), 'file')}"
        return Short(of, [f"no count from 1 to {self.statement.k - 1}, rounded to {self.statement.rounded_to}"])


@shows_progress
def publish(
    assessment: str | Path,
    out_dir: str | Path,
    *,
    against: str | Path | None = None,
    k: int = USUAL_K,
    grid: str | float = USUAL_GRID,
    facilities: Sequence[str] | None = None,
    all_facilities_public: bool = False,
    base_map: bool = False,
) -> Publication:
    r"""Write what everybody may see of a finished assessment.

    Only what is known to be public is written, nothing is copied: facilities that their register says may be published,
    in the fields that its schema marks as such; people as counts of at least `k`, rounded, by cells and areas, from
    which no smaller one can be had; a page that says where the nearest place is; a statement of what was left out.

    Parameters
    ----------
    assessment : path-like
        Folder that `run` wrote, unchanged since.
    out_dir : path-like
        Folder to write: new, empty, or an older publication, which is then replaced in one step.
    against : path-like, optional
        Folder of the former publication: cells and areas stay merged as they were, changes of fewer than `k` people are
        not shown, and what was hidden stays hidden, so that both together tell no more.
    k : int
        The fewest people that a number may stand for; from 3 on.
    grid : str or float
        Size of the cells in which people are counted, in metres as a number: "1 km".
    facilities : sequence of str, optional
        The plan's inputs that are shown; by default all that analyses take for places where people go.
    all_facilities_public : bool
        Show all rows of inputs that have no field `public`; those that have it are asked all the same.
    base_map : bool
        Show the plan's base map also where it is not OpenStreetMap's.

    Returns
    -------
    Publication

    Raises
    ------
    ReadError
        If the assessment or the former publication cannot be read or was changed since, or nothing says which
        facilities may be published.
    ValueError
        If `k` or `grid` is none, people are fewer than `k`, an input is unknown, or grids of two years differ.
    WriteError
        If the folder cannot be written, or holds something else.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import sheltermap as sm
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "homes.csv").write_text("id,people,lon,lat\nA,30,24.105,56.950\nB,5,24.205,56.950\n")
    >>> _ = (folder / "shelters.csv").write_text('''id,name,public,notes,lon,lat
    ... S1,School,yes,alarm code 4711,24.106,56.951
    ... S2,Bunker,no,,24.206,56.951
    ... ''')
    >>> _ = (folder / "plan.toml").write_text('''
    ... schema = 1
    ... title = "Shelters"
    ... year = 2026
    ... [inputs]
    ... homes = { path = "homes.csv", crs = "EPSG:4326", id = "id" }
    ... shelters = { path = "shelters.csv", crs = "EPSG:4326", id = "id" }
    ... [[analyses]]
    ... name = "near"
    ... title = "Who has a shelter near"
    ... kind = "coverage"
    ... demand = "homes"
    ... facilities = "shelters"
    ... thresholds_m = [500]
    ... weight = "people"
    ... ''')
    >>> _ = sm.run(folder / "plan.toml", folder / "out")
    >>> published = sm.publish(folder / "out", folder / "public")
    >>> published.statement.facilities["not_public"]
    1
    >>> sm.read(folder / "public" / "public.gpkg", layer="shelters")["name"].tolist()
    ['School']
    """
    source, target = Path(assessment).resolve(), Path(out_dir).resolve()
    rule = Rule(k)  # whatever may be wrong is found before anything is read
    if target == source or source in target.parents or target in source.parents:
        raise ValueError(f"{target} and the assessment {source} lie in each other: publish to a folder of its own")
    if against is not None and target == Path(against).resolve():
        raise ValueError(f"{target} would be replaced by what is held against it; publish to another folder")
    check_publication_folder(target)
    before = {} if against is None else former_people(against)
    year_before = None if against is None else published_summary(Path(against)).get("year")
    found = recorded(source)
    large = [name for name in found.plan.inputs if name not in found.frames]
    if large:
        raise ReadError(
            f"{source} keeps no rows of {', '.join(large)}, which was asked block by block, and people are published "
            "by cells of their rows: run the plan with a larger memory_share, or on a machine with more memory"
        )
    created = str(recorded_summary(source).get("created", ""))
    shown = _facilities(found, facilities, all_facilities_public, grid)
    all_public = {name: each.are_all for name, each in shown.items()}
    tables = list(people_tables(found, k, grid, all_public, before))
    layers, areas = _layers(found, shown, tables)
    context = _ground(source, found, base_map)
    statement = _statement(found, shown, tables, rule, _grid_m(grid), year_before, context is None)
    told = Told(
        title=words_of(found.plan.title),
        languages=list(found.plan.languages),
        year=found.year,
        facilities=[(title_words(found.plan.inputs[name].title, name), each) for name, each in shown.items()],
        tables=tables,
        analyses={each.name: words_of(each.title) for each in found.plan.analyses},
        areas=areas,
        illustrative=frozenset(
            name for name in [*shown, *(each.name for each in tables)] if found.plan.inputs[name].illustrative
        ),
        attributions=_attributions(found, shown, tables),
        statement=statement,
        basemap=context,
    )
    with fresh_publication(target) as fresh:
        _write(fresh, told, layers, created)
    names = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    return Publication(target, statement, [name for name in names if name != SUMMARY])


def _grid_m(grid: str | float) -> int:
    return CellGrid.of(grid, gpd.GeoSeries([], crs=4326)).size_m


def _facilities(
    found: Recorded, asked: Sequence[str] | None, all_public: bool, grid: str | float
) -> dict[str, ShownFacilities]:
    """Return what may be shown of each layer of facilities."""
    others = {str(each["features"]) for each in _registers(found) if each["as_register"] not in KINDS}
    named = (getattr(each, role, None) for each in found.plan.analyses for role in ROLES)
    going = dict.fromkeys(name for name in named if isinstance(name, str) and name not in others)
    for name in asked or ():
        if name not in going:
            raise ValueError(
                unknown("facilities: no analysis of the plan takes for places to go to", name, list(going))
            )
    chosen = [name for name in going if asked is None or name in asked]
    layers: dict[str, tuple[gpd.GeoDataFrame, str, dict[str, Any]]] = {}
    silent = []
    for name in chosen:
        frame = found.frames[name]
        kind, mapping = _read_as(found, name, frame)
        layers[name] = frame, kind, mapping
        if not says_what_is_public(frame, kind, mapping):
            silent.append(name)
    if silent and not all_public:
        raise ReadError(
            f"nothing says which rows of {', '.join(silent)} may be published: add a column public with yes or no in "
            "every row and run the plan again; or name the inputs that are shown (--facilities); or say that all rows "
            "of inputs without this column are public (--all-facilities-public)"
        )
    return {
        name: shown_facilities(name, frame, kind, mapping, CellGrid.of(grid, frame.geometry))
        for name, (frame, kind, mapping) in layers.items()
    }


def _registers(found: Recorded) -> list[dict[str, Any]]:
    """Return the analyses that say which register an input is, as the plan has them."""
    return [each.model_dump() for each in found.plan.analyses if getattr(each, "as_register", None) is not None]


def _read_as(found: Recorded, name: str, frame: gpd.GeoDataFrame) -> tuple[str, dict[str, Any]]:
    """Return the kind of register that an input is, and which of its columns are which fields, as the plan says."""
    said: dict[str, Any] = next((each for each in _registers(found) if each["features"] == name), {})
    columns = [str(each) for each in frame.columns if each != frame.geometry.name]
    kind = register_of(columns, said.get("as_register"))
    mapping = dict(said.get("columns") or {})
    for key in ("id", "name"):
        column = getattr(found.plan.inputs[name], key)
        taken = {each.get("column") for each in mapping.values()}
        if column in columns and key not in mapping and column not in taken:
            mapping[key] = {"column": column}
    return kind, mapping


def _layers(
    found: Recorded, shown: dict[str, ShownFacilities], tables: Sequence[PeopleTables]
) -> tuple[dict[str, gpd.GeoDataFrame], dict[str, gpd.GeoDataFrame]]:
    """Return the layers by name, and the outlines of areas by layer of people."""
    layers = {name: each.rows for name, each in shown.items()}
    areas = {}
    for each in tables:
        layers[f"{each.name}_cells"] = each.cells
        outlines = area_outlines(found, each)
        if outlines is not None:
            layers[f"{each.name}_areas"] = areas[each.name] = outlines
    return layers, areas


def figures(tables: Sequence[PeopleTables], analyses: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Return what is shown of people as rows: with how many of all these are, reckoned from the numbers shown."""
    rows = []
    for each in tables:
        numbers = each.shown.numbers
        one_area = each.areas_input is None
        for key, number in numbers.items():
            if one_area and key.area is not None:
                continue
            whole = numbers[key._replace(analysis=None, condition=None, status=None)]
            share = None
            if key.analysis is not None and number is not None and whole:
                share = min(100, round(100 * number / whole))
            title = analyses.get(key.analysis or "", {})
            rows.append(
                {
                    "layer": each.name,
                    "analysis": key.analysis,
                    **{f"title_{lang}": text for lang, text in title.items()},
                    "condition": key.condition,
                    "status": key.status,
                    "measure": key.measure,
                    "area": key.area,
                    "people": number,
                    "share_percent": share,
                    "hidden": number is None,
                }
            )
    texts_of = ["layer", "analysis", "condition", "status", "measure", "area"]
    titles = sorted({column for row in rows for column in row if column.startswith("title_")})
    columns = [*texts_of[:2], *titles, *texts_of[2:], "people", "share_percent", "hidden"]
    frame = pd.DataFrame(rows, columns=columns)
    types = dict.fromkeys([*texts_of, *titles], "string") | {"people": "Int64", "share_percent": "Int64"}
    return frame.astype(types | {"hidden": "boolean"})


def _ground(source: Path, found: Recorded, wanted: bool) -> Basemap | None:
    """Return the base map, where it is OpenStreetMap's or known to be public."""
    plan_map = found.plan.map
    if not plan_map.files or not (wanted or all(is_osm(Path(each)) for each in plan_map.files.values())):
        return None
    kept = set(files.layer_names(source / GEOPACKAGE))
    layers = {
        name: files.read(source / GEOPACKAGE, layer=f"{PREFIX}{name}") for name in CLASSES if f"{PREFIX}{name}" in kept
    }
    return Basemap(layers, attribution=plan_map.said or "") if layers else None


def _attributions(found: Recorded, shown: dict[str, ShownFacilities], tables: Sequence[PeopleTables]) -> list[str]:
    """Return how those whose data are shown want to be credited."""
    names = [*shown, *(each.name for each in tables), *(each.areas_input for each in tables if each.areas_input)]
    said = [found.plan.inputs[name].attribution for name in names]
    return list(dict.fromkeys(each for each in said if each))


def _statement(
    found: Recorded,
    shown: dict[str, ShownFacilities],
    tables: Sequence[PeopleTables],
    rule: Rule,
    grid_m: int,
    against: int | None,
    no_ground: bool,
) -> Statement:
    reasons = ("not_public", "public_unknown", "not_in_use", "no_place")
    facilities = {reason: sum(each.left_out.get(reason, 0) for each in shown.values()) for reason in reasons}
    for place in (APPROXIMATE, HIDDEN):
        facilities[f"place_{place}"] = sum(int((each.rows[PLACE] == place).sum()) for each in shown.values())
    people = {f"merged_{what}": sum(each.merged[what] for each in tables) for what in ("areas", "cells")} | {
        "small": sum(each.shown.small for each in tables),
        "beside": sum(each.shown.beside for each in tables),
        "kept_hidden": sum(each.shown.kept_hidden for each in tables),
        "held": sum(len(each.shown.held) + each.merged["cells_held"] for each in tables),
    }
    used = {str(each) for table in tables for each in [table.name, table.areas_input]} | shown.keys()
    told = {key.analysis for each in tables for key in each.shown.numbers} - {None}
    left_out = {
        "inputs": len(found.plan.inputs.keys() - used),
        "fields": sum(each.fields_left_out for each in shown.values()),
        "analyses": sum(not (publishable(each) and each.name in told) for each in found.plan.analyses),
        "whole_only": sum(each.whole_only for each in tables),
        "base_map": int(no_ground and bool(found.plan.map.files)),
    }
    return Statement(rule.k, rule.base, grid_m, facilities, people, left_out, against)


def _write(folder: Path, told: Told, layers: dict[str, gpd.GeoDataFrame], created: str) -> None:
    table = figures(told.tables, told.analyses)
    files.write({**layers, "figures": table}, folder / "public.gpkg")
    _stamp(folder / "public.gpkg", created)
    (folder / "geojson").mkdir()
    for name, layer in layers.items():
        files.write(layer, folder / "geojson" / f"{name}.geojson")
    files.write(table, folder / "figures.csv")
    maps = public_maps(told)
    for name, page in maps.items():
        (folder / name).write_text(page, encoding="utf-8", newline="\n")
    (folder / "index.html").write_text(public_page(told, maps), encoding="utf-8", newline="\n")
    (folder / "statement.md").write_text(
        told.statement.markdown(told.title, told.languages), encoding="utf-8", newline="\n"
    )
    (folder / "statement.json").write_text(_json(told.statement.to_dict()), encoding="utf-8", newline="\n")
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    summary = {
        "schema": SCHEMA,
        "created": created,
        "title": told.title,
        "year": told.year,
        "statement": told.statement.to_dict(),
        "people": {each.name: _people(each) for each in told.tables},
        "files": {path.relative_to(folder).as_posix(): sha256(path) for path in written},
    }
    (folder / SUMMARY).write_text(_json(summary), encoding="utf-8", newline="\n")


def _stamp(path: Path, created: str) -> None:
    """Say that a GeoPackage is of the time of the assessment, so that the same one gives the same bytes."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        with connection:
            connection.execute("UPDATE gpkg_contents SET last_change = ?", (created.replace("Z", ".000Z"),))
        connection.execute("VACUUM")


def _people(tables: PeopleTables) -> dict[str, Any]:
    """Return what the publication of the next year has to know of this one: nothing that is not shown."""
    cells = zip(tables.cells.attrs["atoms"], tables.cells["people"].tolist(), strict=True)
    return {
        "grid_m": tables.grid.size_m,
        "epsg": tables.grid.epsg,
        "k": tables.rule.k,
        "areas": [list(group) for group in tables.areas],
        "parts": [{"cells": atoms, "people": people} for atoms, people in cells],
        "figures": [{**key._asdict(), "people": number} for key, number in tables.shown.numbers.items()],
    }


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
