// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/graph.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// What is different on one edge.
struct EdgeChange {
    std::uint32_t edge = 0;
    double speed_factor = 1;  ///< above 0; speeds are multiplied by it
    /// Where the edge is closed: it stays open from its first vertex for so many metres, and for so many from its last
    /// one back. Nobody passes, but who stands on an open end can leave that way. Infinity in both: not closed.
    double open_from_first_m = std::numeric_limits<double>::infinity();
    double open_from_last_m = std::numeric_limits<double>::infinity();

    [[nodiscard]] bool closed() const noexcept;
};

/// The edges of a graph that are closed or slower than usual in one question. The graph itself is not touched, so that
/// any number of such views of it cost next to nothing.
///
///     const Traffic flooded({{.edge = 17, .open_from_first_m = 0, .open_from_last_m = 0}});
class Traffic {
public:
    Traffic() = default;
    /// Several changes of one edge are taken together: the slowest speed, the least that stays open.
    /// Throws std::invalid_argument for a factor that is not a finite number above 0 or an open end that is negative.
    explicit Traffic(std::vector<EdgeChange> changes);

    /// Ascending by edge.
    [[nodiscard]] std::span<const EdgeChange> changes() const noexcept { return changes_; }
    /// Nothing is changed where there is no entry.
    [[nodiscard]] EdgeChange on(std::uint32_t edge) const noexcept;

private:
    std::vector<EdgeChange> changes_;
};

}  // namespace sheltermap
