# SPDX-License-Identifier: Apache-2.0
"""Maps to look around in: one HTML page each that needs nothing else, neither a network nor a server."""

from sheltermap.map.asked import Asked
from sheltermap.map.explored import VIEWS, explored
from sheltermap.map.page import Map
from sheltermap.map.view import View

__all__ = ["VIEWS", "Asked", "Map", "View", "explored"]
