# SPDX-License-Identifier: Apache-2.0
"""Layers of QGIS as files that the command line reads: whatever their provider, their selection, their fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsProcessingFeatureSource,
    QgsVectorFileWriter,
    QgsWkbTypes,
)

from . import qt
from .command_line import Cancelled, CommandError, Feedback
from .words import say

NUMBER = "fid"
ID = "feature_id"  #: names rows where no field does: the numbers that QGIS shows for features


def write(
    source: QgsProcessingFeatureSource, path: Path, feedback: Feedback, *, asked: Collection[str], id_wanted: bool
) -> str | None:
    """Write the features of a source, those selected where only these are meant, into a GeoPackage.

    Parameters
    ----------
    source : QgsProcessingFeatureSource
        A layer, with whatever reference system and geometries.
    path : Path
        The GeoPackage to write.
    feedback : Feedback
        Asked whether it goes on.
    asked : collection of str
        The fields that the analysis names.
    id_wanted : bool
        Whether the numbers that QGIS has for features are written as a field.

    Returns
    -------
    str or None
        Name of the field with these numbers.

    Raises
    ------
    CommandError
        If the layer has no features, no reference system, or fields that differ in capitals only.
    Cancelled
        If the feedback is cancelled.
    """
    layer = source.sourceName()
    has_places = source.wkbType() != qt.NO_GEOMETRY
    if has_places and not source.sourceCrs().isValid():
        raise CommandError(say("layer.no_crs", layer=layer))
    # GeoPackages number their rows in a field that QGIS shows like any other; a result has numbers of its own.
    kept = [n for n, name in enumerate(source.fields().names()) if name.lower() != NUMBER or name in asked]
    fields = QgsFields()
    for number in kept:
        fields.append(source.fields()[number])
    small = Counter(field.name().lower() for field in fields)
    twice = [field.name() for field in fields if small[field.name().lower()] > 1]
    if twice:
        raise CommandError(say("layer.twice", layer=layer, fields=", ".join(twice)))
    id_name = None
    if id_wanted:
        id_name = _free(ID, small)
        fields.append(qt.id_field(id_name))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName, options.fileEncoding = "GPKG", path.stem, "UTF-8"
    # A field of the layer may have the name that a GeoPackage would give to its own columns.
    options.layerOptions = [f"FID={_free('gpkg_fid', small)}", f"GEOMETRY_NAME={_free('gpkg_geometry', small)}"]
    writer = QgsVectorFileWriter.create(
        str(path),
        fields,
        QgsWkbTypes.linearType(source.wkbType()),
        source.sourceCrs(),
        QgsCoordinateTransformContext(),
        options,
    )
    _require_written(writer, layer)
    written = 0
    for feature in source.getFeatures(QgsFeatureRequest(), qt.AS_THEY_ARE):
        if feedback.isCanceled():
            raise Cancelled
        handed = QgsFeature(fields)
        values = [feature.attribute(number) for number in kept]
        handed.setAttributes([*values, feature.id()] if id_name else values)
        handed.setGeometry(_straight(feature.geometry()))
        if not writer.addFeature(handed, qt.FAST):
            _require_written(writer, layer)
        written += 1
    del writer  # which writes the rest
    if not written:
        raise CommandError(say("layer.empty", layer=layer))
    return id_name


def _straight(geometry: QgsGeometry) -> QgsGeometry:
    """Return curves as short straight lines, which nothing but these computes with."""
    if geometry.isNull() or not QgsWkbTypes.isCurvedType(geometry.wkbType()):
        return geometry
    return QgsGeometry(geometry.constGet().segmentize())


def _free(name: str, taken: Any) -> str:
    """Return a name that no field has."""
    while name in taken:
        name += "_"
    return name


def _require_written(writer: QgsVectorFileWriter, layer: str) -> None:
    if writer.hasError() != qt.WRITTEN:
        raise CommandError(say("layer.not_written", layer=layer, why=writer.errorMessage()))
