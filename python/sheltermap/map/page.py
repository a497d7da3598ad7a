# SPDX-License-Identifier: Apache-2.0
"""The map page: MapLibre GL, the data and a picture for browsers that cannot draw, in one HTML file."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np
from markupsafe import Markup, escape

from sheltermap import WriteError
from sheltermap.base import texts
from sheltermap.drawing.flow_maps import FLOW
from sheltermap.drawing.legend import UNCOVERED, Category
from sheltermap.drawing.page_parts import page_colours, page_environment
from sheltermap.drawing.plots import BORDER, FACILITY, LAND, WATER
from sheltermap.layers import files
from sheltermap.map.packed_layers import Layer
from sheltermap.map.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sheltermap.basemap.basemap import Basemap

SYMBOLS_UP_TO = 5000  # rows drawn with the legend's shapes; more of them as circles, which are quicker
FRAME_HEIGHT_PX = 560  # in a notebook


class Map:
    """A map to look around in, as one HTML page that needs nothing else.

    In a notebook it shows itself. The page holds the data, MapLibre GL JS and a picture for browsers without WebGL; it
    asks for nothing from outside, and a value in the data is only ever shown as text.

    Attributes
    ----------
    html : str
        The page.
    picture : bytes
        The map as a PNG, for places that show no pages.
    notes : list of str
        What the map does not show, or not as it is; the page says so too.
    """

    def __init__(
        self,
        title: str,
        views: Sequence[View],
        *,
        lang: str,
        context: Basemap | None = None,
        languages: Mapping[str, str] | None = None,
    ) -> None:
        self.views = list(views)
        self._languages = dict(languages or {})
        layers, categories = views[0].layers, views[0].categories
        self._title = title
        self._lang = lang
        self._categories = categories
        self._draw = views[0].draw
        self._context = context
        packed = [layer.packed(lang) for layer in layers]
        self._layers = [data for data, _ in packed]
        self._roles = [layer.role for layer in layers]
        self._bounds = _bounds(layers)
        missing = sum(int((~layer.present).sum()) for layer in layers if layer.role == "rows")
        self.notes = [texts.say("not_on_map", lang, count=texts.number(missing))] if missing else []
        self.notes += [note for _, notes in packed for note in notes]

    @cached_property
    def html(self) -> str:
        """Return the page."""
        scripts = [Markup(vendored("maplibre-gl.js")), Markup(_own("map.js"))]
        style = Markup(vendored("maplibre-gl.css") + page_colours() + _own("map.css"))
        words = ("still", "show_all", "map", "facilities", "zones", "flood_zone", "ways")
        return (
            _environment()
            .get_template("page.html.j2")
            .render(
                lang=self._lang,
                title=self._title,
                policy=_policy(scripts, style),
                style=style,
                scripts=scripts,
                data=Markup(_inert_json(self._data())),
                picture=base64.b64encode(self.picture).decode("ascii"),
                legend=[(number, each) for number, each in enumerate(self._categories) if each.count],
                count=texts.number,
                roles=self._roles,
                zone_colour=UNCOVERED,
                water_colour=WATER,
                flow_colour=FLOW,
                notes=self.notes,
                words={key: texts.say(key, self._lang) for key in words},
            )
        )

    @cached_property
    def picture(self) -> bytes:
        """Return the map as a PNG."""
        stream = io.BytesIO()
        figure = self._draw().get_figure(root=True)
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
        rows = sum(each.count for each in self._categories)
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

    def _data(self) -> dict[str, Any]:
        keys = ("zoom_in", "zoom_out", "close", "map", "and_more")
        return {
            "bounds": self._bounds,
            "layers": self._layers,
            "legend": [{"label": each.label[self._lang], "colour": each.colour} for each in self._categories],
            "colours": {
                "land": LAND,
                "border": BORDER,
                "zones": UNCOVERED,
                "water": WATER,
                "facilities": FACILITY,
                "flows": FLOW,
            },
            "crowded": sum(each.count for each in self._categories) > SYMBOLS_UP_TO,
            "words": {key: texts.TEXTS[key][self._lang] for key in keys},
        }


def one_view(
    title: str,
    layers: Sequence[Layer],
    categories: Sequence[Category],
    draw: Callable[[], Axes],
    *,
    lang: str,
    context: Basemap | None = None,
) -> Map:
    """Return the map of a result that is seen in one way only."""
    return Map(title, [View(title, layers, categories, draw)], lang=lang, context=context)


def vendored(name: str) -> str:
    """Return a file of MapLibre GL JS without its pointer to a source map, which is not here."""
    return _own(f"vendor/{name}").replace("//# sourceMappingURL=maplibre-gl.js.map", "")


@lru_cache(maxsize=8)
def _own(name: str) -> str:
    return package_files("sheltermap.map").joinpath(name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return page_environment("map")


def _policy(scripts: Sequence[str], style: str) -> str:
    """Return the page's content security policy: these scripts, this style, pictures of its own, and no network."""
    digests = [_digest(script) for script in scripts]
    return (
        f"default-src 'none'; script-src {' '.join(digests)}; worker-src blob:; style-src {_digest(style)}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inert_json(data: Any) -> str:
    """Return JSON that cannot end the element it stands in."""
    return json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _bounds(layers: Sequence[Layer]) -> list[float] | None:
    """Return the box around the rows and facilities, or else around all there is."""
    for wanted in ({"rows", "facilities"}, {"areas", "zones"}):
        boxes = np.concatenate([np.empty((0, 4)), *(layer.bounds() for layer in layers if layer.role in wanted)])
        if len(boxes):
            return [*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist()]
    return None
