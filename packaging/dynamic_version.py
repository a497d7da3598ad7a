# SPDX-License-Identifier: Apache-2.0
"""The version that pip is told: scripts/version says it, for a checkout that is worked in without the commit."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "version"


class Version:
    """A provider of scikit-build-core, which calls both methods in this order."""

    def build_state(self, build_state: str) -> None:
        """Take what is made: `sdist`, `wheel`, `editable` or one's metadata."""
        self._options = ["--development"] if build_state.endswith("editable") else []

    def dynamic_metadata(self, settings: Mapping[str, Any], project: Mapping[str, Any]) -> dict[str, str]:
        """Give the version."""
        said = subprocess.run(["sh", SCRIPT, *self._options], capture_output=True, text=True, check=True)
        return {"version": said.stdout.strip()}
