# SPDX-License-Identifier: Apache-2.0
"""What the plugin says, in the language of QGIS: one file of words for each, with the same keys."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "words"
REFERENCE = "en"


@cache
def words(language: str) -> dict[str, str]:
    """Return all words of a language by their keys."""
    return json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))


def language() -> str:
    """Return the language of QGIS, or English where there are no words in it."""
    from qgis.core import QgsApplication

    code = QgsApplication.locale()[:2].lower()
    return code if (FOLDER / f"{code}.json").is_file() else REFERENCE


def say(key: str, **named: object) -> str:
    """Return a text in the language of QGIS."""
    text = words(language())[key]
    return text.format(**named) if named else text
