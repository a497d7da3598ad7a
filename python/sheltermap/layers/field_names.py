# SPDX-License-Identifier: Apache-2.0
"""Names of columns and layers as ArcGIS's formats take them: letters, digits and _, each its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

NOT_PLAIN = re.compile(r"[^A-Za-z0-9_]")
GEODATABASE_LETTERS, LAYER_LETTERS, SHAPEFILE_LETTERS = 64, 120, 10
# Names of ArcGIS's own columns, and words of SQL that it refuses.
GEODATABASE_TAKEN = frozenset(
    {
        "objectid",
        "shape",
        "shape_length",
        "shape_area",
        "add",
        "alter",
        "and",
        "as",
        "asc",
        "between",
        "date",
        "desc",
        "by",
        "column",
        "create",
    }
    | {"delete", "drop", "exists", "for", "from", "group", "in", "insert", "into", "is", "like", "not", "null", "or"}
    | {"order", "select", "set", "table", "update", "values", "where"}
)
RESERVED = ("gdb_", "sde_", "delta_")  # begin names of ArcGIS's own


def geodatabase_names(names: Iterable[str]) -> dict[str, str]:
    """Return the names of columns as a File Geodatabase takes them.

    Examples
    --------
    >>> geodatabase_names(["people", "people_65+", "Iedzīvotāji", "2026", "shape"])
    {'people': 'people', 'people_65+': 'people_65_', 'Iedzīvotāji': 'Iedzivotaji', '2026': 'f_2026', 'shape': 'shape_1'}
    """
    return _fitted(names, GEODATABASE_LETTERS, GEODATABASE_TAKEN)


def layer_names(names: Iterable[str]) -> dict[str, str]:
    """Return the names of layers as a File Geodatabase takes them."""
    return _fitted(names, LAYER_LETTERS, GEODATABASE_TAKEN)


def shapefile_names(names: Iterable[str]) -> dict[str, str]:
    """Return the names of columns in ten letters; those that fit stay as they are, others are told apart by a number.

    Examples
    --------
    >>> shapefile_names(["reason_500m", "reason_500min", "people", "distance_m"])
    {'reason_500m': 'reason_500', 'reason_500min': 'reason_5_1', 'people': 'people', 'distance_m': 'distance_m'}
    """
    return _fitted(names, SHAPEFILE_LETTERS, frozenset())


def _fitted(names: Iterable[str], letters: int, taken: frozenset[str]) -> dict[str, str]:
    listed = list(names)
    plain = {name: _plain(name)[:letters] for name in listed}
    used = set(taken)
    found: dict[str, str] = {}
    # Those that fit come first: nobody takes their name from them.
    for name in sorted(listed, key=lambda name: plain[name] != name):
        found[name] = _free(plain[name], letters, used)
        used.add(found[name].lower())
    return {name: found[name] for name in listed}


def _plain(name: str) -> str:
    """Return a name in plain letters, beginning with one."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    said = NOT_PLAIN.sub("_", bare) or "field"
    return said if said[0].isalpha() and not said.lower().startswith(RESERVED) else f"f_{said.lstrip('_')}"


def _free(name: str, letters: int, used: set[str]) -> str:
    number, free = 0, name
    while free.lower() in used:
        number += 1
        end = f"_{number}"
        free = name[: letters - len(end)] + end
    return free
