# SPDX-License-Identifier: Apache-2.0
"""Parameters that several algorithms have, and the keys of a plan that they become."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDistance,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from . import qt
from .command_line import CommandError
from .words import say

if TYPE_CHECKING:
    from .algorithm import Algorithm, Asked

PROFILES = ("walk", "wheelchair", "car", "emergency")
DIRECTIONS = ("to", "from")
STREET_FILES = "OpenStreetMap, sheltermap (*.osm.pbf *.osm *.osm.gz *.osm.bz2 *.graph)"


def layer(name: str, geometry: Any, *, optional: bool = False) -> QgsProcessingParameterFeatureSource:
    """Return a parameter for a layer."""
    return QgsProcessingParameterFeatureSource(name, say(f"label.{name}"), [geometry], None, optional)


def field(
    name: str, of: str, *, numeric: bool = False, several: bool = False, optional: bool = True
) -> QgsProcessingParameterField:
    """Return a parameter for a field of a layer, or several."""
    kind = qt.NUMERIC if numeric else qt.ANY_FIELD
    return QgsProcessingParameterField(name, say(f"label.{name}"), None, of, kind, several, optional)


def text(name: str, default: str | None = None, *, optional: bool = False) -> QgsProcessingParameterString:
    """Return a parameter for a text."""
    return QgsProcessingParameterString(name, say(f"label.{name}"), default, False, optional)


def yes_no(name: str, default: bool) -> QgsProcessingParameterBoolean:
    """Return a parameter that is ticked."""
    return QgsProcessingParameterBoolean(name, say(f"label.{name}"), default)


def choice(name: str, among: tuple[str, ...]) -> QgsProcessingParameterEnum:
    """Return a parameter with a list, of which the first is the default."""
    words = [say(f"choice.{name}.{each}") for each in among]
    return QgsProcessingParameterEnum(name, say(f"label.{name}"), words, False, 0)


def number(
    name: str, default: float | None, *, least: float, whole: bool = False, optional: bool = False
) -> QgsProcessingParameterNumber:
    """Return a parameter for a number."""
    kind = qt.WHOLE if whole else qt.DECIMAL
    return QgsProcessingParameterNumber(name, say(f"label.{name}"), kind, default, optional, least)


def metres(
    name: str, default: float | None, *, least: float = 0.0, optional: bool = False
) -> QgsProcessingParameterDistance:
    """Return a parameter for a distance in metres, whatever the unit of the layer."""
    parameter = QgsProcessingParameterDistance(name, say(f"label.{name}"), default, "", optional, least)
    parameter.setDefaultUnit(qt.METRES)
    return parameter


def add_demand(algorithm: Algorithm, *, weight: bool = True, groups: bool = True) -> None:
    """Add who is to be served, and how many people each row is."""
    algorithm.add(layer("DEMAND", qt.ANY_GEOMETRY))
    if weight:
        algorithm.add(field("WEIGHT", "DEMAND", numeric=True))
    algorithm.add(field("DEMAND_ID", "DEMAND"), advanced=True)
    algorithm.add(field("DEMAND_NAME", "DEMAND"), advanced=True)
    if groups:
        algorithm.add(field("GROUPS", "DEMAND", numeric=True, several=True), advanced=True)


def add_facilities(algorithm: Algorithm, *, optional: bool = False) -> None:
    """Add the facilities."""
    algorithm.add(layer("FACILITIES", qt.ANY_GEOMETRY, optional=optional))
    algorithm.add(field("FACILITY_ID", "FACILITIES"), advanced=optional)
    algorithm.add(field("FACILITY_NAME", "FACILITIES"), advanced=True)


def add_areas(algorithm: Algorithm) -> None:
    """Add areas by which people are summed."""
    algorithm.add(layer("AREAS", qt.POLYGONS, optional=True), advanced=True)
    algorithm.add(field("AREA_NAME", "AREAS"), advanced=True)


def add_streets(algorithm: Algorithm) -> None:
    """Add the streets along which people go: a file, or a layer of lines."""
    algorithm.add(
        QgsProcessingParameterFile(
            "STREETS", say("label.STREETS"), qt.FILE, "", None, True, f"{STREET_FILES};;{say('files.all')} (*)"
        )
    )
    algorithm.add(choice("PROFILE", PROFILES))
    algorithm.add(layer("STREET_LINES", qt.LINES, optional=True), advanced=True)
    algorithm.add(field("SPEED_FIELD", "STREET_LINES", numeric=True), advanced=True)
    algorithm.add(number("SPEED_KMH", 5.0, least=0.1, optional=True), advanced=True)
    algorithm.add(field("ONE_WAY", "STREET_LINES"), advanced=True)
    algorithm.add(choice("DIRECTION", DIRECTIONS), advanced=True)


def add_strict(algorithm: Algorithm) -> None:
    """Add what becomes of rows that cannot be used."""
    algorithm.add(yes_no("STRICT", True), advanced=True)


def demand(asked: Asked, *, weight: bool = True, groups: bool = True) -> dict[str, Any]:
    """Return the keys of who is to be served."""
    keys: dict[str, Any] = {"demand": asked.layer("DEMAND", id_field="DEMAND_ID", name_field="DEMAND_NAME")}
    if weight and (column := asked.field("WEIGHT", of="DEMAND")):
        keys["weight"] = column
    if groups and (columns := asked.fields("GROUPS", of="DEMAND")):
        keys["groups"] = columns
    return keys


def facilities(asked: Asked) -> dict[str, Any]:
    """Return the key of the facilities."""
    handed = asked.layer("FACILITIES", id_field="FACILITY_ID", name_field="FACILITY_NAME")
    return {} if handed is None else {"facilities": handed}


def areas(asked: Asked) -> dict[str, Any]:
    """Return the keys of the areas."""
    name = asked.field("AREA_NAME", of="AREAS")
    handed = asked.layer("AREAS")
    if handed is None:
        return {}
    if name is None:
        raise CommandError(say("areas.no_name"))
    return {"areas": handed, "area_name": name}


def streets(asked: Asked) -> dict[str, Any]:
    """Return the keys of the streets."""
    path, lines = asked.file("STREETS"), asked.source("STREET_LINES")
    if path is None and lines is None:
        return {}
    if path is not None and lines is not None:
        raise CommandError(say("streets.both"))
    if path is not None:
        asked.networks["streets"] = {"path": path}
        if not path.lower().endswith(".graph"):  # which knows its own
            asked.networks["streets"]["profile"] = asked.choice("PROFILE", PROFILES)
    else:
        asked.lines("STREET_LINES", "SPEED_FIELD", "SPEED_KMH", "ONE_WAY")
    return {"by": "streets", "direction": asked.choice("DIRECTION", DIRECTIONS)}
