// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/raster/cell_source.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// What became of a place on a grid.
enum class Sampled : std::uint8_t {
    value,     ///< its cell has one
    no_value,  ///< it has none
    outside,   ///< the place lies on no cell
    missing    ///< there is no place
};

/// Columns with one entry per place.
struct Samples {
    std::vector<double> value;  ///< NaN where there is none
    std::vector<Sampled> what;
};

/// The cell at each place, in the grid's reference system; NaN for no place. A point on an edge between cells belongs
/// as Grid says, and lies on one that is nearer than 1e-9 of a cell. Of a grid in degrees any whole number of turns
/// round the Earth brings places to where its columns are. Blocks with a place are read once, others not at all.
///
///     const Samples depth = sample_cells(eastings_and_northings, depths, execution);
[[nodiscard]] Samples sample_cells(std::span<const XY> places, const CellSource& source,
                                   const Execution& execution = {});

}  // namespace sheltermap
