# SPDX-License-Identifier: Apache-2.0
"""An assessment's layers as collections of pygeoapi, a server of OGC API Features: its configuration, and the rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

import sheltermap as sm
from sheltermap.assessments.folder import GEOPACKAGE, SUMMARY, summary_of, write_text
from sheltermap.base import texts
from sheltermap.basemap.ground_layers import PREFIX
from sheltermap.dictionary import layers as dictionary
from sheltermap.postgis.geopackage import contents

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

# Rows are kept in WGS 84. Where the axes of a system are north and east, as those of LKS-92, pygeoapi 0.21 turns the
# sides of a `bbox` round on their way into it, and finds nothing.
STORED = "EPSG:4326"
CONFIG, LAYERS = "pygeoapi-config.yml", "layers.gpkg"  #: names of the files
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
BBOX_DECIMALS = 6
WORLD = (-180, -90, 180, 90)
NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")  # though they may be in JSON


def write_pygeoapi(assessment: Path, folder: Path, *, url: str, schema: str | None = None) -> list[str]:
    """Write what pygeoapi reads to serve the results and inputs of an assessment; return their names.

    Rows go into a GeoPackage beside the configuration. With `schema` they are in PostGIS, where `sheltermap postgis
    write --crs EPSG:4326` put them, and the environment leads pygeoapi there (``PGHOST``, ``PGDATABASE``, ``PGUSER``,
    ``PGPASSWORD``): no password is written.

    Raises
    ------
    ReadError
        If there is no assessment in the folder, or its layers have no dictionary.
    WriteError
        If the files cannot be written.
    """
    summary = summary_of(assessment)
    if not summary:
        raise sm.ReadError(f"{assessment} is no assessment: it has no {SUMMARY} that sheltermap wrote")
    source = assessment / GEOPACKAGE
    frames = contents(source)
    if not all(name in frames for name in dictionary.HEADS):
        raise sm.ReadError(f"{source} has no dictionary; run the plan again with this version of sheltermap")
    served = dict(_served(frames))
    kept = {name: frame.to_crs(STORED) for name, (_, frame) in served.items()}
    languages = summary["plan"]["languages"]
    collections = [
        _collection(layer, kept[name], frame.crs.to_epsg(), languages) for name, (layer, frame) in served.items()
    ]
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise sm.WriteError(f"cannot write to {folder}: {error.strerror}") from None
    if schema is None:
        sm.write(kept, folder / LAYERS)
    write_text(folder / CONFIG, _config(summary, collections, url, schema, (folder / LAYERS).resolve()))
    return list(served)


def _served(frames: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, tuple[dictionary.Layer, GeoDataFrame]]]:
    """Yield the layers that have places, but for the base map, which is a picture and no answer."""
    from geopandas import GeoDataFrame

    for layer in dictionary.read(frames):
        frame = frames.get(layer.name)
        is_ground = layer.analysis is None and layer.name.startswith(PREFIX)
        if isinstance(frame, GeoDataFrame) and not is_ground:
            yield layer.name, (layer, frame)


def _collection(layer: dictionary.Layer, frame: GeoDataFrame, code: int | None, languages: list[str]) -> dict[str, Any]:
    bounds = [round(float(each), BBOX_DECIMALS) for each in frame.total_bounds]
    has_places = bounds[0] <= bounds[2]
    return {
        "name": layer.name,
        "title": _words(layer.title, languages),
        "description": _words(layer.description, languages, instead=layer.title),
        "keyword": texts.both("server_keyword_input" if layer.analysis is None else "server_keyword_result"),
        "bbox": bounds if has_places else WORLD,
        "geometry": frame.geometry.name,
        "crs": None if code in (None, 4326) else f"{EPSG}{code}",
    }


def _config(
    summary: Mapping[str, Any], collections: list[dict[str, Any]], url: str, schema: str | None, layers: Path
) -> str:
    languages = summary["plan"]["languages"]
    licences = sorted({each["licence"].rstrip(".") for each in summary["inputs"] if each.get("licence")})
    return _template().render(
        url=url,
        schema=schema,
        source=str(layers),
        languages=languages,
        title=_words(summary["title"], languages),
        description=_words(summary["plan"].get("description") or summary["title"], languages),
        keyword=texts.both("server_keyword"),
        licences="; ".join(licences) or "–",
        year=summary.get("year"),
        collections=collections,
    )


def _words(words: Mapping[str, str], languages: list[str], instead: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return a text in each of the languages; pygeoapi wants one where there is none."""
    others = {} if instead is None else instead
    return {lang: words.get(lang) or words.get("en") or others.get(lang) or "–" for lang in languages}


def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sheltermap.assessments", "."),
        autoescape=False,  # what is put in is written as JSON, of which YAML is a superset
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters["yaml"] = _yaml
    return environment.get_template("pygeoapi.yml.j2")


def _yaml(value: Any) -> str:
    return NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
