# SPDX-License-Identifier: Apache-2.0
"""Small files of OpenStreetMap, written out."""

from collections.abc import Mapping, Sequence

Tags = Mapping[str, str]


def node(number: int, lon: float, lat: float, tags: Tags | None = None, **attributes: object) -> str:
    return _object("node", number, f' lon="{lon:.7f}" lat="{lat:.7f}"', "", tags, attributes)


def way(number: int, nodes: Sequence[int], tags: Tags | None = None, **attributes: object) -> str:
    return _object("way", number, "", "".join(f'<nd ref="{each}"/>' for each in nodes), tags, attributes)


def multipolygon(number: int, members: Mapping[int, str], tags: Tags | None = None, **attributes: object) -> str:
    ways = "".join(f'<member type="way" ref="{each}" role="{role}"/>' for each, role in members.items())
    return _object("relation", number, "", ways, {"type": "multipolygon"} | dict(tags or {}), attributes)


def osm(*objects: str) -> str:
    return '<osm version="0.6">' + "".join(objects) + "</osm>"


def _object(
    kind: str, number: int, place: str, inside: str, tags: Tags | None, attributes: Mapping[str, object]
) -> str:
    told = "".join(f' {key}="{value}"' for key, value in ({"version": 1} | dict(attributes)).items())
    tagged = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in (tags or {}).items())
    return f'<{kind} id="{number}"{told}{place}>{inside}{tagged}</{kind}>'
