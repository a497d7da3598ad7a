# SPDX-License-Identifier: Apache-2.0
"""Scenarios of a flood in the names of result columns."""

from __future__ import annotations

import re
from typing import Any


def scenario_label(scenario: Any) -> str:
    """Return a scenario as result columns spell it.

    Examples
    --------
    >>> scenario_label("10 %"), scenario_label("0.5 %"), scenario_label(200)
    ('10pct', '0_5pct', '200')
    """
    return re.sub(r"[^0-9A-Za-z]+", "_", re.sub(r"\s*%", "pct", str(scenario))).strip("_")
