# SPDX-License-Identifier: Apache-2.0
"""Where everything of a pack lies, what it is, and for whom: the one list that the archive and its README go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

ASSESSMENT, GEODATABASE, FIGURES = "assessment", "geodatabase/assessment.gdb", "spreadsheet/figures.csv"
PUBLIC, CHECKSUMS = "public", "SHA256SUMS"
README, SOURCES = "README.{lang}.md", "sources.{lang}.md"
PAGES = ("report*.html", "report*.pdf", "map*.html", "pictures/*")  # of an assessment, for the briefing


@dataclass(frozen=True)
class Part:
    """Files of one purpose.

    Attributes
    ----------
    pattern : str
        Of their names in the pack; one that ends in ``/*`` means a folder with all that lies in it.
    key : str
        Of the words that say what they are, among those of ``pack``.
    whom : str
        Of the words that say for whom.
    is_public : bool
        Whether everybody may see them.
    """

    pattern: str
    key: str
    whom: str
    is_public: bool = False

    def names(self, members: Iterable[str]) -> list[str]:
        """Return what a reader is told of the members that it is: their names, or their folder."""
        mine = [name for name in members if self.has(name)]
        return [self.pattern.removesuffix("*")] if mine and self.pattern.endswith("/*") else mine

    def has(self, name: str) -> bool:
        """Whether a member of a pack belongs to it."""
        return fnmatchcase(name, self.pattern)


# In the order in which a reader wants them; a file belongs to the first that has it.
PARTS = (
    Part("README.*.md", "readme", "receivers"),
    Part("briefing/report*.html", "report", "deciders"),
    Part("briefing/report*.pdf", "report_pdf", "deciders"),
    Part("briefing/map*.html", "map", "deciders"),
    Part("briefing/pictures/*", "pictures", "deciders"),
    Part("assessment/project.qgz", "project", "gis"),
    Part("assessment/assessment.gpkg", "geopackage", "gis"),
    Part("geodatabase/assessment.gdb/*", "geodatabase", "arcgis"),
    Part("assessment/geojson/*", "geojson", "gis"),
    Part("spreadsheet/figures.xlsx", "workbook", "reckoners"),
    Part("spreadsheet/figures.csv", "figures", "reckoners"),
    Part("dictionary.xlsx", "dictionary", "receivers"),
    Part("sources.*.md", "sources", "receivers"),
    Part("assessment/sld/*", "sld", "servers"),
    Part("assessment/networks/*", "networks", "successors"),
    Part("assessment/tables/*", "tables", "successors"),
    Part("assessment/summary.json", "summary", "successors"),
    *(Part(f"assessment/{page}", "again", "successors") for page in PAGES),
    Part("assessment/figures.xlsx", "again", "successors"),
    Part("assessment/dictionary.xlsx", "again", "successors"),
    Part(CHECKSUMS, "checksums", "receivers"),
    Part("public/*", "public", "everybody", is_public=True),
    Part("assessment/*", "other", "successors"),
)


def part_of(name: str) -> Part | None:
    """Return the part that a member of a pack belongs to.

    Examples
    --------
    >>> part_of("assessment/geojson/homes.geojson").key, part_of("letter.txt")
    ('geojson', None)
    """
    return next((part for part in PARTS if part.has(name)), None)


def places_of(name: str) -> Iterator[str]:
    """Give the places in a pack of a file of an assessment: that in its folder, and where readers look for it.

    Examples
    --------
    >>> list(places_of("report.pdf")), list(places_of("sld/homes.sld"))
    (['assessment/report.pdf', 'briefing/report.pdf'], ['assessment/sld/homes.sld'])
    """
    yield f"{ASSESSMENT}/{name}"
    if any(fnmatchcase(name, page) for page in PAGES):
        yield f"briefing/{name}"
    elif name == "figures.xlsx":
        yield f"spreadsheet/{name}"
    elif name == "dictionary.xlsx":
        yield name
