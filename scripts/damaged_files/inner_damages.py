# SPDX-License-Identifier: Apache-2.0
"""Damage inside a file that stays sound itself: to a file of an archive, a cell of a database, a file's metadata."""

from __future__ import annotations

import copy
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Harm = Callable[[bytes, bytes], bytes]  # of a part and another one like it the damaged part
VALUES = (
    None,
    0,
    -1,
    1 << 40,
    1e300,
    float("inf"),
    "",
    "~60",
    "12a4",
    "x" * 100_000,
    "2024-02-30",
    b"",
    b"GP",
    b"\xff" * 64,
)
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1 << 70,
    1e300,
    float("nan"),
    "",
    "x",
    "WKT",
    "Point",
    "EPSG:0",
    [],
    {},
    [[]],
    [None],
    {"type": 0},
)
XML_VALUE = re.compile(rb'(?<=")[^"<>]+(?=")|(?<=>)[^<>]+(?=<)')
FUNCTIONS = ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")  # that the triggers of a GeoPackage call


def _archive(content: bytes, chance: Random, harm: Harm) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        harmed = chance.choice(names)
        for name in names:
            part = old.read(name)
            if name == harmed:
                is_xml = name.endswith((".xml", ".kml", ".rels")) and chance.random() < 0.6
                part = _xml(part, chance, harm) if is_xml else harm(part, old.read(chance.choice(names)))
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _xml(content: bytes, chance: Random, harm: Harm) -> bytes:
    """Put another value in the place of a text or an attribute, and leave the tags as they are."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        values = list(XML_VALUE.finditer(content))
        if not values:
            return harm(content, content)
        old = chance.choice(values)
        odd = str(chance.choice(ODD)).encode()
        content = content[: old.start()] + chance.choice((odd, chance.choice(values)[0])) + content[old.end() :]
    return content


def _database(content: bytes, chance: Random, harm: Harm) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(content)
        connection.execute("PRAGMA ignore_check_constraints = on")
        for name in FUNCTIONS:
            connection.create_function(name, 1, lambda shape: 0)
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for _ in range(chance.choice((1, 1, 3))):
            table = chance.choice(tables)
            try:
                _harm_cell(connection, table, chance, harm)
            except sqlite3.Error:
                continue  # the database itself refuses it
        connection.commit()
        return connection.serialize()


def _harm_cell(connection: sqlite3.Connection, table: str, chance: Random, harm: Harm) -> None:
    found = connection.execute(f'SELECT rowid, * FROM "{table}"')
    names, rows = [each[0] for each in found.description][1:], found.fetchall()
    row, column = chance.choice(rows or [(0, *names)]), chance.randrange(len(names))
    old = row[1 + column]
    if chance.random() < 0.1:
        connection.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (row[0],))
    elif isinstance(old, bytes | str) and chance.random() < 0.7:
        part = old if isinstance(old, bytes) else old.encode()
        cast = f"CAST(? AS {'TEXT' if isinstance(old, str) else 'BLOB'})"
        update = f'UPDATE "{table}" SET "{names[column]}" = {cast} WHERE rowid = ?'
        connection.execute(update, (harm(part, part), row[0]))
    else:
        update = f'UPDATE "{table}" SET "{names[column]}" = ? WHERE rowid = ?'
        connection.execute(update, (chance.choice(VALUES), row[0]))


def _json(content: bytes, chance: Random, harm: Harm) -> bytes:
    """Put another value in the place of one, anywhere in the tree."""
    tree = json.loads(content)
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        found = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in found:
            places.append((value, key))
            walk(inner)

    walk(tree)
    for _ in range(chance.choice((1, 1, 2))):
        (parent, key), (other, of) = chance.choice(places), chance.choice(places)
        parent[key] = copy.deepcopy(chance.choice((*ODD, other[of])))
    return json.dumps(tree).encode()


def _parquet(content: bytes, chance: Random, harm: Harm) -> bytes:
    table = pq.read_table(pa.BufferReader(content))
    binary = [name for name in table.column_names if pa.types.is_binary(table.schema.field(name).type)]
    if binary and chance.random() < 0.5:  # a geometry
        cells = table.column(binary[0]).to_pylist()
        row = chance.randrange(len(cells))
        cells[row] = harm(cells[row], chance.choice(cells))
        at = table.schema.get_field_index(binary[0])
        table = table.set_column(at, table.schema.field(at), pa.array(cells, pa.binary()))
    else:
        about = dict(table.schema.metadata or {})
        geo = about[b"geo"]
        geo = harm(geo, geo) if chance.random() < 0.3 else _json(geo, chance, harm)
        table = table.replace_schema_metadata({**about, b"geo": geo})
    made = io.BytesIO()
    pq.write_table(table, made)
    return made.getvalue()


INNER: dict[str, Callable[[bytes, Random, Harm], bytes]] = {
    ".geojson": _json,
    ".json": _json,
    ".kml": _xml,
    ".gpx": _xml,
    ".osm": _xml,
    ".zip": _archive,
    ".xlsx": _archive,
    ".kmz": _archive,
    ".gpkg": _database,
    ".parquet": _parquet,
}
