// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geodesy/crs.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace sheltermap {

/// Whether the coordinates of a row can be meant in their reference system.
enum class Plausibility {
    plausible,
    swapped,     ///< outside the area of use as given, inside it with the axes swapped
    outside,     ///< more than 600 km outside the area of use either way: in a zone of UTM whole countries are mapped
    nowhere,     ///< (0, 0), or the false origin of a projection: what is there for a place that nobody entered
    degrees,     ///< longitude and latitude in a projected system
    kilometres,  ///< a thousandth of what would lie in the area of use
};

/// Rows that lie together, and far from all others: nothing forbids it, and somebody should look.
struct StrayRows {
    std::vector<std::size_t> rows;
    double gap_m;       ///< to the nearest of all other rows, good to some kilometres
    bool fits_swapped;  ///< whether they would lie among most of the others with the axes swapped
};

/// What there is to say of where the rows of a layer lie.
struct Placement {
    std::vector<Plausibility> verdicts;  ///< per row
    std::vector<StrayRows> strays;       ///< of the plausible ones
};

/// Judges every row by itself. Only what no row can tell alone is decided together: rows up to 50 km outside the area
/// of use that would lie inside with the axes swapped are `swapped` where they lie far from the others and would lie
/// among them, and all rows that fit the area either way where none fits it only as it is and most fit it only swapped.
///
/// A row is a point, `lower`, or a box between `lower` and `upper`, which is empty where all rows are points. Rows that
/// are not finite are plausible. Strays are told where most rows lie together, not here and there: those 200 km from
/// all others, and twice as far as most reach, or nearer ones that would lie among the others with the axes swapped.
///
///     const auto verdicts = placement(eastings_and_northings, {}, Crs("EPSG:3059")).verdicts;
[[nodiscard]] Placement placement(std::span<const XY> lower, std::span<const XY> upper, const Crs& crs,
                                  const Execution& execution = {});

}  // namespace sheltermap
