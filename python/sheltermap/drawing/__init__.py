# SPDX-License-Identifier: Apache-2.0
"""How results are drawn: which rows alike, in pictures, in QGIS, and in the colours that all pages share."""

from sheltermap.drawing.allocation_maps import plot_allocation
from sheltermap.drawing.flow_maps import plot_evacuation
from sheltermap.drawing.plots import plot_coverage, plot_exposure, plot_flood

__all__ = ["plot_allocation", "plot_coverage", "plot_evacuation", "plot_exposure", "plot_flood"]
