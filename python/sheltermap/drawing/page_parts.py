# SPDX-License-Identifier: Apache-2.0
"""What all pages share: their colours, the symbols of a legend, and how templates are read."""

from __future__ import annotations

from importlib.resources import files

import jinja2


def page_colours() -> str:
    """Return the style sheet that names the colours of reports and maps."""
    return files("sheltermap.drawing").joinpath("colours.css").read_text(encoding="utf-8")


def page_environment(*rooms: str) -> jinja2.Environment:
    """Return where templates are looked for, in these rooms first and then among the shared, and how they are read."""
    loaders = [jinja2.PackageLoader(f"sheltermap.{room}", ".") for room in (*rooms, "drawing")]
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
