# SPDX-License-Identifier: Apache-2.0
"""Why a cell was not read, for whoever has to tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """Why one value cannot be taken as it is."""

    reason: str
    suggestion: str | None = None  #: what may have been meant; never taken by itself
    details: dict[str, Any] = field(default_factory=dict)
