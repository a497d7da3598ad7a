# SPDX-License-Identifier: Apache-2.0
"""Street networks: read from OpenStreetMap or a layer of lines, saved, asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from sheltermap._native import _core
from sheltermap.base.in_short import Short, in_html
from sheltermap.base.progress import shows_progress
from sheltermap.base.suggestions import told
from sheltermap.layers import frames
from sheltermap.layers.meeting import placed, placed_lonlat, require_together
from sheltermap.streets import arguments, closing
from sheltermap.streets.closing import Changes
from sheltermap.streets.graph import Streets
from sheltermap.streets.line_layers import JOIN_ENDS_M, LineColumns, graph_of_lines

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

Profile = Literal["walk", "wheelchair", "car", "emergency"]
SNAP_LIMIT_M = 1000.0


class Network:
    """A street network for one means of travel.

    Make one with `from_osm`, `from_lines` or `load`, and give it to `nearest`, `within`, `reach` or `coverage` as
    ``by=``. Immutable; a network costs memory once, however many views of it there are. May be
    pickled, with its closures.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString
    >>> import sheltermap as sm
    >>> streets = gpd.GeoDataFrame(
    ...     {"name": ["Main street", "Bridge"]},
    ...     geometry=[LineString([(24.10, 56.95), (24.12, 56.95)]), LineString([(24.12, 56.95), (24.12, 56.96)])],
    ...     crs=4326)
    >>> walk = sm.Network.from_lines(streets, name="name", speed_kmh=4)
    >>> homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy([24.11], [56.95]), crs=4326)
    >>> shelters = gpd.GeoDataFrame({"id": ["S1"]}, geometry=gpd.points_from_xy([24.12], [56.96]), crs=4326)
    >>> sm.nearest(homes, shelters, by=walk, limit="30 min", facility_id="id")[["facility", "duration_s"]].round()
      facility  duration_s
    0       S1      1550.0
    """

    def __init__(self, streets: Streets, snap_limit_m: float, changes: Changes) -> None:
        self._streets = streets
        self._snap_limit_m = arguments.number(snap_limit_m, "snap_limit_m")
        self._changes = changes
        self._travels: dict[tuple[str, str], _core.TravelGraph] = {}  # made by the first question, kept for the next

    def __getstate__(self) -> tuple[Streets, float, Changes]:
        """Return the streets and what this view of them is; what questions were answered with is made anew."""
        return self._streets, self._snap_limit_m, self._changes

    def __setstate__(self, state: tuple[Streets, float, Changes]) -> None:
        self.__init__(*state)  # type: ignore[misc]

    @classmethod
    @shows_progress
    def from_osm(
        cls,
        path: str | os.PathLike[str],
        profile: Profile = "walk",
        *,
        join_ends_m: float = 0.0,
        node: bool = False,
        snap_limit_m: float = SNAP_LIMIT_M,
    ) -> Network:
        """Read a network from an OpenStreetMap file.

        Parameters
        ----------
        path : path
            ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``; of history files (``.osh.pbf``) the newest versions.
        profile : {"walk", "wheelchair", "car", "emergency"}
            Which streets, one-way rules, barriers and speeds; docs/network.md lists them with their sources.
        join_ends_m, node
            As of `from_lines`. By default streets of OpenStreetMap meet at common nodes only, as its mappers mean it;
            `summary` counts the ends and crossings that seem to meet and do not.
        snap_limit_m : float
            Places farther than this from every street are ``not_snapped``.

        Returns
        -------
        Network

        Raises
        ------
        ReadError
            If the file cannot be read to its end, is of another kind, or has no street for the profile.
        ValueError
            If there is no such profile.
        """
        graph = _core.graph_from_osm(
            Path(path),
            profile,
            ends_within_m=arguments.distance(join_ends_m, "join_ends_m"),
            crossings=arguments.yes_or_no(node, "node"),
        )
        return cls(Streets(graph), snap_limit_m, Changes())

    @classmethod
    @shows_progress
    def from_lines(
        cls,
        lines: GeoDataFrame,
        *,
        speed_kmh: str | float = 5.0,
        one_way: str | None = None,
        bridge: str | None = None,
        tunnel: str | None = None,
        level: str | None = None,
        name: str | None = None,
        join_ends_m: float = JOIN_ENDS_M,
        node: bool = False,
        walking_kmh: float = 3.96,
        closing_depth_m: float = 0.0,
        snap_limit_m: float = SNAP_LIMIT_M,
        strict: bool = True,
    ) -> Network:
        """Make a network of a layer of lines, which meet where they share a vertex or one ends at another.

        Parameters
        ----------
        lines : GeoDataFrame of lines
            In any CRS. Vertices are taken to 1e-7 degrees (1.1 cm), so that ends which are meant to meet do.
        speed_kmh : str or float
            Column with the speed in km/h, or one speed for all; a row without a speed has 5 km/h.
        one_way : str, optional
            Column that says whether a line is gone one way only: true, 1 or "yes" along it, -1 or "reverse" against it.
        bridge : str, optional
            Column that says yes or no (true, 1, "jā", …); yes for bridges, and tunnels that stay dry: they meet others
            at their ends only, stay open in floods, and nobody gets on along them.
        tunnel : str, optional
            Column that says yes or no; yes for tunnels, which are as bridges, but water closes them.
        level : str, optional
            Column with the level above the ground, a whole number; lines of different levels do not meet where they
            cross or end. By default bridges are at 1, tunnels at -1 and all else at 0.
        name : str, optional
            Column with the name of the street.
        join_ends_m : float
            The end of a line that lies this near to another one is joined to it; 0 for none. `summary` counts them.
        node : bool
            Whether lines that cross without a common vertex meet there too. By default they do not, as one of them may
            be a bridge that no column tells of; `summary` counts where.
        walking_kmh : float
            Speed between a place and the street. 3.96 km/h is 1.1 m/s (docs/network.md).
        closing_depth_m : float
            Water deeper than this closes a street.
        snap_limit_m : float
            Places farther than this from every street are ``not_snapped``.
        strict : bool
            Whether a line without length is an error; else it is left out, and ``ways_used`` of `summary` does not
            count it.

        Returns
        -------
        Network

        Raises
        ------
        ValueError
            If a column is unknown, a speed is not a number or negative, a value of `one_way`, `bridge`, `tunnel` or
            `level` is not understood, a line crosses the antimeridian, or no line is a street.
        TypeError
            If a number is none.
        GeometryError, CrsError
            If a row is not a line or has no length, or the CRS is missing or does not fit.
        """
        graph = graph_of_lines(
            lines,
            LineColumns(speed_kmh, one_way, bridge, tunnel, level, name),
            join_ends_m=join_ends_m,
            node=node,
            walking_kmh=walking_kmh,
            closing_depth_m=closing_depth_m,
            strict=strict,
        )
        return cls(Streets(graph), snap_limit_m, Changes())

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, snap_limit_m: float = SNAP_LIMIT_M) -> Network:
        """Open a network that `save` wrote; it is mapped into memory, not read again.

        Raises
        ------
        ReadError
            If it is no such file, of another version, or damaged.
        """
        return cls(Streets(_core.Graph.load(Path(path))), snap_limit_m, Changes())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network, without closures, to one file; what stood in its place is exchanged in one step.

        Raises
        ------
        WriteError
            If that cannot be done; what stood there is then untouched.
        """
        from sheltermap.layers import files

        fresh = files.sibling_for(Path(path).absolute())
        try:
            self._streets.graph.save(fresh)
            files.replace(fresh, Path(path).absolute())
        finally:
            fresh.unlink(missing_ok=True)

    @property
    def profile(self) -> str:
        """Means of travel: walk, wheelchair, car, emergency, or lines."""
        return self._streets.graph.profile

    @property
    def summary(self) -> pd.Series[Any]:
        """What the network is made of: counts, length, the speed beside the street, what was missing or left out.

        docs/network.md says what each number counts.
        """
        return pd.Series(self._streets.told() | {"snap_limit_m": self._snap_limit_m}, dtype=object)

    @property
    def walking_m_s(self) -> float:
        """Speed between a place and the street, in metres per second."""
        return self._streets.graph.walking_m_s

    def __repr__(self) -> str:
        graph = self._streets.graph
        closed = len(self._changes.closures(self._streets.length_m))
        factor = self._changes.speed_factor
        slower = len(np.unique(self._changes.edge[(factor > 0) & (factor < 1)]))
        told = "".join(f", {count:,} {how}" for count, how in ((closed, "closed"), (slower, "slower")) if count)
        return (
            f"<Network for {graph.profile!r}: {graph.edges:,} edges, {graph.length_m / 1000:,.0f} km of streets{told}>"
        )

    def _repr_html_(self) -> str:
        told = self.summary[[value not in (None, "") for value in self.summary]]
        table = pd.DataFrame({"what": told.index.str.replace("_", " "), "value": told.array})
        return in_html(repr(self).strip("<>"), Short(table=table))

    def edges(self) -> GeoDataFrame:
        """Return the edges: the pieces of streets between junctions.

        Returns
        -------
        GeoDataFrame of lines in EPSG:4326
            By ``edge``: ``name``, ``way_id`` (of OpenStreetMap, or the row of the layer), ``length_m``, ``forward_kmh``
            and ``backward_kmh`` (0 where it may not be gone that way), ``layer``, ``from_node``, ``to_node`` and a
            column per flag: ``bridge``, ``tunnel``, ``ferry``, ``no_entry`` (got on at its ends only), ``roundabout``,
            ``barrier`` (ends at one that cannot be passed), ``across`` (a straight way across a square).
        """
        return self._streets.frame()

    def unjoined(self) -> GeoDataFrame:
        """Return where streets seem to meet and do not, so that ways may be longer than they are.

        Returns
        -------
        GeoDataFrame of points in EPSG:4326
            ``what``: ``end``, a dead end within 5 m of a street that is more than 50 m away along the streets, or
            ``crossing``, where two streets cross or touch without a common vertex; bridges and tunnels are not meant.
        """
        return self._streets.unjoined_frame()

    def snap(self, frame: GeoDataFrame) -> GeoDataFrame:
        """Return where places get on the streets: the nearest point of an edge, not of a junction.

        Parameters
        ----------
        frame : GeoDataFrame of points
            In any CRS.

        Returns
        -------
        GeoDataFrame of points in EPSG:4326
            With the frame's index: ``edge`` (missing where there is none within the limit), ``street`` (its name),
            ``offroad_m`` to it, ``fragment_m`` to a street that is nearer but of a fragment, from where nothing could
            be reached (missing where none is), and that point.

        Raises
        ------
        GeometryError, CrsError
            If a row is not a point, or the CRS is missing or does not fit.
        """
        import geopandas
        import shapely

        places = frames.lonlat(frame, "frame")
        snaps = self.snapped(places)
        edge = snaps.edge
        street = np.full(len(edge), None, dtype=object)
        street[edge >= 0] = self._streets.names[edge[edge >= 0]]
        at = np.array(shapely.points(np.nan_to_num(snaps.at)), dtype=object)
        at[edge < 0] = None
        return geopandas.GeoDataFrame(
            {
                "edge": pd.arrays.IntegerArray(np.maximum(edge, 0), mask=edge < 0),
                "street": street,
                "offroad_m": snaps.offroad_m,
                "fragment_m": self.nearer_fragments(places, snaps),
            },
            geometry=at,
            crs="EPSG:4326",
            index=frame.index,
        )

    def close(
        self,
        zones: GeoDataFrame | None = None,
        *,
        depth: str | float | None = None,
        closing_depth_m: float | None = None,
        ways: Iterable[int] = (),
        barrier: GeoDataFrame | None = None,
        bridges: bool = False,
    ) -> Network:
        """Return a view of the network with streets closed, for one question or many; nothing is built anew.

        Nobody passes a closed stretch, nor gets on or off it, at its ends and at junctions neither. Who lives on the
        open end of a street can leave that way.

        Parameters
        ----------
        zones : GeoDataFrame of polygons, optional
            Streets are closed where they lie in one, nowhere else.
        depth : str or float, optional
            Column of `zones` with the depth of the water in metres, or one depth for all: only zones deeper than what
            closes a street count. Where it is not known the zone counts. By default all zones count.
        closing_depth_m : float, optional
            Water deeper than this closes a street. By default that of the profile: cars 0.30 m, emergency vehicles
            0.60 m, on foot any.
        ways : iterable of int
            Ways that are closed from end to end, bridges too: ids of OpenStreetMap, or rows of the layer of lines.
        barrier : GeoDataFrame of lines or polygons, optional
            Every street it meets is closed there, bridges and tunnels too.
        bridges : bool
            Whether zones close bridges; by default they stay open, being above the water.

        Returns
        -------
        Network
            With the same streets; closures of this one stay closed.

        Raises
        ------
        ValueError
            If a way is not in the network, a column is unknown, a depth is negative or not a number, or given without
            zones.
        TypeError
            If a number is none or `ways` no list.
        GeometryError, CrsError
            If a zone is not a polygon, or a CRS is missing or does not fit.

        Examples
        --------
        >>> import geopandas as gpd
        >>> from shapely import LineString, box
        >>> import sheltermap as sm
        >>> streets = gpd.GeoDataFrame(geometry=[LineString([(24.10, 56.95), (24.12, 56.95)])], crs=4326)
        >>> flood = gpd.GeoDataFrame({"depth_m": [0.4]}, geometry=[box(24.11, 56.94, 24.115, 56.96)], crs=4326)
        >>> sm.Network.from_lines(streets, closing_depth_m=0.3).close(flood, depth="depth_m")
        <Network for 'lines': 1 edges, 1 km of streets, 1 closed>
        """
        limit = self._streets.graph.closing_depth_m
        if closing_depth_m is not None:
            limit = arguments.number(closing_depth_m, "closing_depth_m")
        arguments.require_zones(zones, depth=depth)
        deep = None if zones is None else closing.deep_zones(zones, depth, limit)
        changes = closing.closed(self._streets, deep, arguments.way_ids(ways), barrier, bridges=bridges)
        return self._with(changes, zones=zones, barrier=barrier)

    def slow(self, factor: float, zones: GeoDataFrame | None = None, *, ways: Iterable[int] | None = None) -> Network:
        """Return a view of the network where streets take longer, as under a weather warning.

        Parameters
        ----------
        factor : float
            Share of the usual speed that is left, above 0 and at most 1. Distances stay as they are.
        zones : GeoDataFrame of polygons, optional
            Where; with neither zones nor ways, everywhere. A street that lies in zones in part is slower on that part.
        ways : iterable of int, optional
            Ways that are slower from end to end.

        Returns
        -------
        Network
            Where several zones or calls slow the same stretch, the slowest counts.

        Raises
        ------
        ValueError
            If the factor is out of range, a way is not in the network, or the list of ways is empty without zones.
        TypeError
            If the factor is no number or `ways` no list.
        GeometryError, CrsError
            If a zone is not a polygon, or a CRS is missing or does not fit.
        """
        ways = arguments.slowed_ways(ways, zones)
        if not 0 < arguments.number(factor, "factor") <= 1:
            raise ValueError(f"factor must be above 0 and at most 1, not {factor!r}; streets are closed with close()")
        return self._with(closing.slowed(self._streets, factor, zones, ways), zones=zones)

    def _with(self, changes: Changes, **causes: GeoDataFrame | None) -> Network:
        for what, frame in causes.items():
            if frame is not None:
                require_together(placed(frame, what), self._streets.placed)
        return Network(self._streets, self._snap_limit_m, self._changes.and_also(changes))

    def closed_edges(self) -> GeoDataFrame:
        """Return the edges that are closed in this view, as `edges` has them, with what stays open of them.

        Returns
        -------
        GeoDataFrame of lines in EPSG:4326
            Also ``open_from_first_m`` and ``open_from_last_m``: how far the edge is open from either end, and
            ``closed_m``: how much of it is closed.
        """
        closures = self._changes.closures(self._streets.length_m)
        return self.edges().loc[closures.index].join(closures)

    def on_closed_stretch(self, snaps: _core.Snaps) -> NDArray[np.bool_]:
        """Return per place whether it gets on the streets where they are closed."""
        return self._changes.traffic.closed_at(self._streets.graph, snaps)

    def snapped(self, places: NDArray[np.float64], what: str = "the places") -> _core.Snaps:
        """Return longitudes and latitudes, shape (n, 2), as the core's snapped places; CrsError for swapped axes."""
        require_together(placed_lonlat(places, what), self._streets.placed)
        return self._streets.snapped(places, self._snap_limit_m)

    def nearer_fragments(self, places: NDArray[np.float64], snaps: _core.Snaps) -> NDArray[np.float64]:
        """Return per place how far a fragment is that is nearer than the street it was snapped to; NaN for none."""
        return self._streets.index.nearer_fragments(places, snaps, max_m=self._snap_limit_m)

    def forget(self) -> None:
        """Let go of what questions were answered with; it is made anew when one is asked."""
        self._travels.clear()
        self._streets.forget()

    @property
    def streets(self) -> Streets:
        """What all views of the network share."""
        return self._streets

    @property
    def changes(self) -> Changes:
        """What is closed or slower in this view."""
        return self._changes

    def travel(self, unit: str, direction: str, pace_m_s: float | None = None) -> _core.TravelGraph:
        """Return the network with costs in metres or seconds, to the facility or from it, at a walker's own pace."""
        kept = self._travels.get((unit, direction)) if pace_m_s is None else None
        if kept is None:
            kept = _core.TravelGraph(self._streets.graph, self._changes.traffic, unit, direction, pace_m_s)
            if pace_m_s is None:
                self._travels[unit, direction] = kept
        return kept


def require_network(value: object, name: str = "by") -> None:
    """Raise TypeError where a street network belongs and something else was given."""
    if not isinstance(value, Network):
        given = told(value)
        raise TypeError(f"{name} must be a street network, as sm.Network.from_osm(...) makes it, not {given}")
