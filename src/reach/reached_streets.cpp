// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/reached_streets.hpp"

#include "by_edge.hpp"
#include "network/search.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <stdexcept>

namespace sheltermap {
namespace {

/// Ends nearer than this to a point where an edge is cut anyway are that point.
constexpr double least_stretch_m = 1e-6;

/// Where one gets on an edge, at a node or at a facility.
struct Origin {
    double at_m;
    double cost;
    std::int32_t facility;
};

/// A way along an edge: what every further metre costs, from its origin to the end of what is open.
struct Way {
    Origin from;
    double slope;  ///< negative where it is gone against the edge
    double low_m, high_m;

    [[nodiscard]] double cost(double at_m) const noexcept { return from.cost + (at_m - from.at_m) * slope; }
};

/// One edge: the cheapest way at each of its points.
class EdgeCutter {
public:
    EdgeCutter(std::span<const double> limits, std::vector<ReachedStretch>& found) : limits_(limits), found_(found) {}

    void cut(std::uint32_t edge, double length_m, const TravelGraph::Outwards& outwards,
             std::span<const Origin> origins) {
        edge_ = edge;
        const double open_first = std::min(outwards.open_from_first_m, length_m);
        const double open_last = std::max(length_m - outwards.open_from_last_m, 0.0);
        ends_ = {0, open_first, open_last, length_m};
        for (const Origin& origin : origins) ends_.push_back(origin.at_m);
        std::sort(ends_.begin(), ends_.end());
        ends_.erase(std::unique(ends_.begin(), ends_.end()), ends_.end());
        candidates_.assign(ends_.size() - 1, {});
        // What is open ends at a node or at a closure, so that of the ways that end at the same point the one that is
        // cheapest anywhere is cheapest wherever it leads.
        const double along = outwards.along_per_metre;
        const double against = outwards.against_per_metre;
        collect(origins, along, open_first, true, [&](const Origin& o) { return o.at_m <= open_first; });
        collect(origins, along, length_m, true, [&](const Origin& o) { return o.at_m >= open_last; });
        collect(origins, -against, 0, false, [&](const Origin& o) { return o.at_m <= open_first; });
        collect(origins, -against, open_last, false, [&](const Origin& o) { return o.at_m >= open_last; });
        for (std::size_t i = 0; i + 1 < ends_.size(); ++i) between(ends_[i], ends_[i + 1], candidates_[i]);
    }

private:
    using Candidates = std::array<std::optional<Way>, 4>;

    /// Spreads the ways in one direction that end at the same point over the pieces between origins.
    template <class Starts>
    void collect(std::span<const Origin> origins, double slope, double end_m, bool along, Starts starts) {
        if (std::isinf(slope)) return;
        ordered_.clear();
        for (const Origin& origin : origins) {
            if (starts(origin)) ordered_.push_back(origin);
        }
        std::sort(ordered_.begin(), ordered_.end(),
                  [&](const Origin& a, const Origin& b) { return along ? a.at_m < b.at_m : a.at_m > b.at_m; });
        std::optional<Way> best;
        auto next = ordered_.begin();
        for (std::size_t step = 0; step < candidates_.size(); ++step) {
            const std::size_t piece = along ? step : candidates_.size() - 1 - step;
            const double here = ends_[along ? piece : piece + 1];
            if (along ? here >= end_m : here <= end_m) return;
            for (; next != ordered_.end() && (along ? next->at_m <= here : next->at_m >= here); ++next) {
                const Way way{*next, slope, along ? next->at_m : end_m, along ? end_m : next->at_m};
                if (!best || comes_before(way, *best, here)) best = way;
            }
            if (!best) continue;
            Candidates& at = candidates_[piece];
            *std::find(at.begin(), at.end(), std::nullopt) = best;
        }
    }

    static bool comes_before(const Way& a, const Way& b, double at_m) {
        const double cost = a.cost(at_m);
        const double other = b.cost(at_m);
        return cost < other || (cost == other && a.from.facility < b.from.facility);
    }

    /// Cuts a piece without an origin in it where ways become the cheapest or reach a limit.
    void between(double low_m, double high_m, const Candidates& candidates) {
        cuts_.assign(1, low_m);
        const auto add = [&](double at_m) {
            if (at_m > low_m + least_stretch_m && at_m < high_m - least_stretch_m) cuts_.push_back(at_m);
        };
        for (std::size_t i = 0; i < candidates.size() && candidates[i]; ++i) {
            const Way& way = *candidates[i];
            for (const double limit : limits_) add(way.from.at_m + (limit - way.from.cost) / way.slope);
            for (std::size_t j = 0; j < i; ++j) {
                const Way& other = *candidates[j];
                if (other.slope == way.slope) continue;
                add(low_m + (other.cost(low_m) - way.cost(low_m)) / (way.slope - other.slope));
            }
        }
        std::sort(cuts_.begin(), cuts_.end());
        const auto near = [](double a, double b) { return b - a < least_stretch_m; };
        cuts_.erase(std::unique(cuts_.begin(), cuts_.end(), near), cuts_.end());
        cuts_.push_back(high_m);
        for (std::size_t i = 0; i + 1 < cuts_.size(); ++i) append(cuts_[i], cuts_[i + 1], candidates);
    }

    void append(double begin_m, double end_m, const Candidates& candidates) {
        const double middle = begin_m + (end_m - begin_m) / 2;
        const Way* best = nullptr;
        for (const auto& way : candidates) {
            if (way && (best == nullptr || comes_before(*way, *best, middle))) best = &*way;
        }
        if (best == nullptr) return;
        const auto limit = std::lower_bound(limits_.begin(), limits_.end(), best->cost(middle));
        if (limit == limits_.end()) return;
        const ReachedStretch stretch{.edge = edge_,
                                     .facility = best->from.facility,
                                     .limit = static_cast<std::uint32_t>(limit - limits_.begin()),
                                     .begin_m = begin_m,
                                     .end_m = end_m,
                                     .begin_cost = best->cost(begin_m),
                                     .end_cost = best->cost(end_m)};
        if (goes_on(stretch)) {
            found_.back().end_m = end_m;
            found_.back().end_cost = stretch.end_cost;
        } else {
            found_.push_back(stretch);
        }
    }

    /// Whether a stretch only carries on the last one: it was cut where an origin turned out not to matter.
    [[nodiscard]] bool goes_on(const ReachedStretch& stretch) const {
        if (found_.empty()) return false;
        const ReachedStretch& last = found_.back();
        return last.edge == stretch.edge && last.facility == stretch.facility && last.limit == stretch.limit &&
               last.end_m == stretch.begin_m && last.end_cost == stretch.begin_cost &&
               (last.begin_cost < last.end_cost) == (stretch.begin_cost < stretch.end_cost);
    }

    std::span<const double> limits_;
    std::vector<ReachedStretch>& found_;
    std::uint32_t edge_ = 0;
    std::vector<double> ends_, cuts_;
    std::vector<Candidates> candidates_;  // per piece between ends, the first ones used
    std::vector<Origin> ordered_;
};

void require_limits(std::span<const double> limits) {
    for (std::size_t i = 0; i < limits.size(); ++i) {
        if (!(limits[i] >= 0) || std::isinf(limits[i])) {
            throw std::invalid_argument("a limit must be finite and not negative");
        }
        if (i > 0 && !(limits[i - 1] < limits[i])) throw std::invalid_argument("limits must ascend");
    }
}

}  // namespace

std::vector<ReachedStretch> reached_streets(const TravelGraph& travel, std::span<const Snap> facilities,
                                            std::span<const double> limits, const Execution& execution) {
    require_limits(limits);
    if (limits.empty()) return {};
    const NearestLabels nearest = nearest_labels(travel, seeds_of(travel, facilities), limits.back(), execution.stop);
    const ByEdge facilities_on(facilities);
    const auto& columns = travel.graph().columns();
    const std::size_t edges = travel.graph().edges();
    std::vector<std::vector<ReachedStretch>> blocks((edges + rows_per_block - 1) / rows_per_block);
    parallel_for(edges, rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        EdgeCutter cutter(limits, blocks[begin / rows_per_block]);
        std::vector<Origin> origins;
        for (auto edge = static_cast<std::uint32_t>(begin); edge < end; ++edge) {
            origins.clear();
            const double length = columns.length_m[edge];
            const auto add = [&](double at_m, double cost, std::int32_t facility) {
                if (cost <= limits.back()) origins.push_back({at_m, cost, facility});
            };
            const auto from = columns.edge_from[edge];
            const auto to = columns.edge_to[edge];
            add(0, nearest.cost[from], nearest.facility[from]);
            add(length, nearest.cost[to], nearest.facility[to]);
            for (const std::int32_t row : facilities_on.on(edge)) {
                const Snap& facility = facilities[static_cast<std::size_t>(row)];
                add(std::clamp(facility.offset_m, 0.0, length), travel.offroad(facility), row);
            }
            if (!origins.empty()) cutter.cut(edge, length, travel.outwards(edge), origins);
        }
    });
    std::vector<ReachedStretch> found;
    for (const auto& block : blocks) found.insert(found.end(), block.begin(), block.end());
    return found;
}

}  // namespace sheltermap
