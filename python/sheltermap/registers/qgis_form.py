# SPDX-License-Identifier: Apache-2.0
"""Labels, drop-downs, limits and duties of a register inside its GeoPackage, for QGIS and for other readers.

QGIS reads forms from a style (`layer_styles`), others from GeoPackage's own extension "schema".
"""

from __future__ import annotations

import sqlite3
from xml.etree.ElementTree import Element, SubElement, tostring

from sheltermap.base.texts import YES_NO
from sheltermap.layers.style_table import add_style
from sheltermap.registers.schema import Field, Schema

SCHEMA_TABLES = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
    max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""
DEFINITION = "http://www.geopackage.org/spec121/#extension_schema"
NOT_NULL, UNIQUE = 1, 2  # bits of QgsFieldConstraints


def add_form(connection: sqlite3.Connection, register: Schema, lang: str) -> None:
    """Describe the columns of a register in its GeoPackage."""
    add_style(connection, register.kind, form_qml(register, lang))
    connection.executescript(SCHEMA_TABLES)
    for table in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        extension = (table, "gpkg_schema", DEFINITION, "read-write")
        connection.execute("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)", extension)
    for field in register.fields.values():
        label = field.label.get(lang)
        others = " / ".join(each for each in field.label.distinct if each != label)
        column = (register.kind, field.name, label, others or label, field.recorded_by)
        constraint = _constraint(connection, register, field, lang)
        connection.execute("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)", (*column, constraint))


def _constraint(connection: sqlite3.Connection, register: Schema, field: Field, lang: str) -> str | None:
    name = f"{register.kind}_{field.name}"
    insert = "INSERT INTO gpkg_data_column_constraints VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    if field.codes:
        rows = [(name, "enum", code.code, None, None, None, None, code.label.get(lang)) for code in field.codes]
        connection.executemany(insert, rows)
    elif field.min is not None:
        connection.execute(insert, (name, "range", None, field.min, 1, field.max, 1, None))
    else:
        return None
    return name


def form_qml(register: Schema, lang: str) -> str:
    """Write labels, widgets and constraints of the fields as a QGIS style."""
    root = Element("qgis", version="3.22.0", styleCategories="Fields|Forms")
    widgets, aliases = SubElement(root, "fieldConfiguration"), SubElement(root, "aliases")
    constraints = SubElement(root, "constraints")
    SubElement(SubElement(widgets, "field", name="fid"), "editWidget", type="Hidden")
    for index, field in enumerate(register.fields.values(), start=1):  # 0 is the GeoPackage's own fid
        widget = SubElement(widgets, "field", name=field.name, configurationFlags="None")
        _widget(SubElement(widget, "editWidget", type=WIDGETS[field.type]), field, lang)
        SubElement(aliases, "alias", field=field.name, index=str(index), name=field.label.get(lang))
        required = (NOT_NULL if field.required else 0) | (UNIQUE if field.name == "id" else 0)
        strengths = {"notnull_strength": str(int(field.required)), "unique_strength": str(int(field.name == "id"))}
        rule = {"field": field.name, "constraints": str(required), "exp_strength": "0", **strengths}
        SubElement(constraints, "constraint", rule)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


WIDGETS = {
    "text": "TextEdit",
    "code": "ValueMap",
    "integer": "Range",
    "number": "Range",
    "boolean": "ValueMap",  # a check box has no third state for "not known"
    "date": "DateTime",
}


def _widget(parent: Element, field: Field, lang: str) -> None:
    options = SubElement(SubElement(parent, "config"), "Option", type="Map")
    words = {code.label.get(lang): code.code for code in field.codes}
    if field.type == "boolean":
        words = dict(zip(YES_NO[lang], ("true", "false"), strict=True))
    if words:
        entries = SubElement(options, "Option", name="map", type="List")
        for label, value in words.items():
            SubElement(SubElement(entries, "Option", type="Map"), "Option", name=label, type="QString", value=value)
        return
    values: dict[str, tuple[str, str]] = {"AllowNull": ("bool", "true")}
    if field.min is not None and field.max is not None:
        kind, cast = ("int", int) if field.type == "integer" else ("double", float)
        values |= {
            "Min": (kind, str(cast(field.min))),
            "Max": (kind, str(cast(field.max))),
            "Style": ("QString", "SpinBox"),
        }
        values["Precision"] = ("int", "0" if field.type == "integer" else "3")
    if field.type == "date":
        shown = {"display_format": "yyyy-MM-dd", "field_format": "yyyy-MM-dd"}
        values |= {name: ("QString", text) for name, text in shown.items()} | {"calendar_popup": ("bool", "true")}
        values["allow_null"] = ("bool", "true")
    for name, (kind, value) in values.items():
        SubElement(options, "Option", name=name, type=kind, value=value)
