# SPDX-License-Identifier: Apache-2.0
"""The dictionary as a workbook: which layers there are, what their columns mean, and what the codes in them say."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pandas as pd

from sheltermap.base import texts
from sheltermap.dictionary.layers import CODES, COLUMNS, LAYERS, Layer, tables
from sheltermap.page.table_sheets import Sheet, write_sheets

OF_LANGUAGE = re.compile(f"(?P<what>title|label|description)_(?P<lang>{'|'.join(texts.LANGUAGES)})")
SHEETS = {LAYERS: "sheets.layers", COLUMNS: "sheets.columns", CODES: "sheets.codes"}


def write_dictionary(layers: Iterable[Layer], path: Path, *, lang: str, created: datetime) -> None:
    """Write the dictionary of layers as `.xlsx`: its heads in `lang`, its words in every language."""
    sheets = [_sheet(texts.say(SHEETS[name], lang), frame, lang) for name, frame in tables(layers).items()]
    write_sheets(sheets, path, contents=texts.say("sheets.contents", lang), created=created)


def _sheet(title: str, frame: pd.DataFrame, lang: str) -> Sheet:
    yes, no = texts.YES_NO[lang]
    columns: list[list[str | float | None]] = [
        [(yes if cell else no) if isinstance(cell, bool) else None if pd.isna(cell) else str(cell) for cell in values]
        for _, values in frame.astype(object).items()
    ]
    return Sheet(title, [_head(str(name), lang) for name in frame.columns], columns)


def _head(column: str, lang: str) -> str:
    """Return what a column of the dictionary is called, with the language that its words are in."""
    found = OF_LANGUAGE.fullmatch(column)
    if found is None:
        return texts.say(f"sheets.{column}", lang)
    what, language = texts.say(f"sheets.{found['what']}", lang), texts.say("this.name", found["lang"])
    return f"{what} ({language})"
