// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/reader.hpp"

namespace sheltermap::io {

/// For every row whether it is on the layer's list.
[[nodiscard]] std::vector<std::uint8_t> refused_flags(const Layer& layer);

/// Rows, from 0, that are not on the layer's list yet and have a geometry.
[[nodiscard]] std::vector<std::size_t> usable_rows(const Layer& layer);

/// Refuses rows whose coordinates cannot be meant in the layer's CRS, and notes those that lie far from all others;
/// needs finite coordinates. Throws CrsError where they are degrees and the CRS is in metres.
void check_positions(Layer& layer, const std::string& source, const Execution& execution);

/// Refuses rows without an id, or with one that an earlier row has.
void check_ids(Layer& layer, const std::string& id_column, const std::string& source);

/// Refuses or repairs rows whose geometry breaks the rules.
void check_geometries(Layer& layer, InvalidGeometry policy, const Execution& execution);

}  // namespace sheltermap::io
