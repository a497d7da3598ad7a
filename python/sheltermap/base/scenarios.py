# SPDX-License-Identifier: Apache-2.0
"""Scenarios in the names of result columns, and hazards in words."""

from __future__ import annotations

import unicodedata
from typing import Any

from sheltermap.base import texts


def scenario_label(scenario: Any) -> str:
    """Return a scenario as result columns spell it: letters and digits of any script, "_" between them.

    Examples
    --------
    >>> scenario_label("10 %"), scenario_label("0.5 %"), scenario_label(200), scenario_label("洪水（大）")
    ('10pct', '0_5pct', '200', '洪水_大')
    """
    text = "pct".join(part.rstrip() for part in unicodedata.normalize("NFC", str(scenario)).split("%"))
    kept = (each if unicodedata.category(each)[0] in "LMN" else " " for each in text)
    return "_".join("".join(kept).split())


def cost_during(cost_column: str, label: str) -> str:
    """Return the column with a cost during a scenario.

    Examples
    --------
    >>> cost_during("distance_m", "1pct"), cost_during("duration_s", "1pct")
    ('distance_1pct_m', 'duration_1pct_s')
    """
    what, unit = cost_column.split("_")
    return f"{what}_{label}_{unit}"


def hazard_words(hazard: str) -> dict[str, str]:
    """Return a hazard in every language; one that has no word as it is.

    Examples
    --------
    >>> hazard_words("chemical")["en"], hazard_words("dam_break")["en"]
    ('chemical accident', 'dam_break')
    """
    key = f"hazard_{hazard}"
    return texts.both(key) if key in texts.TEXTS else dict.fromkeys(texts.LANGUAGES, hazard)
