# SPDX-License-Identifier: Apache-2.0
"""What a map shows of its ground at its scale."""

import geopandas
import numpy as np
import pytest
import shapely

from sheltermap.basemap.generalising import SCALES, generalised, highest_rank

BOX = (24.0, 57.0, 25.0, 57.5)


def layer(shapes, ranks=None, names=None):
    ranks = [1] * len(shapes) if ranks is None else ranks
    names = [None] * len(shapes) if names is None else names
    return geopandas.GeoDataFrame({"name": names, "rank": ranks}, geometry=shapes, crs=4326).astype({"name": "string"})


def wiggle(count):
    east = np.linspace(24.0, 25.0, count)
    return shapely.LineString(np.column_stack([east, 57.2 + 0.1 * np.sin(900 * east)]))


@pytest.mark.parametrize(("east", "rank"), [(24.1, 99), (25.0, 5), (27.0, 4), (31.0, 3), (40.0, 2)])
def test_wide_maps_have_important_streets_only(east, rank):
    assert highest_rank("streets", (24.0, 57.0, east, 57.1), "normal") == rank
    assert highest_rank("streets", (24.0, 57.0, east, 57.1), "full") == 99


@pytest.mark.parametrize("detail", ["low", "normal"])
def test_vertices_are_bounded_and_lines_as_near_as_told(detail):
    river = wiggle(200_000)
    streets = [shapely.transform(river, lambda at, up=0.01 * each: at + np.array([0, up])) for each in range(3)]
    made, notes = generalised({"waterways": layer([river]), "streets": layer(streets, [1, 2, 3])}, BOX, detail)
    assert sum(shapely.get_num_coordinates(each.geometry.to_numpy()).sum() for each in made.values()) <= (
        SCALES[detail].vertices
    )
    assert "at most" in notes[0]
    off_m = float(notes[0].split("at most ")[1].split(" m")[0].replace(",", ""))
    drawn = shapely.union_all(made["waterways"].geometry.to_numpy())
    assert shapely.hausdorff_distance(river, drawn) <= 1.01 * off_m / 111_320


def test_short_pieces_of_one_street_leave_room_for_the_long_ones():
    east = np.tile(np.linspace(24.0, 25.0, 100), 50)
    north = np.repeat(np.linspace(57.0, 57.5, 50), 100)
    short = shapely.linestrings(
        np.stack([np.column_stack([east, north]), np.column_stack([east + 1e-3, north])], axis=1)
    )
    long = shapely.LineString([(24.1, 57.11), (24.9, 57.19)])
    made, notes = generalised({"streets": layer([*short, long])}, BOX, "low")
    assert shapely.get_num_coordinates(made["streets"].geometry.to_numpy()).sum() == 2
    assert shapely.hausdorff_distance(made["streets"].geometry[0], long) == 0
    # Steps of 1/800 of a degree are longer than the pieces: none was needed after the first, of 139 m.
    assert "at most 139 m" in notes[0]


def test_specks_go_and_are_counted():
    specks = [shapely.box(24.5 + 1e-6 * each, 57.2, 24.5 + 1e-6 * (each + 1), 57.2 + 1e-6) for each in range(40)]
    made, notes = generalised({"water": layer([shapely.box(24.1, 57.1, 24.2, 57.2), *specks])}, BOX, "normal")
    assert len(made["water"]) == 1
    assert any(note.startswith("Base map: 40 areas are too small") for note in notes)


def test_lines_of_one_name_are_one_row():
    parts = [shapely.LineString([(24 + each / 8, 57.1), (24 + (each + 1) / 8, 57.1)]) for each in range(3)]
    made, _ = generalised({"streets": layer(parts, names=["Rīgas iela", "Rīgas iela", None])}, BOX, "full")
    assert made["streets"].name.fillna("").tolist() == ["", "Rīgas iela"]
    assert shapely.get_num_geometries(made["streets"].geometry.to_numpy()).tolist() == [1, 1]


def test_what_crosses_the_box_is_cut_at_it():
    made, _ = generalised({"water": layer([shapely.box(23.0, 57.1, 24.5, 57.2)])}, BOX, "full")
    assert made["water"].total_bounds.tolist() == pytest.approx([24.0, 57.1, 24.5, 57.2])
