# SPDX-License-Identifier: Apache-2.0
"""The layers of an assessment in QGIS: copied into what the user asked for, or as they are, in the report's colours."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsFeature,
    QgsFields,
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingLayerPostProcessorInterface,
    QgsReadWriteContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument

from . import qt
from .command_line import CommandError, Feedback
from .words import language, say

GEOPACKAGE = "assessment.gpkg"
REPORT = "report.html"
NUMBER = "fid"  #: the column with which a GeoPackage numbers its rows


def opened(folder: Path, name: str) -> QgsVectorLayer | None:
    """Return a layer of an assessment with its style, or nothing where there is none of that name."""
    layer = QgsVectorLayer(f"{folder / GEOPACKAGE}|layername={name}", name, "ogr")
    return layer if layer.isValid() else None


class Styled(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer that was just loaded the style of the assessment's."""

    # Processing does not keep what it is given.
    kept: deque[Styled] = deque(maxlen=200)

    def __init__(self, style: str):
        super().__init__()
        self.style = style
        self.kept.append(self)

    def postProcessLayer(self, layer: QgsMapLayer, context: Any, feedback: Any) -> None:  # noqa: N802
        """Style the layer."""
        document = QDomDocument()
        document.setContent(self.style)
        layer.importNamedStyle(document)
        layer.triggerRepaint()


def style_of(layer: QgsVectorLayer) -> str:
    """Return the style of a layer as QGIS writes it."""
    document = QDomDocument()
    layer.exportNamedStyle(document, QgsReadWriteContext())
    return document.toString()


def copy(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    sink_name: str,
    context: QgsProcessingContext,
    feedback: Feedback,
    layer: QgsVectorLayer,
) -> str | None:
    """Copy a layer into the output that the user asked for, and have it styled where it is loaded.

    Returns
    -------
    str or None
        The output, or nothing where it is not wanted.

    Raises
    ------
    CommandError
        If the output cannot be written.
    """
    kept = [number for number, field in enumerate(layer.fields()) if field.name() != NUMBER]
    fields = QgsFields()
    for number in kept:
        fields.append(layer.fields()[number])
    sink, output = algorithm.parameterAsSink(parameters, sink_name, context, fields, layer.wkbType(), layer.crs())
    if sink is None:
        if parameters.get(sink_name) is None:
            return None
        raise CommandError(say("output.not_written", output=algorithm.parameterDefinition(sink_name).description()))
    for feature in layer.getFeatures():
        if feedback.isCanceled():
            break
        values = feature.attributes()
        copied = QgsFeature(fields)
        copied.setAttributes([values[number] for number in kept])
        copied.setGeometry(feature.geometry())
        if not sink.addFeature(copied, qt.FAST):
            raise CommandError(say("output.not_written", output=output))
    del sink
    if context.willLoadLayerOnCompletion(output):
        context.layerToLoadOnCompletionDetails(output).setPostProcessor(Styled(style_of(layer)))
    return output


def titles(folder: Path) -> dict[str, str]:
    """Return what the layers of an assessment are called, in the order in which it lists them."""
    listed = opened(folder, "dictionary_layers")
    if listed is None:  # of an older version
        return {}
    names = listed.fields().names()
    column = next((each for each in (f"title_{language()}", "title_en") if each in names), "layer")
    return {str(row["layer"]): str(row[column] or row["layer"]) for row in listed.getFeatures()}


def load_all(
    folder: Path, context: QgsProcessingContext, *, group: str, wanted: tuple[str, ...], left_out: tuple[str, ...]
) -> list[str]:
    """Have the layers of an assessment loaded as they lie there; return their sources.

    Parameters
    ----------
    folder : Path
        The assessment.
    context : QgsProcessingContext
        Where they are loaded.
    group : str
        In which group, where this version of QGIS has such.
    wanted : tuple of str
        How the names of layers begin that are loaded, of those that
    left_out : tuple of str
        tells to leave out.
    """
    sources = []
    called = titles(folder)
    for name, title in reversed(list(called.items())):  # the last one that is loaded lies on top
        if name.startswith(left_out) and not name.startswith(wanted or ("\0",)):
            continue
        layer = opened(folder, name)
        if layer is None or not layer.isSpatial():
            continue
        layer.setName(title)
        sources.append(layer.source())
        if context.project() is not None:
            details = QgsProcessingContext.LayerDetails(title, context.project(), title)
            if hasattr(details, "groupName"):
                details.groupName = group
            context.temporaryLayerStore().addMapLayer(layer)
            context.addLayerToLoadOnCompletion(layer.id(), details)
    return sources[::-1]
