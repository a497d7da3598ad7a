// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/graph.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// What is different on one edge, or on a part of it; by default from its first vertex to its last.
struct EdgeChange {
    std::uint32_t edge = 0;
    double begin_m = 0;  ///< along the edge, as is the end; both belong to the part
    double end_m = std::numeric_limits<double>::infinity();
    double speed_factor = 1;  ///< speeds are multiplied by it; 0: closed, nobody passes

    friend bool operator==(const EdgeChange&, const EdgeChange&) = default;
};

/// The edges of a graph that are closed or slower than usual in one question. The graph itself is not touched, so that
/// any number of such views of it cost next to nothing.
///
///     const Traffic flooded({{.edge = 17, .begin_m = 20, .end_m = 80, .speed_factor = 0}});
class Traffic {
public:
    Traffic() = default;
    /// Where several changes of one edge overlap the slowest speed holds, and what one closes is closed.
    /// Throws std::invalid_argument for a factor that is not a finite number >= 0, or a part that begins before the
    /// edge or after it ends.
    explicit Traffic(std::vector<EdgeChange> changes);

    [[nodiscard]] bool empty() const noexcept { return closed_.empty() && slower_.empty(); }
    /// What is closed and what is slower, ascending by edge and along it; those of one kind do not overlap.
    [[nodiscard]] std::span<const EdgeChange> closed() const noexcept { return closed_; }
    [[nodiscard]] std::span<const EdgeChange> slower() const noexcept { return slower_; }
    /// Those of one edge.
    [[nodiscard]] std::span<const EdgeChange> closed(std::uint32_t edge) const noexcept;
    [[nodiscard]] std::span<const EdgeChange> slower(std::uint32_t edge) const noexcept;
    /// Whether something closed lies on an edge from one offset to a later one, ends included.
    [[nodiscard]] bool closes(std::uint32_t edge, double begin_m, double end_m) const noexcept;
    /// Whether a place that gets on an edge there stands on a closed street. At a junction it does where all edges that
    /// one could get on there are closed at the junction, so that it does not matter which of them it got on.
    [[nodiscard]] bool closed_at(const Graph& graph, std::uint32_t edge, double offset_m) const noexcept;

private:
    std::vector<EdgeChange> closed_;
    std::vector<EdgeChange> slower_;
};

}  // namespace sheltermap
