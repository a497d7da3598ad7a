# SPDX-License-Identifier: Apache-2.0
"""Year after year: what changed between two assessments and why, whether indicators keep their path, and the gate."""

from sheltermap.years.comparison import Comparison, compare
from sheltermap.years.gate import GateResult, check
from sheltermap.years.worsening import GateFinding

__all__ = ["Comparison", "GateFinding", "GateResult", "check", "compare"]
