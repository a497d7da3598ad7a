# SPDX-License-Identifier: Apache-2.0
"""A hazard as one scenario: where it acts and how strongly, how likely it is, who says so."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from sheltermap.base import texts
from sheltermap.base.given import is_finite, several
from sheltermap.base.in_short import Short, ToldInShort, counted, name_of
from sheltermap.base.scenarios import scenario_label
from sheltermap.base.suggestions import told, unknown
from sheltermap.layers import frames
from sheltermap.layers.frames_given import takes_frames
from sheltermap.risk.failure import Failing
from sheltermap.risk.hazard_depths import HazardDepths
from sheltermap.risk.hits import HazardZones, Hits

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from sheltermap.layers.raster import Raster

PLACES = ("zones", "raster", "failing")  # what says where it acts
Status = Literal["confirmed", "partial", "unconfirmed"]


@dataclass(frozen=True, eq=False, repr=False)
class Scenario(ToldInShort):
    """One way in which a hazard may come true.

    Attributes
    ----------
    id : str
    hazard : str
        What kind it is of: ``flood``, ``chemical``, ``collapse``, … Scenarios of one hazard with return periods are
        levels of it.
    zones : GeoDataFrame of polygons, optional
        Where it acts, its whole extent; in any CRS.
    raster : Raster, optional
        Instead of zones: depths of water, ``holds="depth_m"``. What has no value is dry, but where water is all round
        it: there nobody knows, and neither beyond the raster.
    failing : Failing, optional
        Instead of zones: the facilities that it takes out of supply.
    intensity : str, optional
        Column of `zones` with how strongly, in `unit`; an empty cell is not known. With a raster what that holds.
    unit : str, optional
    affected_from : float, optional
        The intensity from which on it affects: half-open, a value on it affects. Without it every zone does.
    return_period_years, annual_probability : float, optional
        How likely it is; one is the other's inverse, so give one of the two.
    likelihood : str, optional
        The class of likelihood, where nobody knows a number.
    season, source : str, optional
    status : {"confirmed", "partial", "unconfirmed"}
        Of what `source` says.

    Raises
    ------
    ValueError
        If it has no id or hazard, more than one of zones, raster and something failing, or of return period,
        probability and class; if one of these is not possible, the status is none of the three, the raster holds no
        depths, or a column is unknown or holds no numbers.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> import sheltermap as sm
    >>> zones = gpd.GeoDataFrame({"depth_m": [0.5]}, geometry=[box(24, 56, 25, 57)], crs=4326)
    >>> flood = sm.Scenario("flood_100", "flood", zones, intensity="depth_m", unit="m", return_period_years=100)
    >>> flood.probability
    0.01
    """

    id: str
    hazard: str
    zones: GeoDataFrame | None = None
    intensity: str | None = None
    unit: str | None = None
    affected_from: float | None = None
    return_period_years: float | None = None
    annual_probability: float | None = None
    likelihood: str | None = None
    raster: Raster | None = None
    failing: Failing | None = None
    season: str | None = None
    source: str | None = None
    status: Status = "confirmed"

    def _in_short(self) -> Short:
        where = next((name for name in ("zones", "raster", "failing") if getattr(self, name) is not None), "nowhere")
        acting = counted(self.zones, "zone") if self.zones is not None else where
        likely = "" if self.probability is None else f", {texts.significant(self.probability)} a year"
        return Short(f"{name_of(self.id)}, {name_of(self.hazard)}, {acting}{likely}, {self.status}")

    def __post_init__(self) -> None:
        for key in ("id", "hazard"):
            if not isinstance(value := getattr(self, key), str) or not value.strip():
                raise ValueError(f"{key} of a scenario is a text, not {told(value)}")
        try:
            require_likelihood(self.return_period_years, self.annual_probability, self.likelihood)
            if self.raster is None:
                require_intensity(self.intensity, self.unit, self.affected_from)
            require_limit(self.affected_from)
        except ValueError as error:
            raise ValueError(f"scenario {self.id}: {error}") from None
        if self.status not in get_args(Status):
            raise ValueError(f"scenario {self.id}: {unknown('unknown status', str(self.status), get_args(Status))}")
        if self.failing is not None and not isinstance(self.failing, Failing):
            raise TypeError(f"scenario {self.id}: failing is made by sm.Failing(...), not {told(self.failing)}")
        if len(places := [key for key in PLACES if getattr(self, key) is not None]) > 1:
            raise ValueError(f"scenario {self.id}: {' and '.join(places)} both say where it acts: give one of the two")
        if self.raster is not None:
            if self.intensity not in (None, self._depths.raster.holds) or self.unit not in (None, "m"):
                raise ValueError(f"scenario {self.id}: intensity and unit are those of zones; the raster tells its own")
            object.__setattr__(self, "intensity", self.raster.holds)
            object.__setattr__(self, "unit", self.raster.unit)
            return
        if self.intensity is not None and self.zones is None:
            raise ValueError(f"scenario {self.id}: intensity is a column of zones: give zones")
        if self.zones is not None:
            frames.require_geometry(self.zones, self._what)
            _ = self._ground.values  # so that a wrong column is told here, and not when it is first used

    @property
    def label(self) -> str:
        """The id as result columns spell it."""
        return scenario_label(self.id)

    @property
    def probability(self) -> float | None:
        """The annual probability; None where only a class, or nothing, is known."""
        if self.return_period_years is not None:
            return 1 / self.return_period_years
        return self.annual_probability

    @property
    def acting_zones(self) -> GeoDataFrame | None:
        """Its zones that are known to affect, of a raster its cells; None where it has none at all."""
        if self.raster is not None:
            return self._depths.acting
        return None if self.zones is None else self.zones[self._ground.acting]

    @takes_frames
    def hits(self, features: GeoDataFrame, role: str = "features") -> Hits:
        """Which rows of a layer it acts on, and how strongly.

        A point on a zone's border lies in it; of lines and polygons counts what they have in common with the zones,
        and what only touches them does not. Of a raster a point has the depth of its cell, a polygon that of the
        deepest cell it touches. A failure acts on what the failing facilities serve.

        Parameters
        ----------
        features : GeoDataFrame of points, of lines or of polygons
            In any CRS. A row without a position is unknown, never outside.
        role : str
            What messages call them.

        Returns
        -------
        Hits

        Raises
        ------
        ValueError
            If nothing says where the scenario acts, or the intensity is no number.
        GeometryError, CrsError
            If a row has the wrong kind of geometry, or a CRS is missing or does not fit.

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely import box
        >>> import sheltermap as sm
        >>> zones = gpd.GeoDataFrame({"depth_m": [0.5, 2.0]}, geometry=[box(24, 56, 25, 57)] * 2, crs=4326)
        >>> homes = gpd.GeoDataFrame(geometry=[*gpd.points_from_xy([24.5, 26], [56.5, 56.5]), None], crs=4326)
        >>> hits = sm.Scenario("flood", "flood", zones, intensity="depth_m", unit="m").hits(homes)
        >>> hits.inside, hits.intensity
        (array([ 1,  0, -1], dtype=int8), array([ 2., nan, nan]))
        """
        frames.require_table(features, role)
        if self.failing is not None:
            return self.failing.hits(features, role)
        if self.raster is not None:
            return self._depths.hits(features, role)
        if self.zones is None:
            raise ValueError(
                f"scenario {self.id}: nothing says where it acts: give zones, a raster, or what is failing"
            )
        return self._ground.hits(features, role)

    @property
    def _what(self) -> str:
        return f"zones of scenario {self.id}"

    @cached_property
    def _ground(self) -> HazardZones:
        assert self.zones is not None
        return HazardZones(self._what, self.zones, self.intensity, self.affected_from)

    @cached_property
    def _depths(self) -> HazardDepths:
        assert self.raster is not None
        return HazardDepths(f"raster of scenario {self.id}", self.raster, self.affected_from)


def require_likelihood(
    return_period_years: float | None, annual_probability: float | None, likelihood: str | None
) -> None:
    """Raise ValueError where more than one of the three is said, or something that cannot be."""
    given = {"return_period_years": return_period_years, "annual_probability": annual_probability}
    said = [key for key, value in (given | {"likelihood": likelihood}).items() if value is not None]
    if len(said) > 1:
        raise ValueError(f"{' and '.join(said)} both say how likely it is: give one of them")
    for key, value in given.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise ValueError(f"{key} is a number, not {told(value)}")
    if return_period_years is not None and not 1 <= return_period_years < math.inf:
        raise ValueError(f"a return period is 1 year or longer, not {return_period_years}")
    if annual_probability is not None and not 0 < annual_probability <= 1:
        raise ValueError(f"a probability is above 0 and at most 1, not {annual_probability}")
    if likelihood is not None and (not isinstance(likelihood, str) or not likelihood.strip()):
        raise ValueError(f"likelihood is the name of a class, not {told(likelihood)}")


def require_intensity(intensity: str | None, unit: str | None, affected_from: float | None) -> None:
    """Raise ValueError where a unit or a limit of the intensity is said, and not where the intensity is."""
    said = [key for key, value in (("unit", unit), ("affected_from", affected_from)) if value is not None]
    if intensity is None and said:
        raise ValueError(f"{said[0]} is that of the intensity: give intensity, a column of zones")
    require_limit(affected_from)


def require_limit(affected_from: float | None) -> None:
    """Raise ValueError where the intensity from which on it affects is no finite number."""
    if affected_from is not None and not is_finite(affected_from):
        raise ValueError(f"affected_from is a finite number, not {told(affected_from)}")


def chosen_scenario(scenarios: Sequence[Scenario], name: str | None) -> Scenario:
    """Return the scenario that is asked for by its id, or the last; ValueError where there is no such."""
    by_id = {each.id: each for each in scenarios}
    if name is not None and name not in by_id:
        raise ValueError(unknown("unknown scenario", str(name), by_id))
    return scenarios[-1] if name is None else by_id[name]


def scenarios_given(scenarios: Scenario | Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Return scenarios as given, one or several.

    Raises
    ------
    ValueError
        If there are none, or two of them have one id, or ids too alike to name columns.
    TypeError
        If one is something else.
    """
    found = several(scenarios, Scenario, "a scenario is made by sm.Scenario(id, hazard, …)")
    if not found:
        raise ValueError("there are no scenarios; give one or more")
    twice = [name for name, count in Counter(each.id for each in found).items() if count > 1]
    if twice:
        raise ValueError(f"several scenarios have the id {twice[0]!r}: give each one of its own")
    labels = Counter(each.label for each in found)
    if alike := [each.id for each in found if labels[each.label] > 1 or not each.label]:
        raise ValueError(f"the ids {', '.join(map(repr, alike))} are too alike to name columns; use letters and digits")
    return found
