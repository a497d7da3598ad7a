// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/network_reach.hpp"

#include "sheltermap/index/neighbour.hpp"

#include "by_edge.hpp"
#include "network/search.hpp"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

void require_limits(const NetworkReachOptions& options) {
    if (options.k == 0) throw std::invalid_argument("k must be at least 1");
    if (!(options.limit >= 0)) throw std::invalid_argument("a limit must not be negative");
    if (options.k == all_places && std::isinf(options.limit)) {
        throw std::invalid_argument("give k or a limit: every demand row with every facility is never wanted");
    }
}

/// What one demand row reaches, the same facility perhaps several times: sorted, each once, the k cheapest.
void tidy(std::vector<Label>& labels, std::size_t k) {
    std::sort(labels.begin(), labels.end());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < labels.size() && kept < k; ++i) {
        const auto end = labels.begin() + static_cast<std::ptrdiff_t>(kept);
        const auto same = [&](const Label& label) { return label.facility == labels[i].facility; };
        if (std::none_of(labels.begin(), end, same)) labels[kept++] = labels[i];
    }
    labels.resize(kept);
}

/// The one label of a node as a range; empty where nothing was reached.
struct OneLabel {
    Label label;
    [[nodiscard]] const Label* begin() const noexcept { return &label; }
    [[nodiscard]] const Label* end() const noexcept { return &label + (label.facility >= 0 ? 1 : 0); }
};

/// The labels of every demand row from those of the nodes, which `labels_at(node)` gives.
template <class LabelsAt>
std::vector<std::vector<Label>> from_nodes(const TravelGraph& travel, std::span<const Snap> demand,
                                           std::span<const Snap> facilities, const NetworkReachOptions& options,
                                           const Execution& execution, LabelsAt labels_at) {
    const ByEdge facilities_on(facilities);
    const auto& columns = travel.graph().columns();
    std::vector<std::vector<Label>> found(demand.size());
    parallel_for(demand.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            const Snap& place = demand[row];
            if (place.state != SnapState::snapped) continue;
            const double offroad = travel.offroad(place);
            const auto add = [&](double cost, std::int32_t facility) {
                if (cost <= options.limit && !std::isinf(cost)) found[row].push_back({cost, facility});
            };
            const auto ends = travel.ends_of_demand(place);
            for (const Label& label : labels_at(columns.edge_from[place.edge])) {
                add(label.cost + ends.from + offroad, label.facility);
            }
            for (const Label& label : labels_at(columns.edge_to[place.edge])) {
                add(label.cost + ends.to + offroad, label.facility);
            }
            for (const std::int32_t facility : facilities_on.on(place.edge)) {
                const Snap& there = facilities[static_cast<std::size_t>(facility)];
                add(travel.offroad(there) + travel.along_edge(place, there) + offroad, facility);
            }
            tidy(found[row], options.k);
        }
    });
    return found;
}

std::vector<std::vector<Label>> nearest_ones(const TravelGraph& travel, std::span<const Snap> demand,
                                             std::span<const Snap> facilities, const NetworkReachOptions& options,
                                             const Execution& execution) {
    const auto seeds = seeds_of(travel, facilities);
    if (options.k == 1) {
        const NearestLabels nearest = nearest_labels(travel, seeds, options.limit, execution.stop);
        return from_nodes(travel, demand, facilities, options, execution,
                          [&](std::uint32_t node) { return OneLabel{{nearest.cost[node], nearest.facility[node]}}; });
    }
    const std::size_t k = std::min(options.k, facilities.size());
    const KNearestLabels nearest = k_nearest_labels(travel, seeds, k, options.limit, execution.stop);
    return from_nodes(travel, demand, facilities, options, execution, [&](std::uint32_t node) {
        return std::span(nearest.labels).subspan(node * k, nearest.count[node]);
    });
}

/// Every facility within the limit: one search from each, several at a time.
class AllWithin {
public:
    AllWithin(const TravelGraph& travel, std::span<const Snap> demand, std::span<const Snap> facilities, double limit)
        : travel_(travel), demand_(demand), facilities_(facilities), limit_(limit), demand_on_(demand) {}

    std::vector<std::vector<Label>> run(const Execution& execution) {
        std::vector<std::vector<Label>> of_facility(facilities_.size());  // here `facility` is the demand row
        parallel_for(facilities_.size(), 1, execution, [&](std::size_t row, std::size_t) {
            const auto search = borrow();
            of_facility[row] = reached_by(row, *search, execution.stop);
            give_back(search);
        });
        std::vector<std::vector<Label>> found(demand_.size());
        for (std::size_t row = 0; row < facilities_.size(); ++row) {
            for (const Label& label : of_facility[row]) {
                found[static_cast<std::size_t>(label.facility)].push_back({label.cost, static_cast<std::int32_t>(row)});
            }
            of_facility[row] = {};  // its memory is not needed twice
        }
        for (auto& labels : found) std::sort(labels.begin(), labels.end());
        return found;
    }

private:
    using Search = std::shared_ptr<SingleSearch>;

    Search borrow() {
        const std::scoped_lock lock(mutex_);
        if (idle_.empty()) return std::make_shared<SingleSearch>(travel_);
        Search search = idle_.back();
        idle_.pop_back();
        return search;
    }
    void give_back(Search search) {
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(search));
    }

    /// The demand rows within the limit of a facility.
    std::vector<Label> reached_by(std::size_t facility_row, SingleSearch& search, const std::stop_token& stop) const {
        const Snap& facility = facilities_[facility_row];
        if (facility.state != SnapState::snapped) return {};
        search.run(seeds_of(travel_, {&facility, 1}), limit_, stop);
        std::vector<Label> found;
        const auto& columns = travel_.graph().columns();
        const auto look_at = [&](std::uint32_t edge) {
            for (const std::int32_t row : demand_on_.on(edge)) {
                const Snap& place = demand_[static_cast<std::size_t>(row)];
                const auto ends = travel_.ends_of_demand(place);
                const double offroad = travel_.offroad(place);
                const double cost =
                    std::min({search.cost(columns.edge_from[edge]) + ends.from + offroad,
                              search.cost(columns.edge_to[edge]) + ends.to + offroad,
                              travel_.offroad(facility) + travel_.along_edge(place, facility) + offroad});
                if (cost <= limit_) found.push_back({cost, row});
            }
        };
        for (const std::uint32_t node : search.reached()) {
            for (const Arc& arc : travel_.graph().arcs(node)) {
                if (arc.edge() == facility.edge) continue;
                // An edge whose two ends were reached is looked at once, from its first node; a loop has two arcs
                // there.
                const bool from_here = !arc.against() || std::isinf(search.cost(columns.edge_from[arc.edge()]));
                if (from_here) look_at(arc.edge());
            }
        }
        look_at(facility.edge);
        return found;
    }

    const TravelGraph& travel_;
    std::span<const Snap> demand_;
    std::span<const Snap> facilities_;
    double limit_;
    ByEdge demand_on_;
    std::mutex mutex_;
    std::vector<Search> idle_;
};

Reason reason_without_way(SnapState state, bool any_facility) {
    if (state == SnapState::missing_geometry) return Reason::missing_geometry;
    if (!any_facility) return Reason::no_facility;
    return Reason::not_snapped;
}

/// Whether each demand row could reach a facility if there were no limit.
std::vector<std::uint8_t> has_a_path(const TravelGraph& travel, std::span<const Snap> demand,
                                     std::span<const Snap> facilities, const Execution& execution) {
    const auto labels = nearest_ones(travel, demand, facilities, {.k = 1}, execution);
    std::vector<std::uint8_t> reached(demand.size());
    std::transform(labels.begin(), labels.end(), reached.begin(), [](const auto& row) { return row.empty() ? 0 : 1; });
    return reached;
}

}  // namespace

Reach network_reach(const TravelGraph& travel, std::span<const Snap> demand, std::span<const Snap> facilities,
                    const NetworkReachOptions& options, const Execution& execution) {
    require_limits(options);
    const bool any_facility = std::any_of(facilities.begin(), facilities.end(),
                                          [](const Snap& snap) { return snap.state == SnapState::snapped; });
    const auto labels = options.k == all_places ? AllWithin(travel, demand, facilities, options.limit).run(execution)
                                                : nearest_ones(travel, demand, facilities, options, execution);
    Reach reach;
    reach.unit = travel.options().unit;
    reach.limit = options.limit;
    reach.reason.resize(demand.size());
    std::vector<std::size_t> open;  // rows for which only a search without a limit tells why
    for (std::size_t row = 0; row < demand.size(); ++row) {
        for (const Label& label : labels[row]) {
            reach.facility.push_back(label.facility);
            reach.cost.push_back(label.cost);
        }
        reach.offsets.push_back(static_cast<std::int64_t>(reach.facility.size()));
        reach.reason[row] = Reason::reached;
        if (!labels[row].empty()) continue;
        if (demand[row].state != SnapState::snapped || !any_facility) {
            reach.reason[row] = reason_without_way(demand[row].state, any_facility);
        } else {
            open.push_back(row);
        }
    }
    if (open.empty()) return reach;
    std::vector<std::uint8_t> could(demand.size(), 0);
    if (!std::isinf(options.limit)) could = has_a_path(travel, demand, facilities, execution);
    for (const std::size_t row : open) reach.reason[row] = could[row] != 0 ? Reason::too_far : Reason::no_path;
    return reach;
}

}  // namespace sheltermap
