# SPDX-License-Identifier: Apache-2.0
"""Opens the QGIS project of an assessment without a screen and prints what QGIS makes of it, as JSON.

For the system's Python, which QGIS belongs to: /usr/bin/python3 project_in_qgis.py FOLDER PICTURES [what]

`what` are the letters of what is to be done beside looking at layers: "s" also loads the styles as SLD, "t" draws each
theme, "g" each layer alone, "l" exports every fifth layout as PDF and picture, with "a" all. Pictures go to PICTURES.
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize, QVariant
from qgis.PyQt.QtGui import QColor


def columns_of(expression):
    return sorted(QgsExpression(expression).referencedColumns())


def look_at(layer):
    seen = {
        "title": layer.name(),
        "valid": layer.isValid(),
        "rows": layer.featureCount(),
        "read_only": layer.readOnly(),
    }
    seen |= {"crs": layer.crs().authid(), "spatial": layer.isSpatial(), "styles": layer.styleManager().styles()}
    fields = layer.fields()
    seen["aliases"] = {field.name(): field.alias() for field in fields}
    seen["widgets"] = {field.name(): field.editorWidgetSetup().type() for field in fields}
    seen["display"] = layer.displayExpression()
    seen["tip"] = layer.mapTipTemplate()
    metadata = layer.metadata()
    seen |= {"abstract": metadata.abstract(), "metadata_title": metadata.title(), "rights": metadata.rights()}
    names = {field.name() for field in fields}
    named = []
    looks = {}
    if layer.isSpatial():
        kept = layer.styleManager().currentStyle()
        for style in layer.styleManager().styles():
            layer.styleManager().setCurrentStyle(style)
            renderer = layer.renderer()
            looks[style] = {"renderer": renderer.type()}
            if renderer.type() == "categorizedSymbol":
                expression = QgsExpression(renderer.classAttribute())
                assert not expression.hasParserError(), expression.parserErrorString()
                looks[style]["legend"] = [
                    [each.label(), each.symbol().color().name()] for each in renderer.categories()
                ]
            else:
                looks[style]["legend"] = [["", renderer.symbol().color().name()]]
            if layer.labelsEnabled():
                named += sorted(layer.labeling().settings().referencedFields(QgsRenderContext()))
        layer.styleManager().setCurrentStyle(kept)
    named += columns_of(layer.displayExpression())
    for part in layer.mapTipTemplate().split("[%")[1:]:
        expression = QgsExpression(part.split("%]")[0])
        assert not expression.hasParserError(), expression.parserErrorString()
        named += columns_of(part.split("%]")[0])
    seen["looks"] = looks
    seen["missing"] = sorted(set(named) - names)
    return seen


def draw(layers, extent, crs, path, size=(900, 700)):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(crs)
    settings.setExtent(extent)
    settings.setOutputSize(QSize(*size))
    settings.setBackgroundColor(QColor("#ffffff"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    errors = [each.message for each in job.errors()]
    job.renderedImage().save(str(path))
    return errors


def draw_theme(project, name, path):
    layers = project.mapThemeCollection().mapThemeVisibleLayers(name)
    styles = project.mapThemeCollection().mapThemeStyleOverrides(name)
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setLayerStyleOverrides(styles)
    settings.setDestinationCrs(project.crs())
    settings.setExtent(project.viewSettings().defaultViewExtent())
    settings.setOutputSize(QSize(900, 700))
    settings.setBackgroundColor(QColor("#ffffff"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(str(path))
    collection = project.mapThemeCollection()
    styles = {each.layer().id(): each.currentStyle for each in collection.mapThemeState(name).layerRecords()}
    errors = [each.message for each in job.errors()]
    return {"layers": [each.id() for each in layers], "errors": errors, "styles": styles}


def export(layout, folder, number):
    exporter = QgsLayoutExporter(layout)
    pdf = QgsLayoutExporter.PdfExportSettings()
    picture = QgsLayoutExporter.ImageExportSettings()
    picture.dpi = 90
    done = [
        exporter.exportToPdf(str(folder / f"layout-{number}.pdf"), pdf),
        exporter.exportToImage(str(folder / f"layout-{number}.png"), picture),
    ]
    bar = layout.itemById("scale bar")
    labels = {each.id(): each.currentText() for each in layout.items() if isinstance(each, QgsLayoutItemLabel)}
    told = {"name": layout.name(), "done": [int(each) for each in done], "labels": labels}
    return told | {"scale_bar_mm": bar.rect().width()}


def tip_of_markup(layer):
    """What the first expression of a tip makes of a name that is markup."""
    feature = QgsFeature(layer.fields())
    for field in layer.fields():
        if field.type() == QVariant.String:
            feature[field.name()] = "<img src=x>&"
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    tip = layer.mapTipTemplate()
    made = QgsExpression.replaceExpressionText(tip, context)
    return made[len("<b>") : made.index("</b>")]


def load_sld(source, path):
    layer = QgsVectorLayer(source, "x", "ogr")
    message, done = layer.loadSldStyle(str(path))
    renderer = layer.renderer()
    found = {"done": done, "message": message, "renderer": renderer.type()}
    if renderer.type() == "RuleRenderer":
        rules = renderer.rootRule().children()
        found["rules"] = [each.label() for each in rules]
        found["colours"] = [each.symbol().color().name() for each in rules]
        counts = [0] * len(rules)
        fields = layer.fields()
        context = QgsRenderContext()
        renderer.startRender(context, fields)
        for feature in layer.getFeatures():
            for at, rule in enumerate(rules):
                context.expressionContext().setFeature(feature)
                counts[at] += bool(rule.isFilterOK(feature, context))
        renderer.stopRender(context)
        found["counts"] = counts
    return found


def main():
    folder, pictures = Path(sys.argv[1]), Path(sys.argv[2])
    what = sys.argv[3] if len(sys.argv) > 3 else ""
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    read = project.read(str(folder / "project.qgz"))
    layers = project.mapLayers()
    found = {"read": read, "error": project.error(), "title": project.title(), "crs": project.crs().authid()}
    found["layers"] = {name: look_at(layer) for name, layer in layers.items()}
    found["order"] = [each.name() for each in project.layerTreeRoot().children()]
    found["visible"] = [each.layerId() for each in project.layerTreeRoot().findLayers() if each.isVisible()]
    found["themes"] = project.mapThemeCollection().mapThemes()
    found["bookmarks"] = [each.name() for each in project.bookmarkManager().bookmarks()]
    found["layouts"] = [each.name() for each in project.layoutManager().layouts()]
    if "t" in what:
        found["drawn"] = {
            name: draw_theme(project, name, pictures / f"theme-{at:02}.png") for at, name in enumerate(found["themes"])
        }
    if "g" in what:
        for name, layer in layers.items():
            if layer.isSpatial():
                draw([layer], layer.extent(), layer.crs(), pictures / f"layer-{name}.png", (420, 330))
    if "l" in what:
        pages = project.layoutManager().layouts()[:: 1 if "a" in what else 5]
        found["exported"] = [export(each, pictures, at) for at, each in enumerate(pages)]
    if "s" in what:
        found["sld"] = {
            path.stem: load_sld(f"{folder / 'assessment.gpkg'}|layername={path.stem.split('.')[0]}", path)
            for path in sorted((folder / "sld").iterdir())
        }
    if "t" in what:
        found["tip_of_markup"] = tip_of_markup(next(each for each in layers.values() if each.isSpatial()))
    print(json.dumps(found))
    project.clear()
    application.exitQgis()


main()
