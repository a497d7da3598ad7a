# SPDX-License-Identifier: Apache-2.0
"""The published case of San Francisco (pysal/spopt): people of 205 tracts, and their way to sixteen sites."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SITES = [*range(1, 8), *range(11, 20)]  # as the table numbers them


def people_and_metres(root: Path) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the people of each tract, and metres from each tract to each of the `SITES`."""
    with (root / "tests/data/san_francisco/tracts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    metres = np.array([[float(row[f"site_{k}"]) for k in SITES] for row in rows])
    return np.array([int(row["people"]) for row in rows]), metres
