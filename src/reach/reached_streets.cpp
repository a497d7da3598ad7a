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

/// A way along a part of an edge: what every further metre costs from its origin on.
struct CostAlongEdge {
    Origin from;
    double slope;  ///< negative where it is gone against the edge

    [[nodiscard]] double cost(double at_m) const noexcept { return from.cost + (at_m - from.at_m) * slope; }
};

/// One edge: the cheapest way at each of its points.
class EdgeCutter {
public:
    EdgeCutter(std::span<const double> limits, std::vector<ReachedStretch>& found) : limits_(limits), found_(found) {}

    void cut(std::uint32_t edge, std::span<const TravelCosts::Outwards> parts, std::span<const Origin> origins) {
        edge_ = edge;
        origins_ = origins;
        carry(parts);
        for (std::size_t i = 0; i < parts.size(); ++i) cut(parts[i], carried_[i]);
    }

private:
    using Candidates = std::array<std::optional<CostAlongEdge>, 2>;
    using Part = TravelCosts::Outwards;

    /// The cheapest way into a part at its begin and at its end, out of the parts beside it.
    struct Carried {
        std::optional<Origin> at_begin, at_end;
    };

    void carry(std::span<const Part> parts) {
        carried_.assign(parts.size(), {});
        const auto goes_on = [&](std::size_t i) { return parts[i].end_open && parts[i].end_m == parts[i + 1].begin_m; };
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            if (goes_on(i)) carried_[i + 1].at_begin = cheapest_at(parts[i].end_m, parts[i], carried_[i].at_begin);
        }
        for (std::size_t i = parts.size(); i-- > 1;) {
            if (goes_on(i - 1)) carried_[i - 1].at_end = cheapest_at(parts[i].begin_m, parts[i], carried_[i].at_end);
        }
    }

    [[nodiscard]] static bool starts_in(const Origin& origin, const Part& part) {
        if (origin.at_m == part.begin_m) return part.begin_open;
        if (origin.at_m == part.end_m) return part.end_open;
        return origin.at_m > part.begin_m && origin.at_m < part.end_m;
    }

    /// The cheapest way through a part to one of its ends, from its origins and from its other end.
    [[nodiscard]] std::optional<Origin> cheapest_at(double end_m, const Part& part,
                                                    const std::optional<Origin>& entry) const {
        const double slope = end_m == part.end_m ? part.along_per_metre : part.against_per_metre;
        std::optional<Origin> best;
        if (std::isinf(slope)) return best;
        const auto offer = [&](const Origin& from) {
            const Origin here{end_m, from.cost + std::abs(end_m - from.at_m) * slope, from.facility};
            if (!best || std::pair(here.cost, here.facility) < std::pair(best->cost, best->facility)) best = here;
        };
        for (const Origin& origin : origins_) {
            if (starts_in(origin, part)) offer(origin);
        }
        if (entry) offer(*entry);
        return best;
    }

    void cut(const Part& part, const Carried& carried) {
        starts_.clear();
        for (const Origin& origin : origins_) {
            if (starts_in(origin, part)) starts_.push_back(origin);
        }
        for (const auto& each : {carried.at_begin, carried.at_end}) {
            if (each) starts_.push_back(*each);
        }
        if (starts_.empty()) return;
        first_of_part_ = found_.size();
        ends_ = {part.begin_m, part.end_m};
        for (const Origin& origin : starts_) ends_.push_back(origin.at_m);
        std::sort(ends_.begin(), ends_.end());
        ends_.erase(std::unique(ends_.begin(), ends_.end()), ends_.end());
        candidates_.assign(ends_.size() - 1, {});
        // All ways in one direction go on to the end of the part, so that of those the one that is cheapest anywhere is
        // cheapest wherever it leads.
        collect(part.along_per_metre, true);
        collect(-part.against_per_metre, false);
        for (std::size_t i = 0; i + 1 < ends_.size(); ++i) between(ends_[i], ends_[i + 1], candidates_[i]);
    }

    /// Spreads the ways in one direction over the pieces between origins.
    void collect(double slope, bool along) {
        if (std::isinf(slope)) return;
        std::sort(starts_.begin(), starts_.end(),
                  [&](const Origin& a, const Origin& b) { return along ? a.at_m < b.at_m : a.at_m > b.at_m; });
        std::optional<CostAlongEdge> best;
        auto next = starts_.begin();
        for (std::size_t step = 0; step < candidates_.size(); ++step) {
            const std::size_t piece = along ? step : candidates_.size() - 1 - step;
            const double here = ends_[along ? piece : piece + 1];
            for (; next != starts_.end() && (along ? next->at_m <= here : next->at_m >= here); ++next) {
                const CostAlongEdge way{*next, slope};
                if (!best || comes_before(way, *best, here)) best = way;
            }
            if (best) candidates_[piece][along ? 0 : 1] = best;
        }
    }

    static bool comes_before(const CostAlongEdge& a, const CostAlongEdge& b, double at_m) {
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
        for (const auto& way : candidates) {
            if (!way) continue;
            for (const double limit : limits_) add(way->from.at_m + (limit - way->from.cost) / way->slope);
        }
        if (const auto& [there, back] = candidates; there && back) {
            add(low_m + (there->cost(low_m) - back->cost(low_m)) / (back->slope - there->slope));
        }
        std::sort(cuts_.begin(), cuts_.end());
        const auto near = [](double a, double b) { return b - a < least_stretch_m; };
        cuts_.erase(std::unique(cuts_.begin(), cuts_.end(), near), cuts_.end());
        cuts_.push_back(high_m);
        for (std::size_t i = 0; i + 1 < cuts_.size(); ++i) append(cuts_[i], cuts_[i + 1], candidates);
    }

    void append(double begin_m, double end_m, const Candidates& candidates) {
        const double middle = begin_m + (end_m - begin_m) / 2;
        const CostAlongEdge* best = nullptr;
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

    /// Whether a stretch only carries on the last one of its part: it was cut where an origin turned out not to matter.
    [[nodiscard]] bool goes_on(const ReachedStretch& stretch) const {
        if (found_.size() == first_of_part_) return false;
        const ReachedStretch& last = found_.back();
        return last.facility == stretch.facility && last.limit == stretch.limit && last.end_m == stretch.begin_m &&
               last.end_cost == stretch.begin_cost &&
               (last.begin_cost < last.end_cost) == (stretch.begin_cost < stretch.end_cost);
    }

    std::span<const double> limits_;
    std::vector<ReachedStretch>& found_;
    std::uint32_t edge_ = 0;
    std::span<const Origin> origins_;
    std::size_t first_of_part_ = 0;  // in what was found
    std::vector<Carried> carried_;   // per part
    std::vector<Origin> starts_;     // of one part
    std::vector<double> ends_, cuts_;
    std::vector<Candidates> candidates_;  // per piece between ends, along the edge and against it
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

std::vector<ReachedStretch> reached_streets(const TravelGraph& travel_graph, std::span<const Snap> facilities,
                                            std::span<const double> limits, const Execution& execution) {
    const TravelCosts& travel = travel_graph.costs();
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
        std::vector<TravelCosts::Outwards> parts;
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
            if (origins.empty()) continue;
            travel.outwards(edge, parts);
            cutter.cut(edge, parts, origins);
        }
    });
    std::vector<ReachedStretch> found;
    for (const auto& block : blocks) found.insert(found.end(), block.begin(), block.end());
    return found;
}

}  // namespace sheltermap
