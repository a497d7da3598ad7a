# SPDX-License-Identifier: Apache-2.0
"""Draw the pictures of the documentation that come from the sample data.

    .venv/bin/python scripts/pictures.py

writes docs/images/next_shelter.png: who has a place in a shelter in Porto Alegre today, and with three cellars adapted.
"""

from pathlib import Path

import geopandas as gpd
import matplotlib.pyplot as plt
import pandas as pd

import sheltermap as sm

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "sample_data" / "porto_alegre"
CELLARS = ["K14", "K15", "K24"]  # the proposal of notebooks/05_next_shelter.ipynb
SAID = "© OpenStreetMap contributors, ODbL; people: Ipea. Who needs a place, shelters and cellars: illustrative"
WIDTH_PX = 900


def allocations() -> tuple[sm.Allocation, sm.Allocation]:
    """Who has a place today, and with the cellars."""
    people, shelters, cellars = (
        sm.read(DATA / f"{name}.csv", crs="EPSG:4326", id="id") for name in ("people", "shelters", "cellars")
    )
    walk = sm.Network.from_osm(DATA / "porto_alegre.osm.pbf", "walk")
    usable, unused = sm.supply(shelters, compliance="full")
    opened = cellars[cellars["id"].isin(CELLARS)]
    more = gpd.GeoDataFrame(pd.concat([usable, opened], ignore_index=True), crs=people.crs)
    today, after = (
        sm.allocate(
            people,
            each,
            capacity="capacity_persons",
            weight="need_place",
            limit="20 min",
            by=walk,
            unused=unused,
            facility_id="id",
        )
        for each in (usable, more)
    )
    return today, after


def draw_next_shelter(path: Path) -> None:
    """Draw both beside each other."""
    figure, both = plt.subplots(1, 2, figsize=(10, 7))
    for axes, found, when in zip(both, allocations(), ("Today", "With three cellars adapted"), strict=True):
        found.plot(ax=axes)
        served = found.summary["served"].iloc[0]
        axes.set_title(f"{when}: {served:,.0f} have a place", fontsize=10)
        legend = axes.get_legend()
        legend.set_loc("upper center")
        legend.set_bbox_to_anchor((0.5, 0.0))
        axes.set_axis_off()
    figure.text(0.5, -0.08, SAID, fontsize=6, ha="center")
    figure.savefig(path, dpi=WIDTH_PX / 10, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    plt.switch_backend("agg")
    draw_next_shelter(ROOT / "docs" / "images" / "next_shelter.png")
