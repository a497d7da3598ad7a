# SPDX-License-Identifier: Apache-2.0
"""The provider: its algorithms, and the setting that says where the command line is."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingProvider, QgsSettings
from qgis.PyQt.QtGui import QIcon

from .allocation import Allocation
from .coverage import Coverage
from .exposure import Exposure
from .gaps import Gaps
from .nearest import Nearest
from .run_plan import RunPlan
from .service_areas import ServiceAreas
from .siting import Siting
from .words import say

ALGORITHMS = (Nearest, Coverage, Gaps, ServiceAreas, Exposure, Allocation, Siting, RunPlan)
COMMAND = "SHELTERMAP_COMMAND"  #: name of the setting
ICON = Path(__file__).parent / "icon.svg"


def chosen_command() -> str:
    """Return what the setting says; Processing keeps its settings there."""
    return str(QgsSettings().value(f"Processing/Configuration/{COMMAND}", "") or "").strip()


class Provider(QgsProcessingProvider):
    """sheltermap's algorithms."""

    def id(self) -> str:
        """Return what algorithms are named after: `sheltermap:nearest`."""
        return "sheltermap"

    def name(self) -> str:
        """Return what people read."""
        return "sheltermap"

    def icon(self) -> QIcon:
        """Return the icon."""
        return QIcon(str(ICON))

    def svgIconPath(self) -> str:  # noqa: N802
        """Return the file of the icon."""
        return str(ICON)

    def load(self) -> bool:
        """Bring the setting and the algorithms."""
        from processing.core.ProcessingConfig import ProcessingConfig, Setting

        ProcessingConfig.settingIcons[self.name()] = self.icon()
        ProcessingConfig.addSetting(Setting(self.name(), COMMAND, say("setting.command"), "", valuetype=Setting.FILE))
        ProcessingConfig.readSettings()
        self.refreshAlgorithms()
        return True

    def unload(self) -> None:
        """Take the setting away."""
        from processing.core.ProcessingConfig import ProcessingConfig

        ProcessingConfig.removeSetting(COMMAND)

    def loadAlgorithms(self) -> None:  # noqa: N802
        """Bring the algorithms."""
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm())
