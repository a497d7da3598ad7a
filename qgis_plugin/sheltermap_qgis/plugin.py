# SPDX-License-Identifier: Apache-2.0
"""The plugin: it brings its provider to Processing, and takes it away again."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication

from .provider import Provider


class Plugin:
    """What QGIS starts and ends; `qgis_process` has no window, and calls `initProcessing` alone."""

    def __init__(self, iface: Any = None):
        self.iface = iface
        self.provider: Provider | None = None

    def initProcessing(self) -> None:  # noqa: N802
        """Bring the algorithms."""
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self) -> None:  # noqa: N802
        """Bring the algorithms; the toolbox shows them."""
        self.initProcessing()

    def unload(self) -> None:
        """Take the algorithms away."""
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
