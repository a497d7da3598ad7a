# SPDX-License-Identifier: Apache-2.0
"""The map of an analysis as a picture inside the report. It holds no words, so one picture serves both languages."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

from sheltermap.outcomes import Outcome
from sheltermap.plots import draw_map

if TYPE_CHECKING:
    from sheltermap.assessment import Assessment

REPEATABLE: dict[Any, Any] = {"svg.hashsalt": "sheltermap", "svg.fonttype": "path", "font.family": "DejaVu Sans"}


def map_picture(assessment: Assessment, outcome: Outcome) -> str:
    """Return the map of an analysis as a data: URI of an SVG picture."""
    frames, analysis = assessment.frames, outcome.analysis
    facilities = frames.get(getattr(analysis, "facilities", ""))
    outlines = frames.get(getattr(analysis, "areas", None) or getattr(analysis, "zones", "") or _ground(assessment))
    with mpl.rc_context(REPEATABLE):
        figure = Figure(figsize=(8, 6), layout="constrained")
        draw_map(
            outcome.layer, outcome.legend, facilities=facilities, outlines=outlines, ax=figure.add_subplot(), lang=None
        )
        picture = io.BytesIO()
        figure.savefig(
            picture,
            format="svg",
            bbox_inches="tight",
            pad_inches=0.05,
            dpi=150,
            metadata={"Date": None, "Creator": None},
        )
    svg = re.sub(r' d="[^"]+"', _shorter, picture.getvalue().decode())
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _ground(assessment: Assessment) -> str:
    """Return the input to draw under an analysis that names no areas: those of another one, for a sense of place."""
    areas = (getattr(outcome.analysis, "areas", None) for outcome in assessment.outcomes)
    return next((name for name in areas if name is not None), "")


def _shorter(path: re.Match[str]) -> str:
    """Cut the coordinates of a path to a hundredth of a point."""
    return re.sub(r"(\.\d\d)\d+", r"\1", path.group())
