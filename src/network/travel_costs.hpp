// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/edge_index.hpp"
#include "sheltermap/network/graph.hpp"
#include "sheltermap/network/traffic.hpp"
#include "sheltermap/network/travel.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// The costs of a TravelGraph. Searches run from the facilities outwards; where people travel to them, costs are those
/// of the way back, so that one-way streets are respected.
class TravelCosts {
public:
    /// Throws as TravelGraph does.
    TravelCosts(const Graph& graph, Traffic traffic, const TravelOptions& options);

    struct Step {
        double cost;
        std::uint32_t target;
        std::uint32_t edge;
    };
    [[nodiscard]] std::span<const Step> steps(std::uint32_t node) const noexcept {
        return std::span(steps_).subspan(begin_[node], begin_[node + 1] - begin_[node]);
    }
    /// Where the number of a node's first step lies, for searches that ask for memory ahead.
    [[nodiscard]] const void* address_of(std::uint32_t node) const noexcept { return begin_.data() + node; }
    [[nodiscard]] const Graph& graph() const noexcept { return graph_; }
    [[nodiscard]] const TravelOptions& options() const noexcept { return options_; }
    /// Of all steps; 0 where there is none.
    [[nodiscard]] double mean_cost() const noexcept { return mean_cost_; }
    [[nodiscard]] double largest_cost() const noexcept { return largest_cost_; }

    /// What it costs between a snapped place and the ends of its edge, infinity where that way is not open.
    struct Ends {
        double from;  ///< the edge's first node
        double to;    ///< its last
    };
    [[nodiscard]] Ends ends_of_facility(const Snap& facility) const noexcept;
    [[nodiscard]] Ends ends_of_demand(const Snap& demand) const noexcept;
    /// Between two places on the same edge without leaving it; infinity where that is not open.
    [[nodiscard]] double along_edge(const Snap& demand, const Snap& facility) const noexcept;
    /// What it costs those who travel to go along an edge from one offset to another; infinity where that is not open,
    /// at either end neither.
    [[nodiscard]] double along_edge(std::uint32_t edge, double from_m, double to_m) const noexcept;
    /// Part of an edge that is open and on which speeds are the same, and what a metre away from the facilities costs.
    struct Outwards {
        double begin_m, end_m;
        bool begin_open, end_open;  ///< whether its ends are open too; where one part ends the next may go on
        double along_per_metre;     ///< from the first vertex towards the last; infinity where that may not be gone
        double against_per_metre;
    };
    /// The open parts of an edge, ascending, put where others stood.
    void outwards(std::uint32_t edge, std::vector<Outwards>& parts) const;
    /// The way between a place and the street, walked.
    [[nodiscard]] double offroad(const Snap& place) const noexcept;

private:
    [[nodiscard]] bool is_changed(std::uint32_t edge) const noexcept { return !changed_.empty() && changed_[edge]; }
    [[nodiscard]] bool is_closed(const Snap& place) const noexcept;
    [[nodiscard]] double usual_per_metre(std::uint32_t edge, bool against) const noexcept;
    [[nodiscard]] double usual_metres(std::uint32_t edge, double begin_m, double end_m) const noexcept;
    [[nodiscard]] double changed_along_edge(std::uint32_t edge, double from_m, double to_m) const noexcept;
    [[nodiscard]] Ends ends(const Snap& place, bool arriving) const noexcept;

    Graph graph_;
    Traffic traffic_;
    std::vector<bool> changed_;  // per edge, as most are not; empty where none is
    TravelOptions options_;
    std::vector<std::uint32_t> begin_;
    std::vector<Step> steps_;
    double mean_cost_ = 0;
    double largest_cost_ = 0;
};

}  // namespace sheltermap
