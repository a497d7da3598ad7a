// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// The smallest box around something, its sides included. Begins empty: then it holds and meets nothing.
struct Envelope {
    double min_x = std::numeric_limits<double>::infinity();
    double min_y = std::numeric_limits<double>::infinity();
    double max_x = -std::numeric_limits<double>::infinity();
    double max_y = -std::numeric_limits<double>::infinity();

    void add(XY at) noexcept {
        min_x = std::min(min_x, at.x);
        min_y = std::min(min_y, at.y);
        max_x = std::max(max_x, at.x);
        max_y = std::max(max_y, at.y);
    }
    void add(const Envelope& other) noexcept {
        min_x = std::min(min_x, other.min_x);
        min_y = std::min(min_y, other.min_y);
        max_x = std::max(max_x, other.max_x);
        max_y = std::max(max_y, other.max_y);
    }
    [[nodiscard]] bool empty() const noexcept { return !(min_x <= max_x); }
    [[nodiscard]] bool holds(XY at) const noexcept {
        return at.x >= min_x && at.x <= max_x && at.y >= min_y && at.y <= max_y;
    }
    [[nodiscard]] bool holds(const Envelope& other) const noexcept {
        return other.min_x >= min_x && other.max_x <= max_x && other.min_y >= min_y && other.max_y <= max_y;
    }
    [[nodiscard]] bool meets(const Envelope& other) const noexcept {
        return min_x <= other.max_x && other.min_x <= max_x && min_y <= other.max_y && other.min_y <= max_y;
    }
};

[[nodiscard]] Envelope envelope(std::span<const XY> vertices) noexcept;
/// Of every row; empty where a row has no vertices.
[[nodiscard]] std::vector<Envelope> envelopes(const GeometryColumn& column, const Execution& execution = {});

}  // namespace sheltermap
