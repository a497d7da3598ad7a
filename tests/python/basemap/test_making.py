# SPDX-License-Identifier: Apache-2.0
"""Base maps of files and frames, cut to what is mapped."""

import geopandas
import pytest
import shapely

import sheltermap as sm
from osm_text import node, osm, way

HERE = (24.0, 57.0, 24.1, 57.1)


def frame(*shapes, crs=4326, **columns):
    return geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=crs)


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "town.osm"
    nodes = (node(1, 24.0, 57.0), node(2, 24.1, 57.0), node(3, 24.1, 57.1), node(4, 24.05, 57.05))
    named = node(5, 24.05, 57.05, {"place": "town", "name": "Ogre", "name:lv": "Ogre pilsēta"})
    lake = way(2, [1, 2, 3, 1], {"natural": "water"})
    path.write_text(osm(*nodes, named, way(1, [1, 4], {"highway": "primary"}), lake), encoding="utf-8")
    return path


def test_the_function_is_there_whatever_was_imported():
    import sheltermap.basemap.boxes  # noqa: F401

    assert callable(sm.basemap)


def test_of_nothing_there_is_none():
    assert sm.basemap(None) is None


def test_a_file_of_openstreetmap(town):
    ground = sm.basemap(town, lang="lv")
    assert list(ground.layers) == ["water", "streets", "places"]
    assert ground.layers["places"].name.tolist() == ["Ogre pilsēta"]
    assert ground.attribution == "© OpenStreetMap contributors, ODbL"
    assert sm.basemap(town, attribution="© Me").attribution == "© Me"


def test_a_base_map_of_elsewhere_names_both_places(town):
    with pytest.raises(sm.GeometryError) as error:
        sm.basemap(town, around=(-51.3, -30.2, -51.1, -30.0))
    assert "town.osm lies at longitudes 24.00 to 24.10, latitudes 57.00 to 57.10" in str(error.value)
    assert "what is mapped at longitudes -51.30 to -51.10, latitudes -30.20 to -30.00" in str(error.value)
    made = sm.basemap(town)
    with pytest.raises(sm.GeometryError, match="no place in common"):
        sm.basemap(made, around=(0, 0, 1, 1))


def test_what_was_made_is_cut_again(town):
    ground = sm.basemap(sm.basemap(town), around=(24.09, 57.09, 24.1, 57.1), margin=0)
    assert list(ground.layers) == ["water"]
    assert ground.layers["water"].total_bounds.tolist() == pytest.approx([24.09, 57.09, 24.1, 57.1])
    assert ground.attribution


def test_layers_of_a_file_by_columns_names_and_shapes(tmp_path):
    path = tmp_path / "ground.gpkg"
    line, area, point = shapely.LineString([(24, 57), (24.1, 57.1)]), shapely.box(*HERE), shapely.Point(24.05, 57.05)
    layers = {
        "osm": frame(line, line, highway=["motorway", "footway"], name=["A1", None]),
        "gis_osm_landuse_a": frame(area, area, fclass=["forest", "quarry"]),
        "lakes": frame(area, name=["Lake"]),
        "municipalities": frame(area, name=["Town"]),
        "cities": frame(point, NAME=["Ogre"], name_lv=["Ogre (lv)"], rank=[2]),
    }
    sm.write(layers, path)
    ground = sm.basemap(path, lang="lv", detail="full")
    kept = {name: layer["rank"].tolist() for name, layer in ground.layers.items()}
    assert kept == {"woods": [1], "water": [1], "streets": [1, 6], "boundaries": [1], "places": [2]}
    assert ground.layers["places"].name.tolist() == ["Ogre (lv)"]
    assert ground.layers["boundaries"].geom_type.tolist() == ["LineString"]
    assert ground.notes == ("Base map: 1 rows of “gis_osm_landuse_a” are of no kind that a base map shows.",)


def test_layers_by_class_from_frames_and_files(town):
    lake = frame(shapely.box(*HERE)).to_crs(3059)
    ground = sm.basemap({"woods": lake, "streets": town}, attribution="© City")
    assert {name: len(layer) for name, layer in ground.layers.items()} == {"woods": 1, "streets": 1}
    assert ground.layers["woods"].total_bounds == pytest.approx(HERE, abs=1e-4)


def test_wrong_sources_are_told(town):
    points = frame(shapely.Point(24, 57))
    with pytest.raises(ValueError, match=r'unknown class "streams".*waterways'):
        sm.basemap({"streams": points})
    with pytest.raises(sm.GeometryError, match="water are polygons, and layer 'water' holds points"):
        sm.basemap({"water": points})
    with pytest.raises(ValueError, match="no CRS"):
        sm.basemap({"places": frame(shapely.Point(24, 57), crs=None)})
    with pytest.raises(TypeError, match="a base map is made of a path"):
        sm.basemap(5)
    with pytest.raises(ValueError, match="unknown detail"):
        sm.basemap(town, detail="high")
    with pytest.raises(ValueError, match="margin is a share"):
        sm.basemap(town, margin=-1)
    with pytest.raises(sm.ReadError, match=r"nowhere\.osm"):
        sm.basemap("nowhere.osm")
