# SPDX-License-Identifier: Apache-2.0
"""Opens a GeoPackage in QGIS without a screen and prints what QGIS sees, layer by layer, as JSON.

For the system's Python, which QGIS belongs to: /usr/bin/python3 open_in_qgis.py FILE.gpkg
"""

import json
import sys

from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def colours_drawn(layer):
    """Colours in a picture of the layer alone, most frequent first, without the background."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(300, 300))
    settings.setBackgroundColor(QColor("#ffffff"))
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    counts = {}
    for x in range(image.width()):
        for y in range(image.height()):
            name = image.pixelColor(x, y).name()
            counts[name] = counts.get(name, 0) + 1
    counts.pop("#ffffff", None)
    return sorted(counts, key=counts.get, reverse=True)


def look_at(path, name):
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    seen = {"valid": layer.isValid(), "rows": layer.featureCount(), "crs": layer.crs().authid()}
    if layer.isSpatial():
        renderer = layer.renderer()
        seen["renderer"] = renderer.type()
        if renderer.type() == "categorizedSymbol":
            seen["legend"] = [category.symbol().color().name() for category in renderer.categories()]
        seen["drawn"] = colours_drawn(layer)
    return seen


def main():
    path = sys.argv[1]
    application = QgsApplication([], False)
    application.initQgis()
    package = QgsVectorLayer(path, "package", "ogr")
    names = [part.split("!!::!!")[1] for part in package.dataProvider().subLayers()]
    print(json.dumps({name: look_at(path, name) for name in names}))
    del package  # layers must be gone before QGIS is
    application.exitQgis()


main()
