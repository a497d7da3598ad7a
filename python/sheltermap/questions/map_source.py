# SPDX-License-Identifier: Apache-2.0
"""What lies under the maps of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainValidator

from sheltermap.base.standards import PlanPart
from sheltermap.base.suggestions import unknown
from sheltermap.basemap.basemap import CLASSES
from sheltermap.basemap.openstreetmap import OSM_ATTRIBUTION, is_osm
from sheltermap.questions.sources import NonEmpty


def _path_or_classes(value: Any) -> Any:
    if value is None or (isinstance(value, str) and value):
        return value
    if not isinstance(value, dict) or not value:
        raise ValueError('must be a file, as "town.osm.pbf", or a table of files by class, as { water = "lakes.gpkg" }')
    for name, path in value.items():
        if name not in CLASSES:
            raise ValueError(unknown("unknown class", str(name), CLASSES))
        if not isinstance(path, str) or not path:
            raise ValueError(f"{name} must be a file, not {path!r}")
    return value


class MapSource(PlanPart):
    """The base map of a plan: a file of OpenStreetMap, a file of layers, or files by class."""

    context: Annotated[str | dict[str, str] | None, PlainValidator(_path_or_classes)] = None
    source: NonEmpty | None = None
    licence: NonEmpty | None = None
    attribution: NonEmpty | None = None  #: what every map has to say

    @property
    def files(self) -> dict[str, str]:
        """Return the files by class; one that holds several as "all"."""
        return {"all": self.context} if isinstance(self.context, str) else dict(self.context or {})

    @property
    def said(self) -> str | None:
        """Return what every map has to say of where its ground is from."""
        of_osm = any(is_osm(Path(each)) for each in self.files.values())
        return OSM_ATTRIBUTION if self.attribution is None and of_osm else self.attribution
