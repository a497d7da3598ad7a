# SPDX-License-Identifier: Apache-2.0
"""The map of a result: each kind of result has a function that makes its views, and all of them one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sheltermap.base.given import several
from sheltermap.base.language import require_language
from sheltermap.base.suggestions import told
from sheltermap.map.access_page import access_views
from sheltermap.map.allocation_page import allocation_views
from sheltermap.map.alternatives_page import alternatives_views
from sheltermap.map.asked import Asked
from sheltermap.map.balance_page import balance_views
from sheltermap.map.combined_page import combined_views
from sheltermap.map.continuity_page import continuity_views
from sheltermap.map.coverage_page import coverage_views, gaps_views
from sheltermap.map.cut_off_page import cut_off_views
from sheltermap.map.districts_page import districts_views
from sheltermap.map.evacuation_page import evacuation_views
from sheltermap.map.exposure_page import exposure_views
from sheltermap.map.flood_page import flood_views
from sheltermap.map.impact_page import impact_views
from sheltermap.map.incidents_page import incidents_views
from sheltermap.map.page import Map
from sheltermap.map.register_page import register_views
from sheltermap.map.reserves_page import reserves_views
from sheltermap.map.risk_index_page import risk_index_views
from sheltermap.map.siting_page import siting_views
from sheltermap.map.vulnerable_page import vulnerable_views
from sheltermap.map.warned_page import warned_views

if TYPE_CHECKING:
    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map.view import View

VIEWS: Mapping[str, Callable[..., list[View]]] = MappingProxyType(
    {
        "access": access_views,
        "allocation": allocation_views,
        "alternatives": alternatives_views,
        "balance": balance_views,
        "combined": combined_views,
        "continuity": continuity_views,
        "coverage": coverage_views,
        "cut_off": cut_off_views,
        "districts": districts_views,
        "evacuation": evacuation_views,
        "exposure": exposure_views,
        "flood": flood_views,
        "gaps": gaps_views,
        "impact": impact_views,
        "incidents": incidents_views,
        "register": register_views,
        "reserves": reserves_views,
        "risk_index": risk_index_views,
        "siting": siting_views,
        "vulnerable": vulnerable_views,
        "warned": warned_views,
    }
)


def explored(
    what: str,
    result: Any,
    *,
    columns: Sequence[str] = (),
    title: str | None = None,
    lang: str = "en",
    context: BasemapSource | None = None,
    **chosen: Any,
) -> Map:
    """Return the map of a result.

    Parameters
    ----------
    what : str
        Which of `VIEWS` it is.
    result : Any
    columns, title, lang, context
        As all `.explore()` take them.
    **chosen
        What the result's own `.explore()` takes besides: parameters that end in "name" are columns with names, the
        others go to the function that makes its views.

    Returns
    -------
    Map

    Raises
    ------
    TypeError
        If the title is no text, or a column is not called by its name.
    ValueError
        If there is no such language, scenario or limit, or a column is unknown.
    """
    require_language(lang)
    if not isinstance(title, str | None):
        raise TypeError(f"title is a text, not {told(title)}")
    columns = several(columns, str, "columns are called by their names, as ['capacity']")
    named_by = {each: column for each, column in chosen.items() if each.endswith("name")}
    asked = Asked(lang, title, columns, named_by)
    own = {each: value for each, value in chosen.items() if each not in named_by}
    views = VIEWS[what](result, asked, **own)
    return Map(views[0].group or views[0].title, views, lang=lang, context=context)
