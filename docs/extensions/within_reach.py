# SPDX-License-Identifier: Apache-2.0
"""What Sphinx and its theme leave out for who hears the pages or uses no mouse, put in when all pages are written."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

PUT_IN = {
    # Code that is wider than the page is scrolled from the keyboard.
    "<pre>": '<pre tabindex="0">',
    # A list of pages is headed below the page's own title.
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    # The corner of a table is the head of nothing.
    '<th class="head"><p></p></th>': "<td></td>",
    # Beside the page are two things: where to go, and where on the page one is.
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="This page">',
}


def _put_in(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        text = before = path.read_text(encoding="utf-8")
        for given, better in PUT_IN.items():
            text = text.replace(given, better)
        if text != before:
            path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Make it known to Sphinx."""
    app.connect("build-finished", _put_in)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
