# SPDX-License-Identifier: Apache-2.0
"""Opens a register in QGIS without a screen, enters one row as its form would, and prints what QGIS sees, as JSON.

For the system's Python, which QGIS belongs to: /usr/bin/python3 fill_in_form.py FILE.gpkg LAYER PICTURE.png
"""

import json
import sys

from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsAttributeForm, QgsGui

ROW = {"id": "P1", "kind": "shelter", "category": "II", "capacity_persons": 120, "last_inspection": "2025-02-28"}


def look_at(layer):
    seen = {"valid": layer.isValid(), "crs": layer.crs().authid(), "fields": {}}
    seen["geometry"] = QgsWkbTypes.displayString(layer.wkbType())
    for index, field in enumerate(layer.fields()):
        widget = layer.editorWidgetSetup(index)
        seen["fields"][field.name()] = {
            "type": field.typeName(),
            "alias": field.alias(),
            "widget": widget.type(),
            "config": widget.config(),
            "constraints": int(field.constraints().constraints()),
        }
    return seen


def enter_row(layer):
    feature = QgsFeature(layer.fields())
    for name, value in ROW.items():
        feature.setAttribute(name, value)
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(506083, 311825)))
    layer.startEditing()
    layer.addFeature(feature)
    return layer.commitChanges()


def picture(layer, path):
    layer.startEditing()
    form = QgsAttributeForm(layer, next(layer.getFeatures()))
    form.resize(700, 1500)
    form.show()
    QgsApplication.processEvents()
    form.grab().save(path)
    form.changeAttribute("suits_flood", "false")
    form.save()
    layer.commitChanges()
    form.deleteLater()
    QgsApplication.processEvents()


def main():
    path, name, image = sys.argv[1:]
    application = QgsApplication([], True)
    application.initQgis()
    QgsGui.editorWidgetRegistry().initEditors()
    layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    seen = look_at(layer)
    seen["entered"] = enter_row(layer)
    picture(layer, image)
    print(json.dumps(seen, default=str))
    del layer  # layers must be gone before QGIS is
    application.exitQgis()


main()
