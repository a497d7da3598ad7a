# SPDX-License-Identifier: Apache-2.0
"""The map page: what draws it, the data and a picture for browsers that cannot draw, in one HTML file."""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files as package_files
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup, escape

from sheltermap import WriteError
from sheltermap.base import texts
from sheltermap.basemap.basemap import Basemap
from sheltermap.basemap.boxes import Box, together
from sheltermap.basemap.making import basemap
from sheltermap.drawing.flow_maps import FLOW
from sheltermap.drawing.legend import UNCOVERED
from sheltermap.drawing.page_parts import page_colours, page_environment, page_policy
from sheltermap.drawing.plots import FACILITY, WATER
from sheltermap.layers import files
from sheltermap.map.packed_columns import Columns
from sheltermap.map.packed_ground import packed_ground
from sheltermap.map.packed_views import PackedViews, bounds_of, shortened
from sheltermap.map.view import View

if TYPE_CHECKING:
    from sheltermap.basemap.making import BasemapSource

FRAME_HEIGHT_PX = 560  # in a notebook
# In the order in which a page runs them.
SCRIPTS = (
    "unpack",
    "symbols",
    "groups",
    "ground",
    "painting",
    "painted",
    "hits",
    "popups",
    "places",
    "legend",
    "views",
    "map",
)
# What the scripts say, from the languages' files.
SPOKEN = (
    "and_more",
    "close",
    "map_ground",
    "map_no_name",
    "people",
    "map_places_found",
    "map_places_more",
    "rows_together",
    "map_size_of_people",
    "map_size_of_rows",
    "map_zoom_here",
    "zoom_in",
    "zoom_out",
)
# What stands in the page itself.
WRITTEN = (
    "map_compare",
    "map_compare_with",
    "map_find",
    "map_fold",
    "map_ground",
    "map_legend",
    "map",
    "map_keys",
    "map_other_language",
    "map_places_by_name",
    "map_places_by_people",
    "map_places_listed",
    "map_places_sorted",
    "show_all",
    "map_shown",
    "map_step",
    "still",
    "map_swipe",
)


class Map:
    """A map to look around in, as one HTML page that needs nothing else.

    In a notebook it shows itself. The page holds the data, what draws them and a picture for browsers without scripts;
    it asks for nothing from outside, and a value in the data is only ever shown as text.

    Parameters
    ----------
    title : str
        Of the page.
    views : sequence of View
        One or several, between which the reader chooses; those of one group are steps that can be compared.
    lang : {"en", "lv", …}
        Language of the page.
    context : path, mapping or Basemap, optional
        What lies under everything, as `sheltermap.basemap` takes it.
    languages : mapping of str to str, optional
        The same page in other languages: by language the name of its file, which lies beside this one.

    Attributes
    ----------
    views : list of View
        What the page shows.
    html : str
        The page.
    picture : bytes
        The first view as a PNG, for places that show no pages.
    notes : list of str
        What the map does not show, or not as it is; the page says so too.
    """

    def __init__(
        self,
        title: str,
        views: Sequence[View],
        *,
        lang: str,
        context: BasemapSource | None = None,
        languages: Mapping[str, str] | None = None,
    ) -> None:
        if not views:
            raise ValueError("a map needs at least one view")
        self.views = list(views)
        self._title = shortened(title)
        self._lang = lang
        seen = together(_box(bounds_of(view.layers)) for view in views)
        # One that was made before is simplified already.
        under = context if isinstance(context, Basemap) else basemap(context, around=seen, lang=lang)
        self._attribution = under.attribution if under is not None else ""
        self._languages = {each: _beside(name) for each, name in (languages or {}).items() if each != lang}
        columns = Columns()
        ground, told = ([], []) if under is None else packed_ground(under, columns, lang)
        packed = PackedViews(columns, lang)
        shown = [packed.view(view) for view in self.views]
        self.notes = list(dict.fromkeys([*packed.notes, *told]))
        self._data = columns.packed(
            {
                "views": shown,
                "layers": packed.layers,
                "ground": ground,
                "colours": {"zones": UNCOVERED, "water": WATER, "facilities": FACILITY, "flows": FLOW},
                "words": {key: texts.TEXTS[key][lang] for key in SPOKEN},
                "decimal": texts.TEXTS["this.decimal_mark"][lang],
            }
        )

    @cached_property
    def html(self) -> str:
        """Return the page."""
        scripts = [Markup(vendored("leaflet.js")), *(Markup(_own(f"script/{name}.js")) for name in SCRIPTS)]
        style = Markup(vendored("leaflet.css") + page_colours() + _own("map.css"))
        return (
            _environment()
            .get_template("page.html.j2")
            .render(
                lang=self._lang,
                title=self._title,
                policy=page_policy(scripts, style),
                style=style,
                scripts=scripts,
                data=self._data,
                picture=base64.b64encode(self.picture).decode("ascii"),
                attribution=self._attribution,
                notes=self.notes,
                languages=[(each, name, texts.say("this.name", each)) for each, name in self._languages.items()],
                words={key: texts.say(key, self._lang) for key in WRITTEN},
            )
        )

    @cached_property
    def picture(self) -> bytes:
        """Return the first view as a PNG."""
        stream = io.BytesIO()
        figure = self.views[0].draw().get_figure(root=True)
        assert figure is not None  # it was just drawn
        figure.savefig(stream, format="png", dpi=110, metadata={"Software": None})
        return stream.getvalue()

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file that appears whole or not at all.

        Parameters
        ----------
        path : path
            Of the HTML file; one that is there is replaced.

        Returns
        -------
        Path
            Where the page is.

        Raises
        ------
        WriteError
            If the file cannot be written.
        """
        target = Path(path)
        if not target.parent.is_dir():
            raise WriteError(f"cannot write {target}: the folder {target.parent} does not exist")
        fresh = files.sibling_for(target)
        try:
            fresh.write_text(self.html, encoding="utf-8", newline="\n")
            files.replace(fresh, target)
        except OSError as error:
            raise WriteError(f"cannot write {target}: {error.strerror or error}") from None
        finally:
            fresh.unlink(missing_ok=True)
        return target

    def __repr__(self) -> str:
        rows = sum(each.count for each in self.views[0].categories)
        return f"<Map {self._title!r}: {texts.number(rows)} rows; show it in a notebook or .save('map.html')>"

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, over the picture: where frames are taken out, that is what is left."""
        page = self.html.replace("&", "&amp;").replace('"', "&quot;")
        picture = base64.b64encode(self.picture).decode("ascii")
        return (
            f'<div style="position:relative;height:{FRAME_HEIGHT_PX}px;overflow:hidden">'
            f'<img alt="{escape(self._title)}" style="max-height:100%" src="data:image/png;base64,{picture}">'
            # Scripts only: the page cannot reach the notebook around it.
            '<iframe sandbox="allow-scripts" style="position:absolute;inset:0;width:100%;height:100%;border:0" '
            f'title="{escape(self._title)}" srcdoc="{page}"></iframe></div>'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return what a notebook may choose from: the page, a picture, a line of text."""
        return {"text/html": self._repr_html_(), "image/png": self.picture, "text/plain": repr(self)}


def _box(bounds: Sequence[float] | None) -> Box | None:
    """Return the box around what a view shows, where it shows anything."""
    return None if bounds is None else (bounds[0], bounds[1], bounds[2], bounds[3])


def vendored(name: str) -> str:
    """Return a file of Leaflet without its pointers to other files, which are not here."""
    text = _own(f"vendor/{name}").replace("//# sourceMappingURL=leaflet.js.map", "")
    return re.sub(r"(?<![\w-])[\w-]+:\s*url\((?!data:)[^)]*\);", "", text) if name.endswith(".css") else text


@lru_cache(maxsize=32)
def _own(name: str) -> str:
    return package_files("sheltermap.map").joinpath(name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return page_environment("map")


def _beside(name: str) -> str:
    """Return the address of a file that lies beside the page; ValueError where it is anything else."""
    if not name or name in {".", ".."} or PurePosixPath(name).name != name or PureWindowsPath(name).name != name:
        raise ValueError(
            f"languages: {name!r} is no name of a file beside the page; give a name alone, without a folder"
        )
    return quote(name)
