// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cover_problem.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// A choice of sites and what changing it would bring, kept up to date site by site.
class CoverChoice {
public:
    explicit CoverChoice(const CoverProblem& problem);

    void add(std::int32_t site);
    void remove(std::int32_t site);
    void reset(std::span<const std::int32_t> sites);

    [[nodiscard]] const CoverProblem& problem() const noexcept { return problem_; }
    [[nodiscard]] double cost() const noexcept { return cost_; }
    [[nodiscard]] const std::vector<std::int32_t>& sites() const noexcept { return chosen_; }
    [[nodiscard]] bool has(std::int32_t site) const { return place_[static_cast<std::size_t>(site)] >= 0; }
    [[nodiscard]] bool allows(std::int32_t site) const;
    [[nodiscard]] bool allows_swap(std::int32_t in, std::int32_t out) const;
    /// By how much adding the site lowers the cost, or removing it raises it, its own price included.
    [[nodiscard]] double worth(std::int32_t site) const {
        return weight_[static_cast<std::size_t>(site)] - problem_.price[static_cast<std::size_t>(site)];
    }
    [[nodiscard]] std::span<const double> weights() const noexcept { return weight_; }
    /// The weight of the rows that want more than the site alone can give, and the site is one of them.
    [[nodiscard]] double promise(std::int32_t site) const;
    /// Adds to `change`, per chosen site, what removing it changes in the worth of adding `in`; the sites touched.
    void changes_of_swap(std::int32_t in, std::vector<double>& change, std::vector<std::int32_t>& touched) const;
    /// How many arcs were looked at.
    [[nodiscard]] std::int64_t work() const noexcept { return work_; }

private:
    void shift(std::int32_t row, double for_others, double for_chosen);

    const CoverProblem& problem_;
    std::vector<std::int32_t> times_;   // per row: chosen sites that it has
    std::vector<std::uint32_t> owner_;  // per row: the sum of these, which is the site itself where it is one
    std::vector<double> weight_;        // per site: rows that it would complete; if chosen, that would lose by its end
    std::vector<std::int32_t> chosen_, place_;
    double cost_ = 0, spent_ = 0;
    mutable std::int64_t work_ = 0;
};

}  // namespace sheltermap
