// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sheltermap {

/// Who is sent where: one line per demand row and facility, by row, then facility.
struct AllocatedPairs {
    std::vector<std::int32_t> row;
    std::vector<std::int32_t> facility;
    std::vector<std::int64_t> people;
    std::vector<double> cost;  ///< per person, as in the reach
};

/// What one more and one fewer place at each facility change, each exactly, by itself.
struct PlacePrices {
    std::vector<double> gain_people;  ///< people served more with one more place: 0 or 1
    std::vector<double> gain_cost;    ///< change of the total cost with it; positive where somebody more is served
    std::vector<double> loss_people;  ///< people served fewer with one place fewer: 0 or 1; NaN without places
    std::vector<double> loss_cost;    ///< change of the total cost with it; negative where somebody is served no more
};

/// What 1, 2, … more places at a facility bring, all else being allocated anew.
struct PlaceCurve {
    std::vector<std::int64_t> people;  ///< people served more than now
    std::vector<double> cost;          ///< total cost less that of now
};

/// How an allocation is computed. The result does not depend on it.
struct AllocationOptions {
    std::int32_t start_arcs = 20;  ///< cheapest facilities of each row to begin with; others come in where they pay
};

/// People sent to places so that as many as can have one and, among all ways to do so, people × cost is least.
///
/// Costs count in thousandths of the reach's unit, rounded; within them the optimum is exact, and `primal() == dual()`
/// proves it. Rows may be divided; equal optima are told apart by what rows reach, never by the order of the rows.
///
///     const auto shared = std::make_shared<const Reach>(reach);
///     const std::vector<std::int64_t> residents(reach.size(), 3), places{120, 40, 600};
///     const Allocation plan = allocate(shared, residents, places);
///     std::cout << plan.served() << " people, " << plan.total_cost() << " people x metres\n";
///     const Allocation closed = plan.without(1);  // milliseconds: it starts from the plan
///     std::cout << plan.served() - closed.served() << " people fewer\n";
class Allocation {
public:
    [[nodiscard]] const AllocatedPairs& pairs() const;
    [[nodiscard]] const std::vector<std::int64_t>& unserved() const;  ///< per row
    [[nodiscard]] const std::vector<std::int64_t>& load() const;      ///< per facility
    [[nodiscard]] const std::vector<std::int64_t>& places() const;    ///< per facility, as they are counted here
    [[nodiscard]] std::int64_t served() const;
    [[nodiscard]] double total_cost() const;  ///< people × unit, in thousandths

    /// The total cost in thousandths, and a bound that no allocation of as many people is below: equal. The bound is
    /// computed from the prices of the places alone, over everything that the rows reach.
    [[nodiscard]] std::int64_t primal() const;
    [[nodiscard]] std::int64_t dual() const;

    [[nodiscard]] const PlacePrices& prices() const;
    [[nodiscard]] PlaceCurve curve(std::int32_t facility, std::int32_t count, const Execution& execution = {}) const;

    /// Rows for which a facility that their reach leaves out could pay, were its cost that of their last one. Where the
    /// reach was cut off after so many facilities a row, the plan is proven for all facilities once there are none.
    [[nodiscard]] std::vector<std::int32_t> rows_to_widen() const;
    /// The plan with more of what some rows reach, from this one; `theirs` has a row for each of them. Solved anew
    /// where it leaves out what a row is sent to.
    [[nodiscard]] Allocation widened(std::span<const std::int32_t> rows, const Reach& theirs,
                                     const Execution& execution = {}) const;

    /// The best plan without a facility, or with more places there (negative: fewer), from this one.
    [[nodiscard]] Allocation without(std::int32_t facility, const Execution& execution = {}) const;
    [[nodiscard]] Allocation with_places(std::int32_t facility, std::int64_t more,
                                         const Execution& execution = {}) const;

private:
    friend Allocation allocate(std::shared_ptr<const Reach> reach, std::span<const std::int64_t> people,
                               std::span<const std::int64_t> places, const AllocationOptions& options,
                               const Execution& execution);
    struct State;
    void check_facility(std::int32_t facility) const;
    explicit Allocation(std::shared_ptr<const State> state);
    std::shared_ptr<const State> state_;
};

/// Allocates the people of the demand rows to the places of the facilities.
///
/// Throws std::invalid_argument for counts below zero or not one per row and facility, for costs that are negative or
/// no numbers, and for people × cost that 64 bits cannot hold; Cancelled once a stop was requested.
[[nodiscard]] Allocation allocate(std::shared_ptr<const Reach> reach, std::span<const std::int64_t> people,
                                  std::span<const std::int64_t> places, const AllocationOptions& options = {},
                                  const Execution& execution = {});

}  // namespace sheltermap
