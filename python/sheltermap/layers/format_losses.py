# SPDX-License-Identifier: Apache-2.0
"""What a format cannot hold as it is: told once, and never passed over."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

SHOWN = 5  # of a list in a warning


class LossWarning(UserWarning):
    """A format cannot hold a layer as it is; the message says what became of it.

    Shapefiles keep the whole list beside them, as ``NAME.losses.txt``.

    Examples
    --------
    >>> import pathlib, tempfile, warnings
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"reduced_mobility": [3]}, geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True, action="always") as told:
    ...     sm.write(homes, pathlib.Path(folder) / "homes.shp")
    >>> told[0].category.__name__
    'LossWarning'
    """


def tell(target: Path, losses: Sequence[str], *, listed: str | None = None) -> None:
    """Warn of what was lost in a file, in one warning; `listed` is the file that has them all."""
    if not losses:
        return
    more = f"; and {len(losses) - SHOWN} more" if len(losses) > SHOWN else ""
    where = f" ({listed} has them all)" if listed and more else ""
    warnings.warn(f"{target.name}: {'; '.join(losses[:SHOWN])}{more}{where}", LossWarning, stacklevel=2)
