// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// A row or site as an index of vectors.
[[nodiscard]] constexpr std::size_t as_index(std::int32_t row) noexcept { return static_cast<std::size_t>(row); }

/// What is decided of a site while bounds are computed: nothing, chosen, not chosen.
enum class Decided : std::uint8_t { open, in, out };

/// How many sites may be chosen, and for how much.
struct SiteLimits {
    std::size_t number = std::numeric_limits<std::size_t>::max();
    double budget = std::numeric_limits<double>::infinity();
    std::vector<double> cost;  // per site; empty where there is no budget
};

/// The most that sites can be worth together within the limits, some perhaps in part (the fractional knapsack), so no
/// choice of whole sites is worth more.
class SiteSelection {
public:
    explicit SiteSelection(const SiteLimits& limits) : limits_(limits) {}

    /// `worth` per site; those that are in count whatever they are worth. False where these break the limits.
    [[nodiscard]] bool select(std::span<const double> worth, std::span<const Decided> decided);

    [[nodiscard]] double value() const noexcept { return value_; }
    /// How much of each site is chosen.
    [[nodiscard]] std::span<const double> share() const noexcept { return share_; }
    /// By how much at least the value falls where this open site is chosen, or is not.
    [[nodiscard]] double loss_if_in(std::size_t site, double worth) const;
    [[nodiscard]] double loss_if_out(std::size_t site, double worth) const;

private:
    void select_by_number(std::span<const double> worth, std::size_t number);
    void select_by_budget(std::span<const double> worth, double budget);

    const SiteLimits& limits_;
    std::vector<std::int32_t> open_;
    std::vector<double> share_, other_share_;
    double value_ = 0;
    bool by_budget_ = false;
    double price_of_last_ = 0, price_of_next_ = 0;  // of a site, or of a unit of the budget
};

}  // namespace sheltermap
