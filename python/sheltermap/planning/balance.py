# SPDX-License-Identifier: Apache-2.0
"""Balance of places: how many are required, present and missing, by area, and what the cheapest ones to gain cost."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheltermap.analyses.areas import Areas
from sheltermap.analyses.drawable import Drawable
from sheltermap.base import texts
from sheltermap.base.in_short import Short, counted
from sheltermap.base.progress import shows_progress
from sheltermap.base.standards import Standard, accepted
from sheltermap.layers import frames
from sheltermap.layers.cells import first_few, weights_of
from sheltermap.layers.frames_given import takes_frames
from sheltermap.layers.row_ids import row_ids, take_ids
from sheltermap.planning import places_to_gain
from sheltermap.planning.area_lines import FIGURES, VERDICTS, lines_of, summary_of
from sheltermap.planning.structure_places import STATES, StructurePlaces, graded, structure_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sheltermap.basemap.making import BasemapSource
    from sheltermap.map import Map

OF_STRUCTURES = ["state", "counted_places", "places_by", "lifting_cost", "cost_per_place", "rank"]
OF_ROWS = ["area", "verdict"]


@dataclass(frozen=True, repr=False)
class Balance(Drawable, drawn_as="balance"):
    """What `balance` found.

    Places are ``valid`` (of structures that comply fully), ``renewable`` (partly: improvements make them valid),
    ``not_valid`` (not at all) and ``unknown`` (no grade is recorded); their sum is ``present``. ``verdict`` is
    ``enough``, ``if_renewed`` (with the renewable ones), ``short`` or ``unknown``: a bound decides on its own side
    only.

    Attributes
    ----------
    summary : DataFrame
        Per ``reading`` (``valid``; ``renewable``: with the valid ones; ``present``: all): ``required``, ``places``,
        ``missing`` as if everybody could go anywhere, ``share`` of those required, ``missing_in_areas`` where each area
        stands for itself, and ``missing_m2``, the usable area of the missing places by the standard.
    by_area : DataFrame or None
        One row per area, in the order of the areas, then those outside every area and those without a place, where
        there are some: ``people``, ``rows_without_weight``, ``required``, the places by state and ``present``,
        ``structures`` that count, ``without_places`` among them, ``missing_valid``, ``missing_renewable``,
        ``missing_present``, ``share_valid``, ``share_renewable``, ``verdict``.
    grades : DataFrame
        Per ``state`` of structures, those that do not count as well: ``structures``, ``places``, ``without_places``,
        ``cost`` of the improvements as far as it is known, ``without_cost``.
    structures : GeoDataFrame
        The register with ``state``, ``counted_places``, ``places_by`` (``recorded`` or ``area``), ``lifting_cost``,
        ``cost_per_place``, ``rank`` in `ranking`, and ``area`` where areas are given.
    ranking : DataFrame
        The structures that could be made valid, those first where a place costs least: ``rank``, ``structure``,
        ``area``, ``state``, ``places``, ``cost``, ``cost_per_place``, their running sums ``total_places`` and
        ``total_cost``, ``missing_after`` and ``missing_after_in_area``. Those of which nobody knows the cost or the
        places come last, without a rank; ``unranked`` says why.
    closing : DataFrame
        For all (``area`` is missing) and each area: places ``missing`` (required less valid), ``liftable`` (what
        lifting every grade gives; of them ``without_cost``), ``closed`` by those of known cost, which costs at least
        ``cost_at_least`` and down the ranked list ``cost_by_list``, by ``lifted`` structures; ``still_missing`` is
        what no lifting gives.
    upgrades : DataFrame
        ``facility``, ``action``, ``cost``, ``places``: the upgrades that `sheltermap.site` chooses from.
    rows : GeoDataFrame or None
        The demand with ``area`` (where areas are given) and the ``verdict`` on it.
    areas : GeoDataFrame or None
        The areas with their figures.
    total : dict
        The figures of `by_area` for all.
    per_person : float
        Places required per person.
    standard : Standard or None
    currency : str
    notes : list of str
        What bounds the answer.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"people": [600]}, geometry=gpd.points_from_xy([24.1], [56.9]), crs=4326)
    >>> register = gpd.GeoDataFrame({"id": ["A", "B"], "compliance": ["full", "none"], "capacity_persons": [300, 200]},
    ...     geometry=gpd.points_from_xy([24.1, 24.1], [56.9, 56.91]), crs=4326)
    >>> sm.balance(homes, register, weight="people", facility_id="id")
    <Balance: 2 structures
      valid: 300 of 600 places required, 300 missing
      renewable: 300 of 600 places required, 300 missing
      present: 500 of 600 places required, 100 missing>
    """

    summary: pd.DataFrame
    by_area: pd.DataFrame | None
    grades: pd.DataFrame
    structures: GeoDataFrame
    ranking: pd.DataFrame
    closing: pd.DataFrame
    upgrades: pd.DataFrame
    rows: GeoDataFrame | None
    areas: GeoDataFrame | None
    total: dict[str, Any]
    per_person: float
    standard: Standard | None
    currency: str
    notes: list[str]

    def _in_short(self) -> Short:
        of = counted(self.structures, "structure")
        lines = (
            f"{each['reading']}: {texts.number(each['places'])} of {texts.number(each['required'])} places required, "
            f"{texts.number(each['missing'])} missing"
            for each in self.summary.to_dict("records")
        )
        return Short(of, lines, self.summary)

    def plot(
        self,
        *,
        figsize: tuple[float, float] | None = None,
        ax: Axes | None = None,
        context: BasemapSource | None = None,
        lang: str = "en",
    ) -> Axes:
        """Draw the areas by their share of valid places, and the structures by state."""
        return self._plotted(figsize=figsize, ax=ax, context=context, lang=lang)

    def explore(
        self,
        *,
        name: str | None = None,
        area_name: str | None = None,
        columns: Sequence[str] = (),
        title: str | None = None,
        lang: str = "en",
        context: BasemapSource | None = None,
    ) -> Map:
        """Return a map to look around in: an HTML page that works without a network, shown as it is in a notebook.

        A click on a structure tells its state, its places and what lifting its grade costs; a click on an area, its
        places required, valid and missing.

        Parameters
        ----------
        name, area_name : str, optional
            Columns of the structures and the areas that say what they are called; by default the id column the layer
            was read with, else the index.
        columns : sequence of str
            Further columns of `structures` to tell on a click.
        title : str, optional
        lang : {"en", "lv", …}
        context : path, mapping or Basemap, optional
            What to draw under the rows, as `sheltermap.basemap` takes it: water, streets, names of places.

        Returns
        -------
        Map
        """
        return self._explored(name=name, area_name=area_name, columns=columns, title=title, lang=lang, context=context)


@shows_progress
@takes_frames
def balance(
    demand: GeoDataFrame | None,
    shelters: GeoDataFrame,
    *,
    weight: str | None = None,
    standard: str | Standard | None = None,
    places_per_person: float | None = None,
    areas: GeoDataFrame | None = None,
    area_name: str | None = None,
    kinds: Sequence[str] | None = None,
    cost: str | None = None,
    currency: str | None = None,
    columns: Mapping[str, str] | None = None,
    facility_id: str | None = None,
    accept_unconfirmed: bool = False,
) -> Balance:
    """Places required and present, by area and grade; what the missing ones cost at least.

    Nobody is sent anywhere: places are held against people, for all and in each area; `sheltermap.coverage` says who
    has one near. What is not known is unknown, and counted so. Structures out of use (column ``in_use``) do not count.

    Parameters
    ----------
    demand : GeoDataFrame of points, or None
        Where people are. None: the areas have a column of inhabitants, which `weight` names.
    shelters : GeoDataFrame
        The fields of a `shelter` register: ``compliance``, ``capacity_persons`` (or ``usable_area_m2`` with a
        standard), and where they are there ``in_use``, ``kind``, ``improvement_cost_eur``.
    weight : str, optional
        Column with people; without it every row of the demand counts as one.
    standard : str or Standard, optional
        One with ``area_per_person``: then a structure has no more places than its usable area holds (`capacity`), or
        with ``places_per_person``. The id of a shipped one (``"fi.s1"``: 0.75 m²), or your own.
    places_per_person : float, optional
        How many places one person needs: 1 for each inhabitant, 0.3 where three in ten stay. By default what the
        standard says, else 1.
    areas : GeoDataFrame of polygons, optional
        To sum by. What lies in several counts in the first of them; the notes say of how many rows.
    area_name : str, optional
        Column that names them; by default the index does.
    kinds : sequence of str, optional
        Which kinds of structures count (column ``kind``): ``["shelter", "adaptable_structure"]``. By default all.
    cost, currency : str, optional
        Column with what lifting each structure's grade costs, and its currency. By default the register's
        ``improvement_cost_eur``, in EUR.
    columns : mapping, optional
        The register's own columns, ``{"capacity_persons": "vietas"}``.
    facility_id : str, optional
        Column that names the structures; by default the id column the layer was read with, else the index.
    accept_unconfirmed : bool
        Needed for a standard whose source is not confirmed.

    Returns
    -------
    Balance

    Raises
    ------
    ValueError
        If a column is missing, a grade, a weight or a cost is none, a cost has no currency, or the standard says
        nothing of places.
    GeometryError, CrsError
        If a geometry has the wrong kind, or a CRS is missing.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import sheltermap as sm
    >>> homes = gpd.GeoDataFrame({"people": [600, 400]},
    ...     geometry=gpd.points_from_xy([24.1, 24.2], [56.9, 56.9]), crs=4326)
    >>> register = gpd.GeoDataFrame(
    ...     {"id": ["A", "B", "C"], "compliance": ["full", "partial", "none"], "capacity_persons": [300, 200, 100],
    ...      "improvement_cost_eur": [None, 10000, 20000]},
    ...     geometry=gpd.points_from_xy([24.1, 24.1, 24.2], [56.9, 56.91, 56.9]), crs=4326)
    >>> found = sm.balance(homes, register, weight="people", facility_id="id")
    >>> found.summary[["reading", "required", "places", "missing"]]
         reading  required  places  missing
    0      valid    1000.0   300.0    700.0
    1  renewable    1000.0   500.0    500.0
    2    present    1000.0   600.0    400.0
    >>> found.ranking[["structure", "places", "cost_per_place", "total_cost", "missing_after"]]
      structure  places  cost_per_place  total_cost  missing_after
    0         B   200.0            50.0     10000.0          500.0
    1         C   100.0           200.0     30000.0          400.0
    """
    chosen = None if standard is None else accepted(standard, accept_unconfirmed)
    for_each = per_person(chosen, places_per_person)
    frames.require_geometry(shelters, "shelters")
    frames.require_free(shelters, [*OF_STRUCTURES, *([] if areas is None else ["area"])])
    structures = structure_places(shelters, standard=chosen, kinds=kinds, cost=cost, currency=currency, columns=columns)
    notes = structures.notes
    spots = frames.facilities(shelters, "shelters").places
    where = Areas.of(areas, area_name, spots, "shelters")
    people, of_people = _people(demand, weight, areas, area_name, where)
    lines = lines_of(people, of_people, structures, where, for_each)
    ids = row_ids(shelters, facility_id, "shelters", "facility_id")
    order = places_to_gain.in_order(structures, ids, spots)
    missing = {area: line["missing_valid"] for area, line in lines.items()}
    at = None if where is None else [where.all_names()[code] for code in where.codes]
    ranked = places_to_gain.ranking(
        structures, order, take_ids(ids, order), None if at is None else [at[row] for row in order], missing
    )
    notes += _notes(lines, structures, ids, where, of_people, people)
    everybody = lines.pop(None)
    by_area = None if where is None else pd.DataFrame(list(lines.values()), columns=["area", *FIGURES])
    return Balance(
        summary_of(everybody, by_area, chosen),
        by_area,
        graded(structures),
        _structures(shelters, structures, order, ranked, where),
        ranked,
        places_to_gain.closing(ranked, missing),
        places_to_gain.upgrades(ranked, structures.currency),
        None if demand is None else _judged(demand, of_people, everybody, lines),
        None if areas is None or where is None else _figured(areas, where, lines),
        everybody,
        float(for_each),
        chosen,
        structures.currency,
        list(dict.fromkeys(notes)),
    )


def per_person(standard: Standard | None, given: float | None) -> Fraction:
    """Return how many places one person needs."""
    if standard is not None:
        known = [name for name in ("area_per_person", "places_per_person") if name in standard.figures]
        if not known:
            have = ", ".join(standard.figures) or "a distance only"
            raise ValueError(
                f"the standard {standard.id} has neither area_per_person nor places_per_person; it has {have}"
            )
        if "area_per_person" in known:
            standard.figures["area_per_person"].to("m2/person")
        if given is None and "places_per_person" in known:
            return standard.figures["places_per_person"].to("1")
    if given is None:
        return Fraction(1)
    if isinstance(given, bool) or not isinstance(given, int | float | np.number) or not 0 < given < math.inf:
        raise ValueError(f"places_per_person is {given!r}; give a number greater than 0: 1 is a place for everybody")
    return Fraction(str(float(given)))


def _people(
    demand: GeoDataFrame | None,
    weight: str | None,
    areas: GeoDataFrame | None,
    area_name: str | None,
    where: Areas | None,
) -> tuple[NDArray[np.float64], Areas | None]:
    """Return people per row, and in which area each of these rows counts."""
    if demand is not None:
        frames.require_free(demand, OF_ROWS)
        people = weights_of(demand, weight, frames.describe(demand, "demand"))
        places = frames.lonlat(demand, "demand")
        return people, Areas.of(areas, area_name, places, "demand")
    if areas is None or where is None or weight is None:
        raise ValueError(
            "whom are the places for? Give a demand, or areas and the column with their inhabitants as weight"
        )
    of_areas = copy.copy(where)
    of_areas.codes, of_areas.notes = where.own_codes, []
    return weights_of(areas, weight, frames.describe(areas, "areas")), of_areas


def _structures(
    shelters: GeoDataFrame,
    structures: StructurePlaces,
    order: NDArray[np.intp],
    ranked: pd.DataFrame,
    where: Areas | None,
) -> GeoDataFrame:
    """Return the register with what was found of each structure."""
    rank = np.zeros(len(shelters), np.int64)
    rank[order] = ranked["rank"].fillna(0).to_numpy(np.int64)
    per_place = np.full(len(shelters), np.nan)
    per_place[order] = ranked["cost_per_place"].to_numpy()
    by = np.where(structures.by_area, "area", "recorded").astype(object)
    by[np.isnan(structures.places)] = None
    added: dict[str, Any] = {} if where is None else {"area": where.labels()}
    added |= {
        "state": pd.Categorical(np.array(STATES)[structures.state], categories=STATES),
        "counted_places": np.where(structures.counted, structures.places, 0.0),
        "places_by": pd.array(by, dtype="string"),
        "lifting_cost": structures.cost,
        "cost_per_place": per_place,
        "rank": pd.arrays.IntegerArray(rank, mask=rank == 0),
    }
    return frames.with_columns(shelters, added)


def _judged(
    demand: GeoDataFrame, where: Areas | None, everybody: dict[str, Any], lines: dict[Any, dict[str, Any]]
) -> GeoDataFrame:
    """Return the demand with the verdict on the area of each row, on all where there are none."""
    if where is None:
        return demand.assign(verdict=pd.Categorical([everybody["verdict"]] * len(demand), categories=VERDICTS))
    names = where.all_names()
    verdicts = np.array([lines[name]["verdict"] if name in lines else "unknown" for name in names], object)
    verdicts[-1] = "unknown"  # nobody knows where they are
    verdict = pd.Categorical(verdicts[where.codes], categories=VERDICTS)
    return frames.with_columns(demand, {"area": where.labels(), "verdict": verdict})


def _figured(areas: GeoDataFrame, where: Areas, lines: dict[Any, dict[str, Any]]) -> GeoDataFrame:
    """Return the areas with the figures of each; polygons of one name have those of all of them."""
    frames.require_free(areas, list(FIGURES))
    mine = [lines[where.names[code]] for code in where.own_codes]
    columns: dict[str, Any] = {name: [line[name] for line in mine] for name in FIGURES[:-1]}
    return areas.assign(**columns, verdict=pd.Categorical([line["verdict"] for line in mine], categories=VERDICTS))


def _notes(
    lines: dict[Any, dict[str, Any]],
    structures: StructurePlaces,
    ids: pd.Index[Any],
    where: Areas | None,
    of_people: Areas | None,
    people: NDArray[np.float64],
) -> list[str]:
    """Say what is not known, and what lies where no area is."""
    notes: list[str] = []
    everybody = lines[None]
    if count := everybody["rows_without_weight"]:
        notes.append(texts.Note.of("balance_no_number", count=int(count), total=texts.number(len(people))))
    if count := everybody["without_places"]:
        total = texts.number(everybody["structures"])
        notes.append(texts.Note.of("balance_places_unknown", count=int(count), total=total))
    if where is None or of_people is None:
        return notes
    named = {"structures": (where, structures.counted), "people": (of_people, np.ones(len(people), bool))}
    for what, (grouped, counting) in named.items():
        codes = np.where(counting, grouped.codes - len(grouped.names), -1)
        for code, where_not in enumerate(("outside", "placeless")):
            if count := int((codes == code).sum()):
                which = f": {first_few(sorted(map(str, ids[codes == code])))}" if grouped is where else ""
                notes.append(texts.Note.of(f"balance_{what}_{where_not}", count=count, which=which))
        called = "structures" if grouped is where else "rows of people"
        notes += [f"{called}: {note}" if note[0].isdigit() else note for note in grouped.notes]
    return notes
