# SPDX-License-Identifier: Apache-2.0
"""Opens layers of a GeoPackage, and the tables of the same names in PostGIS, in QGIS; prints how they look, as JSON.

For the system's Python, which QGIS belongs to: /usr/bin/python3 open_postgis_in_qgis.py FILE.gpkg SCHEMA LAYER…
With --save as the first argument, a style of the user's own is saved as the default of the tables' first.
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsDataSourceUri,
    QgsReadWriteContext,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument


def look(layer):
    document = QDomDocument()
    document.appendChild(layer.renderer().save(document, QgsReadWriteContext()))
    count, _, names, _, _ = layer.listStylesInDatabase()
    return {
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "renderer": document.toString(),
        "styles": names[:count],
        "comments": [field.comment() for field in layer.fields()],
    }


def table(schema, name):
    uri = QgsDataSourceUri()
    uri.setConnection(os.environ["PGHOST"], "", os.environ["PGDATABASE"], os.environ["PGUSER"], "")
    uri.setDataSource(schema, name, "geometry")
    return QgsVectorLayer(uri.uri(), name, "postgres")


def main(arguments):
    saves = arguments[0] == "--save"
    path, schema, *names = arguments[saves:]
    application = QgsApplication([], False)
    application.initQgis()
    if saves:
        layer = table(schema, names[0])
        layer.setRenderer(QgsSingleSymbolRenderer(QgsSymbol.defaultSymbol(layer.geometryType())))
        error = layer.saveStyleToDatabase(arguments[-1], "mine", True, "")
        print(json.dumps({"error": error or "", "id": layer.listStylesInDatabase()[0]}))
    else:
        files = {name: look(QgsVectorLayer(f"{path}|layername={name}", name, "ogr")) for name in names}
        tables = {name: look(table(schema, name)) for name in names}
        print(json.dumps({"files": files, "tables": tables}))
    application.exitQgis()


main(sys.argv[1:])
