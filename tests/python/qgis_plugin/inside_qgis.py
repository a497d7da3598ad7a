# SPDX-License-Identifier: Apache-2.0
"""Runs the plugin's algorithms in QGIS's Python on layers that no file holds; prints what came of it as JSON."""

# ruff: noqa: E402  # QGIS's own modules are found after the path is set
import json
import os
import sys
import threading
import time
from pathlib import Path

sys.path[:0] = ["/usr/share/qgis/python/plugins", sys.argv[1]]

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)

app = QgsApplication([], False)
app.initQgis()

import processing
from processing.core.Processing import Processing

Processing.initialize()
from sheltermap_qgis import classFactory

plugin = classFactory(None)
plugin.initProcessing()
FOLDER = Path(sys.argv[2])
OWN = os.environ["SHELTERMAP_COMMAND"]
BIG = 9_007_199_254_740_993  # no double is as exact


class Heard(QgsProcessingFeedback):
    def __init__(self):
        super().__init__()
        self.steps, self.notes, self.lines = [], [], []
        self.progressChanged.connect(self.steps.append)

    def pushInfo(self, info):  # noqa: N802
        self.lines.append(info)

    def pushWarning(self, warning):  # noqa: N802
        self.notes.append(warning)


def layer(definition, name, rows, crs="EPSG:3059"):
    made = QgsVectorLayer(definition, name, "memory")
    made.setCrs(QgsCoordinateReferenceSystem(crs) if crs else QgsCoordinateReferenceSystem())
    features = []
    for wkt, *values in rows:
        feature = QgsFeature(made.fields())
        feature.setAttributes(values)
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        features.append(feature)
    made.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(made)
    return made


CIRCLE = "505000 312000, 506000 313000, 507000 312000, 506000 311000, 505000 312000"
HOMES = [
    ("Point (506000 312000)", BIG, "Mājas „Ķīši” 1'2\"", 10),
    ("Point (506400 312000)", BIG + 2, "Otrās", None),
    ("Point (520000 312000)", BIG + 4, "Tālās", 30),
]
homes = layer("Point?field=id:int8&field=nosaukums:string&field=people:integer", "Mājas; “A”", HOMES)
shelters = layer("Point?field=kods:string", "Patvertnes", [("Point (24.10 56.95)", "S ā'1")], "EPSG:4326")
near = layer("Point?field=kods:string", "Tuvās", [("Point (506100 312000)", "S ā'1"), ("Point (519000 312000)", "S2")])
empty = layer("Point?field=id:integer", "Tukšais", [])
nowhere = layer("Point?field=id:integer", "Nekur", [("Point (1 2)", 1)], crs="")
alike = layer("Point?field=Id:integer&field=id:integer", "Vienādie", [("Point (506000 312000)", 1, 2)])
holes = layer("Point?field=id:integer", "Caurumi", [("Point (506000 312000)", 1), (None, 2)])
curves = layer(
    "CurvePolygon?field=zona:string",
    "Loki",
    [
        (
            "CurvePolygon (CircularString (505000 312000, 506000 313000, 507000 312000, 506000 311000, 505000 312000))",
            "Z",
        )
    ],
)
found = {}


def rows(source):
    names = source.fields().names()
    return [dict(zip(names, map(plain, each.attributes()), strict=True)) for each in source.getFeatures()]


def plain(value):
    return value if isinstance(value, (int, float, str, bool)) or value is None else None


def run(name, parameters, feedback=None, context=None):
    return processing.run(
        f"sheltermap:{name}", {"OUTPUT": "memory:", **parameters}, context=context, feedback=feedback or Heard()
    )


def refused(key, name, parameters, command=OWN):
    os.environ["SHELTERMAP_COMMAND"] = command
    try:
        run(name, parameters)
    except QgsProcessingException as error:
        found[key] = str(error)
    finally:
        os.environ["SHELTERMAP_COMMAND"] = OWN


def program(name, text):
    path = FOLDER / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


heard = Heard()
given = {"DEMAND": homes, "DEMAND_ID": "id", "FACILITIES": near, "FACILITY_ID": "kods", "WEIGHT": "people"}
done = run("coverage", {**given, "LIMITS": "150; 1.5 km; 2 km"}, heard)
found["coverage"] = rows(done["OUTPUT"])
found["progress"], found["lines"] = heard.steps, heard.lines

homes.selectByIds([homes.allFeatureIds()[0], homes.allFeatureIds()[2]])
selected = QgsProcessingFeatureSourceDefinition(homes.id(), True)
done = run("nearest", {"DEMAND": selected, "FACILITIES": shelters})
found["nearest"], found["ids"] = rows(done["OUTPUT"]), homes.allFeatureIds()

heard = Heard()
done = run("nearest", {"DEMAND": holes, "FACILITIES": near, "STRICT": False}, heard)
found["holes"], found["notes"] = rows(done["OUTPUT"]), heard.notes
done = run("exposure", {"FEATURES": homes, "ZONES": curves, "ZONE_ID": "zona"})
found["curves"] = rows(done["OUTPUT"])

refused("empty", "nearest", {"DEMAND": empty, "FACILITIES": near})
refused("alike", "nearest", {"DEMAND": alike, "FACILITIES": near})
refused("no_crs", "nearest", {"DEMAND": nowhere, "FACILITIES": near})
refused("no_geometry", "nearest", {"DEMAND": holes, "FACILITIES": near})
refused("no_field", "coverage", {**given, "WEIGHT": "cilvēki"})
refused("limit", "coverage", {**given, "LIMITS": "1,5 km"})
refused("no_limit", "coverage", {**given, "LIMITS": " ; "})
refused("no_streets", "coverage", {**given, "LIMITS": "5 min"})
refused("same_id", "coverage", {**given, "FACILITIES": homes, "FACILITY_ID": "people", "DEMAND_ID": None})
refused("areas", "coverage", {**given, "AREAS": curves})
refused("folder", "coverage", {**given, "FOLDER": str(FOLDER)})
refused("missing", "nearest", {"DEMAND": homes, "FACILITIES": near}, str(FOLDER / "nothing"))
refused("old", "nearest", {"DEMAND": homes, "FACILITIES": near}, program("old", "echo sheltermap 0.0.9"))
refused("other", "nearest", {"DEMAND": homes, "FACILITIES": near}, program("other", "echo hello"))

# Somebody cancels while the command line computes.
waiting = program("waiting", f'[ "$1" = --version ] && exec "{OWN}" --version\necho $$ > "{FOLDER}/pid"\nsleep 600')
os.environ["SHELTERMAP_COMMAND"] = waiting
heard = Heard()


def cancel():
    while not (FOLDER / "pid").exists():
        time.sleep(0.05)
    heard.cancel()


threading.Thread(target=cancel, daemon=True).start()
found["cancelled"] = run("nearest", {"DEMAND": homes, "FACILITIES": near}, heard)
os.environ["SHELTERMAP_COMMAND"] = OWN
try:
    os.kill(int((FOLDER / "pid").read_text()), 0)
    found["still_runs"] = True
except ProcessLookupError:
    found["still_runs"] = False

# What the window of QGIS does at the end of a run.
context = QgsProcessingContext()
context.setProject(QgsProject.instance())
algorithm = QgsApplication.processingRegistry().createAlgorithmById("sheltermap:gaps")
definitions = {
    name: QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT", QgsProject.instance()) for name in ("OUTPUT", "PLACES")
}
outcome, _ = algorithm.run({**given, "LIMIT": "150", **definitions}, context, Heard())
loaded = {}
for source, details in context.layersToLoadOnCompletion().items():
    shown = context.getMapLayer(source)
    details.postProcessor().postProcessLayer(shown, context, Heard())
    symbols = shown.renderer().categories() if hasattr(shown.renderer(), "categories") else []
    loaded[details.outputName] = [[each.label(), each.symbol().color().name()] for each in symbols]
found["loaded"] = loaded

context = QgsProcessingContext()
context.setProject(QgsProject.instance())
algorithm = QgsApplication.processingRegistry().createAlgorithmById("sheltermap:run_plan")
assessment = FOLDER / "novērtējums 'A'"
outcome, worked = algorithm.run({"PLAN": sys.argv[3], "FOLDER": str(assessment)}, context, Heard())
found["plan"] = {"worked": worked, "layers": len(outcome.get("LAYERS", []))}
found["plan_titles"] = [each.name for each in context.layersToLoadOnCompletion().values()]
found["plan_styled"] = [
    context.getMapLayer(each).name()
    for each in context.layersToLoadOnCompletion()
    if hasattr(context.getMapLayer(each).renderer(), "categories")
]
print("FOUND " + json.dumps(found, ensure_ascii=False), flush=True)
os._exit(0)  # layers that outlive their application would end it with a fault
