# SPDX-License-Identifier: Apache-2.0
"""The published case of San Francisco (pysal/spopt) as `site` answers it, with HiGHS and without.

The optima are known from trying all choices of four of the sixteen sites.
"""

import geopandas as gpd
import numpy as np
import pytest

import sheltermap as sm
from san_francisco import SITES, people_and_metres
from sheltermap.planning import proof


@pytest.fixture(scope="module")
def case(root):
    """Return tracts, sites, and the table of metres between them; places do not matter beside a table."""
    people, metres = people_and_metres(root)
    tracts = gpd.GeoDataFrame({"people": people}, geometry=places(len(people), 37.7), crs=4326)
    sites = gpd.GeoDataFrame({"site": SITES}, geometry=places(len(SITES), 37.8), crs=4326)
    return tracts, sites, sm.reach_from(metres, unit="m")


def places(count, latitude):
    return gpd.points_from_xy(np.linspace(-122.5, -122.4, count), np.full(count, latitude))


@pytest.fixture(params=[True, False], ids=["with HiGHS", "without HiGHS"])
def ask(request, case, monkeypatch):
    if not request.param:

        def missing(*_args, **_keys):
            raise AssertionError("asked HiGHS")

        monkeypatch.setattr(proof, "_loaded", missing)
    tracts, sites, table = case

    def asked(aim, weight="people", **more):
        prove = None if request.param else False
        return sm.site(tracts, sites, objective=aim, weight=weight, by=table, prove=prove, **more)

    return asked


def chosen(found):
    return set(found.chosen.loc[found.chosen["chosen"], "site"])


def test_four_sites_cover_875_247_people_within_5_km(ask):
    found = ask("coverage", within=5000, p=4)
    assert found.proven and found.objective == found.bound == 875_247
    assert chosen(found) == {2, 11, 12, 15}
    assert found.summary["total"].iloc[0] == 955_113


def test_the_median_of_four_sites(ask):
    found = ask("p_median", p=4)
    assert found.proven and found.objective == pytest.approx(2_848_268_129.7145, abs=0.1)


def test_the_centre_of_four_sites(ask):
    found = ask("p_center", p=4)
    assert found.proven and found.objective == found.bound == pytest.approx(7_403.063811, abs=1e-5)


def test_eight_sites_are_the_fewest_within_5_km(ask):
    found = ask("set_cover", within=5000)
    assert found.proven and found.objective == found.bound == 8
    assert found.rows["covered_after"].all()


@pytest.mark.parametrize(("within", "backed_up"), [(5000, 145), (8000, 140)])
def test_of_the_fewest_sites_those_with_most_backup(ask, within, backed_up):
    found = ask("backup", weight=None, within=within)
    assert found.proven and found.objective == found.bound == backed_up  # of 205 tracts
    assert len(chosen(found)) == ask("set_cover", within=within).objective
