// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/network_reach.hpp"

#include "sheltermap/index/neighbour.hpp"

#include "base/memory.hpp"
#include "by_edge.hpp"
#include "network/search.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
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

constexpr Label no_label{std::numeric_limits<double>::infinity(), -1};

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

/// The ways from a demand row to its facilities: out by either end of its edge, or along it.
class WaysFromRows {
public:
    WaysFromRows(const TravelCosts& travel, std::span<const Snap> demand, std::span<const Snap> facilities)
        : travel_(travel),
          c_(travel.graph().columns()),
          demand_(demand),
          facilities_(facilities),
          facilities_on_(facilities),
          has_facility_(travel.graph().edges()) {
        for (const Snap& facility : facilities) {
            if (facility.state == SnapState::snapped) has_facility_[facility.edge] = true;
        }
    }

    /// Calls `add(cost, facility)` for the way to each label that `labels_at(node)` has, and to each on the same edge.
    template <class LabelsAt, class Add>
    void visit(const Snap& place, LabelsAt labels_at, Add add) const {
        const double offroad = travel_.offroad(place);
        const auto ends = travel_.ends_of_demand(place);
        for (const Label& label : labels_at(c_.edge_from[place.edge])) {
            add(label.cost + ends.from + offroad, label.facility);
        }
        for (const Label& label : labels_at(c_.edge_to[place.edge])) {
            add(label.cost + ends.to + offroad, label.facility);
        }
        if (!has_facility_[place.edge]) return;
        for (const std::int32_t facility : facilities_on_.on(place.edge)) {
            const Snap& there = facilities_[static_cast<std::size_t>(facility)];
            add(travel_.offroad(there) + travel_.along_edge(place, there) + offroad, facility);
        }
    }

    /// Asks for what a later row will need of its edge, as rows lie anywhere in the town.
    [[gnu::always_inline]] void expect_edge(std::size_t row) const {
        if (row >= demand_.size()) return;
        const std::uint32_t edge = demand_[row].edge;
        for (const auto* ends : {&c_.edge_from, &c_.edge_to}) prefetch(ends->data() + edge);
        for (const auto* speeds : {&c_.forward_m_s, &c_.backward_m_s}) prefetch(speeds->data() + edge);
        prefetch(c_.length_m.data() + edge);
    }
    /// The ends of its edge, where snapped.
    [[nodiscard]] std::array<std::uint32_t, 2> nodes(std::size_t row) const {
        if (row >= demand_.size() || demand_[row].state != SnapState::snapped) return {0, 0};
        return {c_.edge_from[demand_[row].edge], c_.edge_to[demand_[row].edge]};
    }

private:
    const TravelCosts& travel_;
    const GraphColumns<ReadColumn>& c_;
    std::span<const Snap> demand_;
    std::span<const Snap> facilities_;
    ByEdge facilities_on_;
    std::vector<bool> has_facility_;  // per edge
};

/// The one label of a node as a range; empty where nothing was reached.
struct OneLabel {
    Label label;
    [[nodiscard]] const Label* begin() const noexcept { return &label; }
    [[nodiscard]] const Label* end() const noexcept { return &label + (label.facility >= 0 ? 1 : 0); }
};

/// How many rows ahead memory is asked for: long enough to arrive, short enough to be there still.
constexpr std::size_t rows_ahead = 12;

/// The cheapest label of every demand row, the facility -1 where none is within the limit.
std::vector<Label> cheapest(const TravelCosts& travel, std::span<const Snap> demand, std::span<const Snap> facilities,
                            double limit, const Execution& execution) {
    const NearestLabels nearest = nearest_labels(travel, seeds_of(travel, facilities), limit, execution.stop);
    const WaysFromRows ways(travel, demand, facilities);
    std::vector<Label> found;
    reserve_in_large_pages(found, demand.size());
    found.assign(demand.size(), no_label);
    parallel_for(demand.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            ways.expect_edge(row + 2 * rows_ahead);
            for (const std::uint32_t node : ways.nodes(row + rows_ahead)) {
                prefetch(nearest.cost.data() + node);
                prefetch(nearest.facility.data() + node);
            }
            if (demand[row].state != SnapState::snapped) continue;
            Label best = no_label;
            ways.visit(
                demand[row], [&](std::uint32_t node) { return OneLabel{{nearest.cost[node], nearest.facility[node]}}; },
                [&](double cost, std::int32_t facility) { best = std::min(best, Label{cost, facility}); });
            if (best.cost <= limit && !std::isinf(best.cost)) found[row] = best;
        }
    });
    return found;
}

std::vector<std::vector<Label>> k_cheapest(const TravelCosts& travel, std::span<const Snap> demand,
                                           std::span<const Snap> facilities, const NetworkReachOptions& options,
                                           const Execution& execution) {
    const std::size_t k = std::min(options.k, facilities.size());
    const KNearestLabels nearest =
        k_nearest_labels(travel, seeds_of(travel, facilities), k, options.limit, execution.stop);
    const WaysFromRows ways(travel, demand, facilities);
    std::vector<std::vector<Label>> found(demand.size());
    parallel_for(demand.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            if (demand[row].state != SnapState::snapped) continue;
            ways.visit(
                demand[row],
                [&](std::uint32_t node) { return std::span(nearest.labels).subspan(node * k, nearest.count[node]); },
                [&](double cost, std::int32_t facility) {
                    if (cost <= options.limit && !std::isinf(cost)) found[row].push_back({cost, facility});
                });
            tidy(found[row], options.k);
        }
    });
    return found;
}

/// The labels of all demand rows, one row after the other.
struct LabelRows {
    std::vector<std::size_t> offsets;
    std::vector<Label> labels;
    [[nodiscard]] std::span<Label> of(std::size_t row) {
        return std::span(labels).subspan(offsets[row], offsets[row + 1] - offsets[row]);
    }
};

/// Every facility within the limit: one search from each, several at a time.
class AllWithin {
public:
    AllWithin(const TravelCosts& travel, std::span<const Snap> demand, std::span<const Snap> facilities, double limit)
        : travel_(travel), demand_(demand), facilities_(facilities), limit_(limit), demand_on_(demand) {}

    LabelRows run(const Execution& execution) {
        std::vector<std::vector<Label>> of_facility(facilities_.size());  // here `facility` is the demand row
        parallel_for(facilities_.size(), 1, execution, [&](std::size_t row, std::size_t) {
            const auto search = borrow();
            of_facility[row] = reached_by(row, *search, execution.stop);
            give_back(search);
        });
        LabelRows found;
        found.offsets.assign(demand_.size() + 1, 0);
        for (const auto& labels : of_facility) {
            for (const Label& label : labels) ++found.offsets[static_cast<std::size_t>(label.facility) + 1];
        }
        std::partial_sum(found.offsets.begin(), found.offsets.end(), found.offsets.begin());
        found.labels.resize(found.offsets.back());
        std::vector<std::size_t> next(found.offsets.begin(), found.offsets.end() - 1);
        for (std::size_t row = 0; row < facilities_.size(); ++row) {
            for (const Label& label : of_facility[row]) {
                const std::size_t at = next[static_cast<std::size_t>(label.facility)]++;
                found.labels[at] = {label.cost, static_cast<std::int32_t>(row)};
            }
            of_facility[row] = {};  // its memory is not needed twice
        }
        parallel_for(demand_.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
            for (std::size_t row = begin; row < end; ++row) std::ranges::sort(found.of(row));
        });
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

    const TravelCosts& travel_;
    std::span<const Snap> demand_;
    std::span<const Snap> facilities_;
    double limit_;
    ByEdge demand_on_;
    std::mutex mutex_;
    std::vector<Search> idle_;
};

/// Why a row has no answer that needs no search: without a place of its own, or of any facility, or of either's street.
Reason reason_without_way(SnapState state, bool any_facility) {
    if (state == SnapState::missing_geometry) return Reason::missing_geometry;
    if (!any_facility) return Reason::no_facility;
    return state == SnapState::not_snapped ? Reason::not_snapped : Reason::no_path;
}

bool any_is(std::span<const Snap> snaps, SnapState state) {
    return std::any_of(snaps.begin(), snaps.end(), [&](const Snap& snap) { return snap.state == state; });
}

/// The labels of every demand row, cheapest first.
class LabelsOfRows {
public:
    LabelsOfRows(const TravelCosts& travel, std::span<const Snap> demand, std::span<const Snap> facilities,
                 const NetworkReachOptions& options, const Execution& execution) {
        if (options.k == 1) {
            one_ = cheapest(travel, demand, facilities, options.limit, execution);
        } else if (options.k == all_places) {
            all_ = AllWithin(travel, demand, facilities, options.limit).run(execution);
        } else {
            many_ = k_cheapest(travel, demand, facilities, options, execution);
        }
    }
    [[nodiscard]] std::span<const Label> of(std::size_t row) {
        if (!all_.offsets.empty()) return all_.of(row);
        if (one_.empty()) return many_[row];
        return {&one_[row], one_[row].facility >= 0 ? 1U : 0U};
    }
    /// How many there are, where they were counted.
    [[nodiscard]] std::size_t known_pairs() const noexcept { return all_.labels.size(); }

private:
    std::vector<Label> one_;
    std::vector<std::vector<Label>> many_;
    LabelRows all_;
};

}  // namespace

Reach network_reach(const TravelGraph& travel_graph, std::span<const Snap> demand, std::span<const Snap> facilities,
                    const NetworkReachOptions& options, const Execution& execution) {
    const TravelCosts& travel = travel_graph.costs();
    require_limits(options);
    const bool any_snapped = any_is(facilities, SnapState::snapped);
    const bool any_facility = any_snapped || any_is(facilities, SnapState::not_snapped);
    LabelsOfRows found(travel, demand, facilities, options, execution);
    Reach reach;
    reach.unit = travel.options().unit;
    reach.limit = options.limit;
    reach.reason.assign(demand.size(), Reason::reached);
    reserve_in_large_pages(reach.offsets, demand.size() + 1);
    reserve_in_large_pages(reach.facility, std::max(demand.size(), found.known_pairs()));
    reserve_in_large_pages(reach.cost, std::max(demand.size(), found.known_pairs()));
    std::vector<std::size_t> open;  // rows for which only a search without a limit tells why
    for (std::size_t row = 0; row < demand.size(); ++row) {
        const auto labels = found.of(row);
        for (const Label& label : labels) {
            reach.facility.push_back(label.facility);
            reach.cost.push_back(label.cost);
        }
        reach.offsets.push_back(static_cast<std::int64_t>(reach.facility.size()));
        if (!labels.empty()) continue;
        if (demand[row].state != SnapState::snapped || !any_snapped) {
            reach.reason[row] = reason_without_way(demand[row].state, any_facility);
        } else {
            open.push_back(row);
        }
    }
    if (open.empty()) return reach;
    std::vector<Label> without_limit(demand.size(), no_label);
    if (!std::isinf(options.limit)) {
        without_limit = cheapest(travel, demand, facilities, std::numeric_limits<double>::infinity(), execution);
    }
    for (const std::size_t row : open) {
        reach.reason[row] = without_limit[row].facility >= 0 ? Reason::too_far : Reason::no_path;
    }
    return reach;
}

}  // namespace sheltermap
