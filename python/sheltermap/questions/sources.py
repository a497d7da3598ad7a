# SPDX-License-Identifier: Apache-2.0
"""What a plan reads: layers, street networks, tables of costs, rasters."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, model_validator

from sheltermap.base.limits import Limit
from sheltermap.base.standards import PlanPart, PositiveMetres, Text
from sheltermap.base.suggestions import unknown
from sheltermap.basemap.openstreetmap import OSM_ATTRIBUTION, OSM_ENDINGS
from sheltermap.layers import where
from sheltermap.layers.gathered import has_pattern
from sheltermap.streets.cost_columns import UNITS as COST_UNITS
from sheltermap.streets.network import Profile

NonEmpty = Annotated[str, Field(min_length=1)]
# Names become layers, tables and file names: plain ASCII, and nothing GeoPackage keeps for itself.
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")]
OF_FILES, OF_TABLES = ("layer", "x", "y", "encoding"), ("service", "geometry")  # keys of an input
RASTER_ENDINGS = (".tif", ".tiff", ".asc")
SAVED_ENDING = ".graph"
READING, COLUMNS, NUMBERS = (
    ("layer", "crs", "encoding", "where"),
    ("speed_kmh", "one_way", "bridge", "tunnel", "level", "name"),
    ("walking_kmh", "closing_depth_m"),
)  # keys of a layer of lines
JOINING = ("join_ends_m", "node")  # keys of all but saved networks


def _table_name(name: str) -> str:
    if not all(name.split(".")) or name.count(".") > 1:
        raise ValueError('must be "table" or "schema.table", as the database has them')
    return name


def _one_or_several(value: object) -> object:
    listed = value if isinstance(value, list) else [value]
    if value is None or (listed and all(isinstance(each, str) and each for each in listed)):
        return value
    raise ValueError('must be the path of a file, a pattern ("parts/*.csv"), or a list of such: ["a.csv", "b.gpkg"]')


def _listed(path: str | list[str] | None) -> list[str]:
    return [path] if isinstance(path, str) else path or []


def _condition(text: str) -> str:
    where.parsed(text)
    return text


Paths = Annotated[NonEmpty | list[NonEmpty] | None, BeforeValidator(_one_or_several)]
Condition = Annotated[str, AfterValidator(_condition)]


class Input(PlanPart):
    """A file, several of them, a raster of people or a table of a PostGIS database to read, and how."""

    path: Paths = None
    holds: Literal["count", "density_per_km2"] | None = None  #: of a raster: what its cells say of people
    table: Annotated[str, AfterValidator(_table_name)] | None = None
    service: NonEmpty | None = None
    geometry: NonEmpty | None = None
    layer: NonEmpty | None = None
    crs: NonEmpty | None = None
    id: NonEmpty | None = None
    name: NonEmpty | None = None
    x: NonEmpty | None = None
    y: NonEmpty | None = None
    encoding: NonEmpty | None = None
    where: Condition | None = None  #: which rows
    invalid: Literal["refuse", "repair"] = "refuse"
    strict: bool = True
    illustrative: bool = False
    title: Text | None = None
    source: NonEmpty | None = None
    licence: NonEmpty | None = None
    attribution: NonEmpty | None = None  #: what every map has to say
    note: Text | None = None

    @model_validator(mode="after")
    def _keys_fit_the_source(self) -> Input:
        if (self.path is None) == (self.table is None):
            raise ValueError("path names a file, table one of a database: one of the two")
        wrong, others = (OF_TABLES, "tables") if self.table is None else (OF_FILES, "files")
        given = [key for key in wrong if getattr(self, key) is not None]
        if given:
            raise ValueError(f"{given[0]} is for {others}")
        rasters = [each for each in self.paths if each.lower().endswith(RASTER_ENDINGS)]
        is_raster = bool(rasters)
        if is_raster and len(self.paths) > 1:
            raise ValueError(
                f'"{rasters[0]}" is a raster: several files are layers of rows; give a raster its own input'
            )
        if is_raster and self.holds is None:
            raise ValueError(
                'a raster has no rows: say holds = "count" (people in each cell) or holds = "density_per_km2" (people '
                "per km2), and its cells are places with people; rasters of anything else stand under [rasters.NAME]"
            )
        if not is_raster and self.holds is not None:
            raise ValueError(f"holds is for rasters: {', '.join(RASTER_ENDINGS)}")
        given = [key for key in ("id", "where", *OF_FILES) if is_raster and getattr(self, key) is not None]
        if given:
            raise ValueError(f"{given[0]} is for layers; a raster has cells, whose id is their row and column")
        return self

    @property
    def paths(self) -> list[str]:
        """Return the files and patterns that it names."""
        return _listed(self.path)

    @property
    def is_one_whole_file(self) -> bool:
        """Whether it is all rows of a single file."""
        return isinstance(self.path, str) and self.where is None and not has_pattern(self.path)

    @property
    def said(self) -> str:
        """Return where it is, as the plan says it."""
        return ", ".join(self.paths) or str(self.table)

    def reading(self) -> dict[str, Any]:
        """Return the options of this input, a file or several, for `sheltermap.read`."""
        return self.model_dump(include={"crs", "id", "where", "invalid", "strict", *OF_FILES})


def _column_or_speed(value: object) -> object:
    is_speed = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
    if value is None or is_speed or (isinstance(value, str) and value):
        return value
    raise ValueError("must be the name of a column, or a speed above 0 in km/h")


class NetworkSource(PlanPart):
    """A street network: of OpenStreetMap, saved before, or lines with columns, of one or several files or a table."""

    path: Paths = None
    table: Annotated[str, AfterValidator(_table_name)] | None = None
    service: NonEmpty | None = None
    geometry: NonEmpty | None = None
    where: Condition | None = None
    profile: Profile | None = None
    snap_limit_m: PositiveMetres = 1000.0
    layer: NonEmpty | None = None
    crs: NonEmpty | None = None
    encoding: NonEmpty | None = None
    speed_kmh: Annotated[str | float | None, PlainValidator(_column_or_speed)] = None
    one_way: NonEmpty | None = None
    bridge: NonEmpty | None = None
    tunnel: NonEmpty | None = None
    level: NonEmpty | None = None
    name: NonEmpty | None = None
    strict: bool = True
    join_ends_m: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = None
    node: bool | None = None
    walking_kmh: PositiveMetres | None = None
    closing_depth_m: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    title: Text | None = None
    source: NonEmpty | None = None
    licence: NonEmpty | None = None
    attribution: NonEmpty | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _keys_fit_the_file(self) -> NetworkSource:
        if (self.path is None) == (self.table is None):
            raise ValueError("path names a file, table one of a database: one of the two")
        wrong, others = (OF_TABLES, "tables") if self.table is None else (("layer", "encoding"), "files")
        given = [key for key in wrong if getattr(self, key) is not None]
        if given:
            raise ValueError(f"{given[0]} is for {others}")
        whole = [each for each in self.paths if each.lower().endswith((*OSM_ENDINGS, SAVED_ENDING))]
        if whole and len(self.paths) > 1:
            how = (
                "osmium merge a.osm.pbf b.osm.pbf -o both.osm.pbf" if self.is_osm else "make one network of their files"
            )
            raise ValueError(
                f'"{whole[0]}" is a network by itself, and its streets would not meet those of another file: several '
                f"files are for layers of lines; put them together before ({how})"
            )
        if self.is_lines:
            if self.profile is not None:
                raise ValueError(f"profile is for {', '.join(OSM_ENDINGS)}; a layer of lines has speed_kmh, one_way, …")
            return self
        of_lines = [key for key in (*READING, *COLUMNS, *NUMBERS) if getattr(self, key) is not None]
        of_lines += [] if self.strict else ["strict"]
        if of_lines:
            raise ValueError(f"{of_lines[0]} is for layers of lines; here the profile says it")
        if not self.is_osm and self.joining():
            raise ValueError(f"{next(iter(self.joining()))} is for what streets are made of; these are made and saved")
        if self.profile is None and self.is_osm:
            *names, last = (f'"{name}"' for name in get_args(Profile))
            raise ValueError(f"profile is missing: {', '.join(names)} or {last}")
        return self

    @property
    def paths(self) -> list[str]:
        """Return the files and patterns that it names."""
        return _listed(self.path)

    @property
    def is_osm(self) -> bool:
        """Whether it is a file of OpenStreetMap."""
        return any(each.lower().endswith(OSM_ENDINGS) for each in self.paths)

    @property
    def is_lines(self) -> bool:
        """Whether it is a layer of lines."""
        return not any(each.lower().endswith((*OSM_ENDINGS, SAVED_ENDING)) for each in self.paths)

    @property
    def place(self) -> str:
        """Return where it is, as the plan says it."""
        return ", ".join(self.paths) or str(self.table)

    @property
    def said(self) -> str | None:
        """Return what every map has to say of where the streets are from."""
        return OSM_ATTRIBUTION if self.attribution is None and self.is_osm else self.attribution

    def reading(self) -> dict[str, Any]:
        """Return the options of a layer of lines for `sheltermap.read`."""
        return self.model_dump(include=set(READING))

    def columns(self) -> dict[str, str]:
        """Return the columns of a layer of lines by the key that names them."""
        named = {key: getattr(self, key) for key in COLUMNS}
        return {key: value for key, value in named.items() if isinstance(value, str)}

    def joining(self) -> dict[str, Any]:
        """Return what is said of how streets meet, for `Network.from_osm` and `Network.from_lines`."""
        return self.model_dump(include=set(JOINING), exclude_none=True)

    def making(self) -> dict[str, Any]:
        """Return the options of a layer of lines for `Network.from_lines`."""
        wanted = {*COLUMNS, *NUMBERS, *JOINING, "strict", "snap_limit_m"}
        return self.model_dump(include=wanted, exclude_none=True)


class TableSource(PlanPart):
    """A table of costs that another program computed, in a file or a database; see `sheltermap.reach_from`."""

    path: NonEmpty | None = None
    table: Annotated[str, AfterValidator(_table_name)] | None = None
    service: NonEmpty | None = None
    demand: NonEmpty | None = None
    facility: NonEmpty | None = None
    cost: NonEmpty | None = None
    unit: NonEmpty | None = None
    direction: Literal["to", "from"] = "to"
    limit: NonEmpty | None = None
    wide: bool = False
    demand_id: NonEmpty | None = None
    facility_id: NonEmpty | None = None
    encoding: NonEmpty | None = None
    title: Text | None = None
    source: NonEmpty | None = None
    licence: NonEmpty | None = None
    attribution: NonEmpty | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _keys_fit_the_source(self) -> TableSource:
        if (self.path is None) == (self.table is None):
            raise ValueError("path names a file, table one of a database: one of the two")
        if self.table is None and self.service is not None:
            raise ValueError("service is for tables")
        if self.table is not None and self.encoding is not None:
            raise ValueError("encoding is for files")
        if self.table is not None and self.wide and self.demand is None:
            raise ValueError("demand is missing: which column of the table has the ids of the demand")
        return self

    @model_validator(mode="after")
    def _unit_and_limit_are_known(self) -> TableSource:
        if self.unit is not None and self.unit not in COST_UNITS:
            raise ValueError(f"unit: {unknown('unknown unit', self.unit, COST_UNITS)}")
        if self.limit is not None:
            Limit.parse(self.limit)
        return self

    @property
    def place(self) -> str:
        """Return where it is, as the plan says it."""
        return str(self.path or self.table)

    @property
    def said(self) -> str | None:
        """Return what every map has to say of where the costs are from."""
        return self.attribution

    def reading(self) -> dict[str, Any]:
        """Return the options for `sheltermap.reach_from`."""
        told = {"path", "table", "service", "title", "source", "licence", "attribution", "note"}
        return self.model_dump(exclude=told)


def _value_or_none(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if value is None or value == "none":
        return value
    raise ValueError('must be the number that stands for no value, or "none" where all cells have one')


class RasterSource(PlanPart):
    """A raster: population, water depth, elevation; see `sheltermap.Raster`."""

    path: NonEmpty
    holds: NonEmpty
    band: Annotated[int, Field(ge=1)] = 1
    crs: NonEmpty | None = None
    nodata: Annotated[float | Literal["none"] | None, PlainValidator(_value_or_none)] = None
    illustrative: bool = False
    title: Text | None = None
    source: NonEmpty | None = None
    licence: NonEmpty | None = None
    attribution: NonEmpty | None = None
    note: Text | None = None

    def reading(self) -> dict[str, Any]:
        """Return the options for `sheltermap.Raster`."""
        told = self.model_dump(include={"holds", "band", "crs", "nodata"})
        return told | {"nodata": math.nan} if self.nodata == "none" else told
