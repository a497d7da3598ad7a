# SPDX-License-Identifier: Apache-2.0
"""The colours that all pages share, as CSS."""

from importlib.resources import files


def page_colours() -> str:
    """Return the style sheet that names the colours of reports and maps."""
    return files("sheltermap.drawing").joinpath("colours.css").read_text(encoding="utf-8")
