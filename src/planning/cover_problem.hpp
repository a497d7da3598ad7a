// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/reach/reach.hpp"

#include "site_roles.hpp"
#include "site_selection.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Rows that want sites within a limit, those that want the same merged: a row whose `need` is not met costs its
/// weight, a site that is chosen its price. Both are whole numbers, whose sums are exact in doubles.
struct CoverProblem {
    std::vector<std::int64_t> row_begin{0};   // size rows + 1
    std::vector<std::int32_t> row_site;       // ascending within a row
    std::vector<std::int64_t> site_begin{0};  // size sites + 1
    std::vector<std::int32_t> site_row;       // ascending within a site
    std::vector<double> weight;               // per row
    std::vector<std::int32_t> need;           // per row: how many sites it wants
    std::vector<double> price;                // per site
    SiteLimits limits;
    double unit = 1;  // weights and prices are multiples of it

    [[nodiscard]] std::size_t rows() const noexcept { return weight.size(); }
    [[nodiscard]] std::size_t sites() const noexcept { return price.size(); }
    [[nodiscard]] std::span<const std::int32_t> sites_of(std::size_t row) const {
        return std::span(row_site).subspan(static_cast<std::size_t>(row_begin[row]),
                                           static_cast<std::size_t>(row_begin[row + 1] - row_begin[row]));
    }
    [[nodiscard]] std::span<const std::int32_t> rows_of(std::size_t site) const {
        return std::span(site_row).subspan(static_cast<std::size_t>(site_begin[site]),
                                           static_cast<std::size_t>(site_begin[site + 1] - site_begin[site]));
    }
};

/// The rows of a reach that want a site and can have it, as such a problem.
class CoverRows {
public:
    /// Which rows want what: `copies` facilities within the limit, locked ones counting.
    CoverRows(const Reach& reach, double limit, const SiteRoles& roles) : reach_(reach), limit_(limit), roles_(roles) {}

    /// Adds all rows with the (whole) weights that they cost where they have less than so many.
    void add(std::span<const double> weight, int copies);
    /// The problem without prices and limits.
    [[nodiscard]] CoverProblem merged() const;

private:
    const Reach& reach_;
    double limit_;
    const SiteRoles& roles_;
    Reach wanted_;  // candidates by number, and behind them what else tells rows apart
    std::vector<double> weight_;
    std::vector<std::int32_t> need_;
};

/// Factor that makes the values whole: 1 where they are already; else a power of two, and the rest is rounded away.
[[nodiscard]] double whole_scale(std::span<const double> values);
[[nodiscard]] std::vector<double> scaled(std::span<const double> values, double scale);
/// What all values are multiples of; 0 where there are none.
[[nodiscard]] double common_unit(std::span<const double> values, double unit = 0);

}  // namespace sheltermap
