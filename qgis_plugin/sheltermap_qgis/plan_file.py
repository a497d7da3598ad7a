# SPDX-License-Identifier: Apache-2.0
"""Plans as TOML; QGIS's Python has nothing that writes it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def text_of(plan: dict[str, Any]) -> str:
    """Return a plan as TOML: what is no table first, then tables, and lists of tables, each key on a line."""
    parts = ["\n".join(f"{_key(key)} = {_value(value)}" for key, value in plan.items() if not _is_table(value))]
    for key, value in plan.items():
        if isinstance(value, dict):
            parts += [_table(f"[{_key(key)}.{_key(name)}]", each) for name, each in value.items()]
        elif _is_table(value):
            parts += [_table(f"[[{_key(key)}]]", each) for each in value]
    return "\n\n".join(parts) + "\n"


def write(plan: dict[str, Any], path: Path) -> None:
    """Write a plan."""
    path.write_bytes(text_of(plan).encode("utf-8"))


def steps_of(path: Path) -> int | None:
    """Return how many things a plan reads and asks, where this Python reads TOML (3.11 and newer)."""
    try:
        import tomllib
    except ImportError:
        return None
    try:
        plan = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # the command line says what is wrong with it
        return None
    named = [plan.get(key) for key in ("inputs", "networks", "tables", "rasters", "analyses")]
    return sum(len(each) for each in named if isinstance(each, (dict, list)))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _table(head: str, table: dict[str, Any]) -> str:
    return "\n".join([head, *(f"{_key(key)} = {_value(value)}" for key, value in table.items())])


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        # JSON's texts are TOML's, but for one character that TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    return "[" + ", ".join(_value(each) for each in value) + "]"
