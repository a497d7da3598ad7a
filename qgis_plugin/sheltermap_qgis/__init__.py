# SPDX-License-Identifier: Apache-2.0
"""sheltermap in the Processing toolbox of QGIS: each algorithm calls the command line `sheltermap` in a process."""

from __future__ import annotations

from typing import Any


def classFactory(iface: Any = None) -> Any:  # noqa: N802  # QGIS asks for it by this name; qgis_process has no iface
    """Return the plugin, as QGIS asks for it."""
    from .plugin import Plugin

    return Plugin(iface)
