// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network/travel_costs.hpp"
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stop_token>
#include <vector>

namespace sheltermap {

/// Where a search starts: a node, and what it costs to get from the facility there.
struct Seed {
    std::uint32_t node;
    std::int32_t facility;
    double cost;
};

/// The seeds of the facilities: both ends of the edges they are snapped to, with the way between door and street.
[[nodiscard]] std::vector<Seed> seeds_of(const TravelCosts& travel, std::span<const Snap> facilities);

/// The node before another on the way from a facility, and the edge between them; none at a seed.
struct Predecessor {
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t node = none;
    std::uint32_t edge = none;
};

/// Per node the cheapest facility (ties: the lower one) and its cost; -1 and infinity where none is within the limit.
struct NearestLabels {
    std::vector<double> cost;
    std::vector<std::int32_t> facility;
    std::vector<Predecessor> previous;  ///< per node; empty if not asked for
};

/// One search from all facilities at once, with a queue of buckets: labels within a bucket are put right until none
/// changes, so that the answer is exact for any width of the buckets. Costs up to `limit` are looked at.
/// Throws Cancelled.
[[nodiscard]] NearestLabels nearest_labels(const TravelCosts& travel, std::span<const Seed> seeds,
                                           double limit = std::numeric_limits<double>::infinity(),
                                           const std::stop_token& stop = {});
/// The same with the node before every node, which makes the cheapest ways a tree per facility.
[[nodiscard]] NearestLabels nearest_tree(const TravelCosts& travel, std::span<const Seed> seeds,
                                         double limit = std::numeric_limits<double>::infinity(),
                                         const std::stop_token& stop = {});

/// What a node can reach.
struct Label {
    double cost;
    std::int32_t facility;
    friend auto operator<=>(const Label&, const Label&) = default;
};

/// Per node the up to k cheapest facilities, cheapest first, ties by facility: labels of node n are at n * k,
/// `count[n]` of them. Throws Cancelled.
struct KNearestLabels {
    std::size_t k;
    std::vector<std::uint32_t> count;
    std::vector<Label> labels;
};
[[nodiscard]] KNearestLabels k_nearest_labels(const TravelCosts& travel, std::span<const Seed> seeds, std::size_t k,
                                              double limit = std::numeric_limits<double>::infinity(),
                                              const std::stop_token& stop = {});

/// Searches from one facility after another over the same graph, without clearing what was not touched.
class SingleSearch {
public:
    explicit SingleSearch(const TravelCosts& travel);
    /// Settles every node within the limit. Throws Cancelled.
    void run(std::span<const Seed> seeds, double limit, const std::stop_token& stop = {});
    /// Nodes that were reached, in the order of their cost.
    [[nodiscard]] std::span<const std::uint32_t> reached() const noexcept { return reached_; }
    /// Infinity where not reached.
    [[nodiscard]] double cost(std::uint32_t node) const noexcept { return cost_[node]; }
    [[nodiscard]] Predecessor previous(std::uint32_t node) const noexcept { return previous_[node]; }

private:
    struct Entry {
        double cost;
        std::uint32_t node;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    void offer(std::uint32_t node, double cost, double limit, Predecessor previous);

    const TravelCosts* travel_;
    std::vector<double> cost_;
    std::vector<Predecessor> previous_;
    std::vector<std::uint8_t> settled_;
    std::vector<std::uint32_t> touched_;
    std::vector<std::uint32_t> reached_;
    std::vector<Entry> heap_;
};

}  // namespace sheltermap
