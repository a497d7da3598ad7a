# SPDX-License-Identifier: Apache-2.0
"""PostGIS for those who outgrew files: registers read from tables and views, results written in one transaction."""

from sheltermap.postgis.reading import read_postgis
from sheltermap.postgis.writing import write_postgis

__all__ = ["read_postgis", "write_postgis"]
