# SPDX-License-Identifier: Apache-2.0
"""Links from a page to files of the repository that are no pages: on the site they become the file's name."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

ROOT = next(each for each in Path(__file__).parents if (each / "pyproject.toml").exists())
DOCS = ROOT / "docs"  # the pages are read from a copy of it
LINK = re.compile(r"(!?)\[([^\]]*)\]\((\.\.?/[^)#\s]*|[^)#\s:]+\.md)(#[^)\s]*)?\)")
NOTEBOOKS = "notebooks/"
LOG = logging.getLogger(__name__)


def _within_the_site(app: Sphinx, docname: str, source: list[str]) -> None:
    """Turn links out of docs/ into names; warn of those that lead to nothing."""
    folder = (DOCS / docname).parent

    def replaced(found: re.Match[str]) -> str:
        mark, text, target, anchor = found.groups()
        path = (folder / target).resolve()
        if not path.exists():
            LOG.warning("link to a file that is not there: %s", target, location=docname)
            return found.group()
        if mark or path.is_relative_to(DOCS):
            return found.group()
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(NOTEBOOKS):
            up = "../" * docname.count("/")
            return f"[{text}]({up}gallery/{path.name}{anchor or ''})"
        return text if name in text else f"{text} (`{name}`)"

    source[0] = LINK.sub(replaced, source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Make it known to Sphinx."""
    app.connect("source-read", _within_the_site)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
