// SPDX-License-Identifier: Apache-2.0
#include "search.hpp"

#include "sheltermap/base/error.hpp"

#include "base/not_finite.hpp"
#include <algorithm>
#include <cmath>
#include <functional>

namespace sheltermap {
namespace {

/// How many nodes are settled between two looks at the stop token.
constexpr std::size_t settled_per_look = 4096;

void add_seed(std::vector<Seed>& seeds, std::uint32_t node, std::size_t facility, double cost) {
    if (!std::isinf(cost)) seeds.push_back({node, static_cast<std::int32_t>(facility), cost});
}

/// Asks from time to time whether to stop.
class StopCheck {
public:
    explicit StopCheck(const std::stop_token& stop) : stop_(stop) {}
    void count() {
        if (++steps_ % settled_per_look == 0 && stop_.stop_requested()) throw Cancelled();
    }

private:
    const std::stop_token& stop_;
    std::size_t steps_ = 0;
};

/// A label that a node may get, in the queue until it is the cheapest left.
struct QueuedLabel {
    Label label;
    std::uint32_t node;
    friend auto operator<=>(const QueuedLabel&, const QueuedLabel&) = default;
};

}  // namespace

std::vector<Seed> seeds_of(const TravelCosts& travel, std::span<const Snap> facilities) {
    std::vector<Seed> seeds;
    for (std::size_t row = 0; row < facilities.size(); ++row) {
        const Snap& facility = facilities[row];
        if (facility.state != SnapState::snapped) continue;
        const auto ends = travel.ends_of_facility(facility);
        const double offroad = travel.offroad(facility);
        add_seed(seeds, travel.graph().columns().edge_from[facility.edge], row, offroad + ends.from);
        add_seed(seeds, travel.graph().columns().edge_to[facility.edge], row, offroad + ends.to);
    }
    return seeds;
}

KNearestLabels k_nearest_labels(const TravelCosts& travel, std::span<const Seed> seeds, std::size_t k, double limit,
                                const std::stop_token& stop) {
    const std::size_t nodes = travel.graph().nodes();
    KNearestLabels found{.k = k, .count = std::vector<std::uint32_t>(nodes, 0), .labels = {}};
    found.labels.resize(nodes * k);
    std::vector<QueuedLabel> heap;
    const auto offer = [&](std::uint32_t node, Label label) {
        if (label.cost > limit || found.count[node] == k) return;
        heap.push_back({label, node});
        std::push_heap(heap.begin(), heap.end(), std::greater{});
    };
    for (const Seed& seed : seeds) offer(seed.node, {seed.cost, seed.facility});
    StopCheck stop_check(stop);
    while (!heap.empty()) {
        stop_check.count();
        std::pop_heap(heap.begin(), heap.end(), std::greater{});
        const QueuedLabel next = heap.back();
        heap.pop_back();
        Label* const labels = found.labels.data() + next.node * k;
        std::uint32_t& count = found.count[next.node];
        const auto same = [&](const Label& label) { return label.facility == next.label.facility; };
        if (count == k || std::any_of(labels, labels + count, same)) continue;
        labels[count++] = next.label;
        for (const auto& step : travel.steps(next.node)) {
            offer(step.target, {next.label.cost + step.cost, next.label.facility});
        }
    }
    return found;
}

SingleSearch::SingleSearch(const TravelCosts& travel)
    : travel_(&travel),
      cost_(travel.graph().nodes(), infinity),
      previous_(travel.graph().nodes()),
      settled_(travel.graph().nodes(), 0) {}

void SingleSearch::offer(std::uint32_t node, double cost, double limit, Predecessor previous) {
    if (cost > limit || cost > cost_[node]) return;
    // Among ways of equal cost the one by the lower edge, so that paths do not depend on the order of the search.
    if (cost == cost_[node] && previous.edge >= previous_[node].edge) return;
    if (std::isinf(cost_[node])) touched_.push_back(node);
    const bool cheaper = cost < cost_[node];
    if (settled_[node] != 0 && !cheaper) return;
    cost_[node] = cost;
    previous_[node] = previous;
    if (!cheaper) return;
    heap_.push_back({cost, node});
    std::push_heap(heap_.begin(), heap_.end(), std::greater{});
}

void SingleSearch::run(std::span<const Seed> seeds, double limit, const std::stop_token& stop) {
    for (const std::uint32_t node : touched_) {
        cost_[node] = infinity;
        previous_[node] = {};
        settled_[node] = 0;
    }
    touched_.clear();
    reached_.clear();
    heap_.clear();
    for (const Seed& seed : seeds) offer(seed.node, seed.cost, limit, {});
    StopCheck stop_check(stop);
    while (!heap_.empty()) {
        stop_check.count();
        std::pop_heap(heap_.begin(), heap_.end(), std::greater{});
        const Entry next = heap_.back();
        heap_.pop_back();
        if (settled_[next.node] != 0) continue;
        settled_[next.node] = 1;
        reached_.push_back(next.node);
        for (const auto& step : travel_->steps(next.node)) {
            offer(step.target, next.cost + step.cost, limit, {next.node, step.edge});
        }
    }
}

}  // namespace sheltermap
