# SPDX-License-Identifier: Apache-2.0
"""What differs between QGIS 3.22 on Qt 5 and QGIS 4 on Qt 6; no other module names an enumeration.

Enumerations moved to `Qgis` over the years. Each is looked up by its new name first, then by the one of QGIS 3.22.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from qgis import core
from qgis.core import QgsField
from qgis.PyQt import QtCore


def _first(*paths: str, home: Any = core) -> Any:
    """Return what the first of these dotted names stands for."""
    for path in paths:
        try:
            return reduce(getattr, path.split("."), home)
        except AttributeError:
            continue
    raise AttributeError(f"this QGIS has none of {', '.join(paths)}")


ADVANCED = _first("Qgis.ProcessingParameterFlag.Advanced", "QgsProcessingParameterDefinition.Flag.FlagAdvanced")
TABLE = _first("Qgis.ProcessingSourceType.Vector", "QgsProcessing.SourceType.TypeVector")
ANY_GEOMETRY = _first("Qgis.ProcessingSourceType.VectorAnyGeometry", "QgsProcessing.SourceType.TypeVectorAnyGeometry")
POINTS = _first("Qgis.ProcessingSourceType.VectorPoint", "QgsProcessing.SourceType.TypeVectorPoint")
LINES = _first("Qgis.ProcessingSourceType.VectorLine", "QgsProcessing.SourceType.TypeVectorLine")
POLYGONS = _first("Qgis.ProcessingSourceType.VectorPolygon", "QgsProcessing.SourceType.TypeVectorPolygon")
NUMERIC = _first("Qgis.ProcessingFieldParameterDataType.Numeric", "QgsProcessingParameterField.DataType.Numeric")
ANY_FIELD = _first("Qgis.ProcessingFieldParameterDataType.Any", "QgsProcessingParameterField.DataType.Any")
WHOLE = _first("Qgis.ProcessingNumberParameterType.Integer", "QgsProcessingParameterNumber.Type.Integer")
DECIMAL = _first("Qgis.ProcessingNumberParameterType.Double", "QgsProcessingParameterNumber.Type.Double")
FILE = _first("Qgis.ProcessingFileParameterBehavior.File", "QgsProcessingParameterFile.Behavior.File")
FOLDER = _first("Qgis.ProcessingFileParameterBehavior.Folder", "QgsProcessingParameterFile.Behavior.Folder")
METRES = _first("Qgis.DistanceUnit.Meters", "QgsUnitTypes.DistanceUnit.DistanceMeters")
AS_THEY_ARE = _first(
    "Qgis.ProcessingFeatureSourceFlag.SkipGeometryValidityChecks",
    "QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks",
)  #: sheltermap says itself which geometries cannot be used
NO_GEOMETRY = _first("Qgis.WkbType.NoGeometry", "QgsWkbTypes.Type.NoGeometry")
WRITTEN = _first("QgsVectorFileWriter.WriterError.NoError")
FAST = _first("QgsFeatureSink.Flag.FastInsert")
WHOLE_NUMBER = _first("QMetaType.Type.LongLong", "QVariant.Type.LongLong", home=QtCore)


def id_field(name: str) -> QgsField:
    """Return a field of whole numbers of 64 bits."""
    try:
        return QgsField(name, WHOLE_NUMBER)
    except TypeError:  # before 3.38 only the types of QVariant will do
        return QgsField(name, _first("QVariant.Type.LongLong", home=QtCore))


def field_names(algorithm: Any, parameters: dict[str, Any], name: str, context: Any) -> list[str]:
    """Return the fields that a parameter names: newer versions have another word for it."""
    ask = getattr(algorithm, "parameterAsStrings", None) or algorithm.parameterAsFields
    return [each for each in ask(parameters, name, context) if each]


def temporary_folder(context: Any) -> str:
    """Return where files of Processing may lie until QGIS ends: as the context says, in versions that ask it."""
    try:
        return str(core.QgsProcessingUtils.tempFolder(context))
    except TypeError:
        return str(core.QgsProcessingUtils.tempFolder())
