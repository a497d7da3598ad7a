# SPDX-License-Identifier: Apache-2.0
# The public names and where each lives, written once: lazy_loader reads them here, and so do type checkers.

from . import dask as dask
from . import spark as spark
from .engines import Engine as Engine
from .geopackage_blocks import GeoPackageSource as GeoPackageSource
from .parquet_blocks import ParquetSource as ParquetSource
from .postgis_blocks import PostgisSource as PostgisSource
from .prepared import Prepared as Prepared
from .prepared import prepare as prepare
from .shown import middle as middle
from .shown import shown_rows as shown_rows
from .shown import state_counts as state_counts
from .sorting import SortedFile as SortedFile
from .sorting import sort_along_curve as sort_along_curve
from .stream import stream as stream
from .streamed import Streamed as Streamed
