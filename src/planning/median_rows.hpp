// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/reach/reach.hpp"

#include "site_roles.hpp"
#include "site_selection.hpp"
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// What a choice costs: first the weight that reaches nothing, then the weight times cost of the others.
struct MedianCost {
    double lost = std::numeric_limits<double>::infinity();
    double cost = std::numeric_limits<double>::infinity();

    auto operator<=>(const MedianCost&) const = default;
};

/// Demand rows with at least one arc, those that are alike merged, in an order that does not depend on theirs.
class MedianRows {
public:
    MedianRows(const Reach& reach, std::span<const double> weight, const SiteRoles& roles);

    [[nodiscard]] std::size_t size() const noexcept { return weight_.size(); }
    [[nodiscard]] std::size_t sites() const noexcept { return roles_.facility.size(); }
    [[nodiscard]] const std::vector<double>& weight() const noexcept { return weight_; }
    /// Cost of a row that goes to no new site: to the nearest locked one; infinite where there is none.
    [[nodiscard]] const std::vector<double>& standing() const noexcept { return standing_; }
    /// Cost that nothing beyond the row's arcs can be below.
    [[nodiscard]] const std::vector<double>& floor() const noexcept { return floor_; }
    [[nodiscard]] MedianCost cost_of(std::span<const std::int32_t> sites) const;
    [[nodiscard]] bool all_whole() const noexcept { return all_whole_; }

    /// Calls `take(site, cost)` for the row's arcs that are cheaper than what stands, cheapest first.
    template <class Take>
    void for_each_arc(std::size_t row, Take take) const {
        const auto from = static_cast<std::size_t>(first_[row]);
        for (auto arc = static_cast<std::size_t>(reach_.offsets[from]);
             arc < static_cast<std::size_t>(reach_.offsets[from + 1]) && reach_.cost[arc] < standing_[row]; ++arc) {
            const std::int32_t site = roles_.number[as_index(reach_.facility[arc])];
            if (site >= 0) take(site, reach_.cost[arc]);
        }
    }

private:
    const Reach& reach_;
    const SiteRoles& roles_;
    std::vector<std::int32_t> first_;  // per merged row: a demand row
    std::vector<double> weight_, standing_, floor_;
    bool all_whole_ = true;
};

/// Arcs of the rows to some of the sites, renumbered. A cost that a narrower type cannot hold is rounded down, so that
/// bounds stay bounds.
template <class Site, class Cost>
struct MedianArcs {
    std::vector<std::int64_t> begin{0};
    std::vector<Site> site;
    std::vector<Cost> cost;
    std::vector<std::int32_t> number;  // per site here: its number among the candidates

    MedianArcs(const MedianRows& rows, std::span<const Decided> decided) {
        std::vector<std::int32_t> here(rows.sites(), -1);
        for (std::size_t each = 0; each < rows.sites(); ++each) {
            if (decided[each] == Decided::out) continue;
            here[each] = static_cast<std::int32_t>(number.size());
            number.push_back(static_cast<std::int32_t>(each));
        }
        std::int64_t count = 0;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            rows.for_each_arc(row, [&](std::int32_t each, double) { count += here[as_index(each)] >= 0 ? 1 : 0; });
        }
        site.reserve(static_cast<std::size_t>(count));
        cost.reserve(static_cast<std::size_t>(count));
        begin.reserve(rows.size() + 1);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            rows.for_each_arc(row, [&](std::int32_t each, double its) {
                if (here[as_index(each)] < 0) return;
                site.push_back(static_cast<Site>(here[as_index(each)]));
                auto narrow = static_cast<Cost>(its);
                if (static_cast<double>(narrow) > its) narrow = std::nextafter(narrow, Cost{0});
                cost.push_back(narrow);
            });
            begin.push_back(static_cast<std::int64_t>(site.size()));
        }
    }

    [[nodiscard]] std::size_t rows() const noexcept { return begin.size() - 1; }
    [[nodiscard]] std::size_t sites() const noexcept { return number.size(); }
    [[nodiscard]] std::span<const Site> sites_of(std::size_t row) const {
        return std::span(site).subspan(static_cast<std::size_t>(begin[row]),
                                       static_cast<std::size_t>(begin[row + 1] - begin[row]));
    }
    [[nodiscard]] std::span<const Cost> costs_of(std::size_t row) const {
        return std::span(cost).subspan(static_cast<std::size_t>(begin[row]),
                                       static_cast<std::size_t>(begin[row + 1] - begin[row]));
    }
};

}  // namespace sheltermap
