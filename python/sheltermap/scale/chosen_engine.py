# SPDX-License-Identifier: Apache-2.0
"""Which engine is meant by its name."""

from __future__ import annotations

from sheltermap.base.suggestions import told
from sheltermap.scale.dask import Dask
from sheltermap.scale.engines import Engine
from sheltermap.scale.spark import Spark

NAMES = ("local", "spark", "dask")


def engine_of(engine: str | Engine) -> Engine | None:
    """Return the engine of a name; None for "local"."""
    if isinstance(engine, Engine):
        return engine
    if engine == "spark":
        return Spark()
    if engine == "dask":
        return Dask()
    if engine != "local":
        raise ValueError(f"engine is one of {', '.join(map(repr, NAMES))}, or an engine, not {told(engine)}")
    return None
