# SPDX-License-Identifier: Apache-2.0
"""The nearest facility of every corner of a town along its streets, by time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from common.operation import ARRAYS, Answer, Contestant, Operation, Variant, WrongAnswerError
from common.streets import Arcs, Roads, roads

WRONG_S = 1e-6  # lengths agree within nanometres, and speeds to the last bit
CLOSED_EVERY = 100  # of the streets one is closed in the scenario


def make(size: Mapping[str, int]) -> Roads:
    """Return the town of a size."""
    return roads(size["nodes"], size["facilities"])


def first_rows(inputs: Roads, rows: int) -> Roads:
    """Return a smaller town with as many facilities per corner."""
    if rows >= len(inputs.lonlat):
        return inputs
    return roads(rows, max(1, len(inputs.facilities) * rows // len(inputs.lonlat)))


def closed_streets(inputs: Roads) -> NDArray[np.bool_]:
    """Return which streets are closed in the scenario."""
    return np.arange(len(inputs.ends)) % CLOSED_EVERY == 0


class Town(NamedTuple):
    """A network with everybody at the streets."""

    graph: Any
    homes: Any
    facilities: Any
    closed: NDArray[np.int64]  # edges
    costs: Any = None  # seconds of every street; made by the first question and kept by the network for the next


def sheltermap_town(inputs: Roads) -> Town:
    """Build the network, with nothing closed."""
    import geopandas as gpd
    import shapely

    import sheltermap as sm

    lines = gpd.GeoDataFrame(
        {"kmh": inputs.forward_kmh, "one_way": inputs.backward_kmh == 0},
        geometry=shapely.linestrings(inputs.lonlat[inputs.ends]),
        crs=4326,
    )
    town = sm.Network.from_lines(lines, speed_kmh="kmh", one_way="one_way")
    homes, facilities = (town.snapped(places) for places in (inputs.lonlat, inputs.lonlat[inputs.facilities]))
    return Town(town.streets.graph, homes, facilities, np.empty(0, np.int64))


def sheltermap_flooded_town(inputs: Roads) -> Town:
    """Build the network, and say which streets are closed."""
    town = sheltermap_town(inputs)
    way = town.graph.edge_columns()["way_id"]
    return town._replace(closed=np.flatnonzero(closed_streets(inputs)[way]))


def sheltermap_asked_before(inputs: Roads) -> Town:
    """Build the network, with nothing closed, and the seconds of its streets, as SciPy's matrix has them."""
    town = sheltermap_town(inputs)
    return town._replace(costs=costs_of(town))


def costs_of(town: Town) -> Any:
    """Return the seconds of every street."""
    from sheltermap import _core

    none = np.zeros(len(town.closed))
    traffic = _core.Traffic(town.closed, none, none + np.inf, none)
    return _core.TravelGraph(town.graph, traffic, "seconds", "to")


def sheltermap_reach(town: Town) -> Any:
    """Costs unless they are there, one search, and from the nodes to the rows."""
    from sheltermap import _core

    return _core.network_reach(town.costs or costs_of(town), town.homes, town.facilities)


def reach_answer(reach: Any) -> Answer:
    """Return facility and seconds per corner, -1 and infinity where there is no way."""
    reached = np.diff(reach.offsets) > 0
    facility, seconds = np.full(len(reached), -1, np.int32), np.full(len(reached), np.inf)
    facility[reached], seconds[reached] = reach.facility, reach.cost
    return {"facility": facility, "seconds": seconds}


class Matrix(NamedTuple):
    """What SciPy searches: the ways back from the facilities, and the corners in another order."""

    ways: Any
    sources: NDArray[np.intp]
    order: NDArray[np.intp]  # the corner of each row


def scipy_matrix(inputs: Roads) -> Matrix:
    """Return the matrix with the corners as they are."""
    from scipy.sparse import csr_matrix

    count = len(inputs.lonlat)
    arcs = inputs.arcs()
    ways = csr_matrix((arcs.seconds, (arcs.target, arcs.source)), shape=(count, count))
    return Matrix(ways, inputs.facilities.astype(np.intp), np.arange(count))


def scipy_matrix_in_order(inputs: Roads) -> Matrix:
    """Return the matrix with neighbours near each other."""
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    given = scipy_matrix(inputs)
    order = reverse_cuthill_mckee(given.ways).astype(np.intp)
    number = np.empty_like(order)
    number[order] = given.order
    return Matrix(given.ways[order][:, order].tocsr(), number[given.sources], order)


def scipy_dijkstra(matrix: Matrix) -> tuple[Matrix, Any]:
    """One search from all facilities, which says from which."""
    from scipy.sparse.csgraph import dijkstra

    return matrix, dijkstra(matrix.ways, indices=matrix.sources, min_only=True, return_predecessors=True)


def scipy_answer(found: tuple[Matrix, Any]) -> Answer:
    """Return it in the order of the corners."""
    matrix, (least, _, source) = found
    row = np.full(len(least), -1, np.int32)
    row[matrix.sources] = np.arange(len(matrix.sources))
    facility, seconds = np.empty(len(least), np.int32), np.empty(len(least))
    facility[matrix.order] = np.where(source >= 0, row[source], -1)
    seconds[matrix.order] = least
    return {"facility": facility, "seconds": seconds}


def pandana_nearest(inputs: Roads) -> Any:
    """Its preprocessing (contraction hierarchies), and the search."""
    import pandana
    import pandas as pd

    arcs, places = inputs.arcs(), inputs.lonlat[inputs.facilities]
    x, y = (pd.Series(values) for values in inputs.lonlat.T)
    network = pandana.Network(
        x, y, pd.Series(arcs.source), pd.Series(arcs.target), pd.DataFrame({"s": arcs.seconds}), twoway=False
    )
    far = 1e6
    network.set_pois("all", far, 1, pd.Series(places[:, 0]), pd.Series(places[:, 1]))
    return network.nearest_pois(far, "all", num_pois=1, include_poi_ids=True), far


def pandana_answer(found: Any) -> Answer:
    """Return its table as arrays; what is as far as it looked was not reached."""
    table, far = found
    seconds = table[1].to_numpy(np.float64)
    reached = seconds < far
    facility = np.where(reached, table["poi1"].fillna(-1).to_numpy(np.float64), -1).astype(np.int32)
    return {"facility": facility, "seconds": np.where(reached, seconds, np.inf)}


def faults(inputs: Roads, arcs: Arcs, found: Answer) -> tuple[int, float]:
    """Return how many facilities are wrong, and by how many seconds Bellman's equation is missed.

    The cost of a corner is 0 at a facility, else the least of a step and the cost where it leads. As steps take time,
    only the cheapest ways solve that; the facility of a corner must be that of a neighbour on such a way.
    """
    seconds, facility = found["seconds"], found["facility"]
    onward = seconds[arcs.target] + arcs.seconds
    least = np.full(len(seconds), np.inf)
    np.minimum.at(least, arcs.source, onward)
    least[inputs.facilities] = 0
    both = np.isfinite(least) & np.isfinite(seconds)
    missed = float(np.abs(least[both] - seconds[both]).max(initial=0.0))
    if (np.isfinite(least) != np.isfinite(seconds)).any():
        missed = np.inf
    tolerance = max(WRONG_S, 2 * missed) if np.isfinite(missed) else WRONG_S
    justified = ~np.isfinite(seconds) & (facility == -1)
    justified[inputs.facilities] = facility[inputs.facilities] == np.arange(len(inputs.facilities))
    on_the_way = (onward <= seconds[arcs.source] + tolerance) & (facility[arcs.target] == facility[arcs.source])
    justified[arcs.source[on_the_way & np.isfinite(onward)]] = True
    return int((~justified).sum()), missed


def check(size: Mapping[str, int], answers: Mapping[str, Answer]) -> dict[str, str]:
    """Compare with Bellman's equation."""
    whole = make(size)
    verdicts = {}
    for key, found in answers.items():
        inputs = first_rows(whole, len(found["seconds"]))
        arcs = inputs.arcs(closed_streets(inputs) if key == CLOSED_KEY else None)
        wrong, missed_s = faults(inputs, arcs, found)
        verdicts[key] = f"{wrong:,} of {len(found['seconds']):,} with a wrong facility, seconds off by {missed_s:.1g}"
        if key.startswith("sheltermap") and (wrong or missed_s > WRONG_S):
            raise WrongAnswerError(f"{key}: {verdicts[key]}")
    return verdicts


SHELTERMAP, FIRST = "sheltermap", "sheltermap, the first question: seconds of every street worked out, too"
SCIPY = "scipy csgraph.dijkstra(min_only=True), one thread"
PANDANA = "pandana nearest_pois, preprocessing included"
CLOSED = Contestant(
    "sheltermap with 1 street in 100 closed",
    sheltermap_reach,
    reach_answer,
    sheltermap_flooded_town,
    form=ARRAYS,
    needs=("sheltermap",),
)
CLOSED_KEY = CLOSED.key

OPERATION = Operation(
    title="Nearest facility of every corner along the streets, by time",
    sizes={
        "small": {"nodes": 40_000, "facilities": 100},
        "full": (
            Variant({"nodes": 1_000_000, "facilities": 1_000}, cores=True, growth=True, goals={ARRAYS: 0.20}),
            Variant({"nodes": 57_600, "facilities": 58}, only=(SHELTERMAP, SCIPY), growth=True),
            Variant({"nodes": 571_536, "facilities": 572}, only=(SHELTERMAP, SCIPY), growth=True),
            Variant({"nodes": 2_286_144, "facilities": 2_286}, only=(SHELTERMAP, SCIPY), growth=True),
        ),
    },
    rows="nodes",
    contestants=(
        Contestant(
            SHELTERMAP,
            sheltermap_reach,
            reach_answer,
            sheltermap_asked_before,
            form=ARRAYS,
            needs=("sheltermap",),
            scales=True,
        ),
        Contestant(FIRST, sheltermap_reach, reach_answer, sheltermap_town, form=ARRAYS, needs=("sheltermap",)),
        CLOSED,
        Contestant(SCIPY, scipy_dijkstra, scipy_answer, scipy_matrix, form=ARRAYS, needs=("scipy",)),
        Contestant(
            "scipy, the same",
            scipy_dijkstra,
            scipy_answer,
            scipy_matrix_in_order,
            form=ARRAYS,
            needs=("scipy",),
            given="corners in reverse Cuthill-McKee order",
        ),
        Contestant(
            PANDANA,
            pandana_nearest,
            pandana_answer,
            form=ARRAYS,
            needs=("pandana",),
            most_rows=10_000,
        ),
    ),
    make=make,
    first_rows=first_rows,
    check=check,
    notes="A moved lattice with three classes of streets, a quarter of those nobody needs gone, one local street in "
    "ten one-way, corners in random order. All start from a graph in memory: SciPy from its matrix of seconds, "
    "sheltermap from its network, places at the streets, and the seconds that a network keeps from its first question; "
    "with closed streets they are worked out within the time. "
    "Answers are judged by Bellman's equation, which only the cheapest ways solve.",
)
