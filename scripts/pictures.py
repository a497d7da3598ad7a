# SPDX-License-Identifier: Apache-2.0
"""Draw the pictures of the documentation that come from the sample data.

    .venv/bin/python scripts/pictures.py

writes docs/images/next_shelter.png: who has a place in a shelter in Porto Alegre today, and with three cellars adapted;
docs/images/risk.png: whom a large eruption on São Miguel would affect, and the risk matrix; docs/images/report.png
and map.png: the first page of Liechtenstein's report, and its map, as the system's Chromium shows them.
"""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import matplotlib.pyplot as plt
import pandas as pd
from PIL import Image
from playwright.sync_api import sync_playwright

import sheltermap as sm
from sheltermap.assessments.printing import installed_browser
from sheltermap.plans.plan import load_plan

ROOT = Path(__file__).resolve().parents[1]
DATA, ISLAND = ROOT / "sample_data" / "porto_alegre", ROOT / "sample_data" / "sao_miguel"
CELLARS = ["K14", "K15", "K24"]  # the proposal of notebooks/05_next_shelter.ipynb
SAID = "© OpenStreetMap contributors, ODbL; people: Ipea. Who needs a place, shelters and cellars: illustrative"
SAID_OF_ISLAND = "People: CIESIN, GPWv4 (CC BY 4.0). Zones, likelihood and impacts: illustrative"
WIDTH_PX = 900
PAGES = {"report": (1100, 1400), "map": (1200, 760)}  # width and height in pixels


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


def eruption() -> sm.Impact:
    """Whom a large eruption would affect."""
    rings = sm.read(ISLAND / "eruption.geojson")
    large = sm.Scenario("large", "eruption", rings[rings["size"] == "wide"], return_period_years=2000)
    people = sm.population_grid(sm.Raster(ISLAND / "people.tif", holds="count"))
    areas = sm.read(ISLAND / "municipalities.gpkg", id="name")
    return sm.impact(large, demand=people, weight="people", areas=areas, area_name="name")


def matrix() -> sm.RiskMatrix:
    """Where the risks of the plan stand, by the impacts that it states."""
    plan = load_plan(ISLAND / "plan.toml")
    (asked,) = (each for each in plan.analyses if each.kind == "risk_matrix")
    rows = [
        {"scenario": each.id, "title": each.title.get("en"), "hazard": each.hazard,
         "annual_probability": each.annual_probability or 1 / each.return_period_years, **asked.impacts[each.id]}
        for each in plan.scenarios
    ]  # fmt: skip
    return sm.risk_matrix(pd.DataFrame(rows), sm.RiskClasses.example())


def draw_risk(path: Path) -> None:
    """Draw both beside each other."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6), layout="constrained")
    found = eruption()
    found.plot(ax=left)
    affected = found.summary.query("what == 'people'")["affected"].iloc[0]
    left.set_title(f"Large eruption: {affected:,.0f} people within 9 km of a volcano", fontsize=10)
    legend = left.get_legend()
    legend.set_loc("upper center")
    legend.set_bbox_to_anchor((0.5, 0.0))
    left.set_axis_off()
    matrix().plot(ax=right)
    figure.text(0.25, 0.02, SAID_OF_ISLAND, fontsize=7, ha="center")
    figure.savefig(path, dpi=WIDTH_PX / 9, metadata={"Software": None})
    plt.close(figure)


def show_pages(folder: Path) -> None:
    """Show the first page of a report and its map."""
    with TemporaryDirectory() as made, sync_playwright() as playwright:
        sm.run(ROOT / "sample_data" / "liechtenstein" / "plan.toml", made)
        own = {"executable_path": installed_browser(), "args": ["--no-sandbox", "--disable-gpu"]}
        browser = playwright.chromium.launch(**own)
        for name, (width, height) in PAGES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto((Path(made) / f"{name}.html").as_uri())
            page.wait_for_timeout(2000)  # until the map is drawn
            seen = Image.open(BytesIO(page.screenshot()))
            # By coverage: the few symbols in orange keep their colour.
            few = seen.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
            few.save(folder / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    plt.switch_backend("agg")
    show_pages(ROOT / "docs" / "images")
    draw_next_shelter(ROOT / "docs" / "images" / "next_shelter.png")
    draw_risk(ROOT / "docs" / "images" / "risk.png")
