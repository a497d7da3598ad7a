# SPDX-License-Identifier: Apache-2.0
"""Data that people keep as TOML: read with a cause where that fails, written in one step."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from sheltermap._native import _core
from sheltermap.base.ordinary_files import toml
from sheltermap.layers import files


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a TOML file says; ReadError where it cannot be read, is not UTF-8, or no TOML."""
    try:
        return toml(path)
    except OSError as error:
        raise _core.ReadError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _core.ReadError(f"{path} is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise _core.ReadError(f"{path} is not TOML: {error}") from None


def toml_value(value: Any) -> str:
    """Write a value as TOML does: a text as JSON does, but for one character; mappings and lists in one line.

    Examples
    --------
    >>> toml_value({"en": "low", "from": [0, 0.5]}), toml_value(True)
    ('{ en = "low", from = [0, 0.5] }', 'true')
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(toml_value(each) for each in value) + "]"
    return repr(value.item() if isinstance(value, np.generic) else value)


def write_toml(target: Path, text: str) -> None:
    """Write a text in one step, so that nobody finds half of it; WriteError where that cannot be done."""
    try:
        with TemporaryDirectory(prefix=".sheltermap-", dir=target.absolute().parent) as folder:
            fresh = Path(folder) / target.name
            fresh.write_text(text, encoding="utf-8", newline="\n")
            files.replace(fresh, target)
    except OSError as error:
        raise _core.WriteError(f"cannot write {target}: {error.strerror}") from None
