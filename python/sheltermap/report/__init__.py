# SPDX-License-Identifier: Apache-2.0
"""The report of an assessment: one HTML file that needs nothing else."""

from sheltermap.report.builder import build_report

__all__ = ["build_report"]
