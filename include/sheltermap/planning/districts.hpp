// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Units of work (neighbourhoods, cells), which of them are neighbours, and where they lie.
struct WorkUnits {
    std::vector<std::int64_t> offsets{0};  ///< size units + 1: where the neighbours of each unit begin
    std::vector<std::int32_t> neighbour;   ///< rows of units; each pair stands both ways
    std::vector<std::int64_t> work;        ///< not negative; whole parts as fine as the caller likes, so sums are exact
    std::vector<double> weight;            ///< what the shape of a district weighs a unit by, above 0
    std::vector<std::array<double, 3>> place_m;  ///< in any axes of metres, as earth-centred ones

    [[nodiscard]] std::size_t size() const noexcept { return work.size(); }
};

/// What districts have to keep to.
struct DistrictRules {
    std::vector<double> share;  ///< per district: its part of all the work, as its staff is; they sum to 1
    double tolerance = 0.05;    ///< how far the load of a district may be from 1
    std::vector<std::int32_t>
        seat;  ///< per district the unit that stays in it, -1 for none; empty: no district has one
    std::vector<double> travel_cost;  ///< district after district, per unit: the way to its office; empty: districts
                                      ///< are to be compact around their own middles instead
};

/// How well districts are balanced. A load is the work of a district over its share of all the work.
struct Loads {
    double largest = 0;
    double smallest = 0;
    double beyond = 0;  ///< sum over the districts of how far their loads are beyond the tolerance
    double shape = 0;   ///< weight x squared metres from the middle of the district, or weight x cost to the office
};

/// How loaded, and how compact, districts are.
///
///     const WorkUnits units{.offsets = {0, 1, 2}, .neighbour = {1, 0}, .work = {3, 1}, .weight = {1, 1},
///                           .place_m = {{0, 0, 0}, {100, 0, 0}}};
///     const std::vector<std::int32_t> each_its_own{0, 1};
///     const Loads loads = district_loads(units, {.share = {0.5, 0.5}}, each_its_own);  // largest 1.5, smallest 0.5
[[nodiscard]] Loads district_loads(const WorkUnits& units, const DistrictRules& rules,
                                   std::span<const std::int32_t> district);

/// The connected piece of its district that each unit is in, from 0, the one with most work (of equal ones with most
/// units, then with the smallest row); -1 for a unit in no district. A district is connected where all its units say 0.
[[nodiscard]] std::vector<std::int32_t> district_pieces(const WorkUnits& units, std::span<const std::int32_t> district);

/// A bound that no division goes below: of any (n - 1) x districts + 1 units some district holds n.
[[nodiscard]] double least_largest_load(const WorkUnits& units, const DistrictRules& rules);

/// How many units have to change hands at least until no load is beyond the tolerance: a district sheds its excess by
/// its heaviest units, and is filled by the heaviest of the others; -1 where that cannot be.
[[nodiscard]] std::int64_t least_changes(const WorkUnits& units, const DistrictRules& rules,
                                         std::span<const std::int32_t> district);

struct DrawOptions {
    std::uint32_t starts = 8;            ///< independent ones, of which the best counts
    std::uint32_t steps_per_unit = 400;  ///< of each
};

/// Districts drawn anew: connected, within the tolerance where that was found, and as compact as was found then. A
/// heuristic: spanning trees are cut in halves of equal work (as in ReCom, DeFord, Duchin and Solomon 2021), or
/// districts grow from their seats; then units along borders change hands by simulated annealing.
///
/// The same rows give the same districts, with any number of threads. Throws std::invalid_argument where there are more
/// districts than units, arrays do not fit each other, or the units are not connected; Cancelled.
[[nodiscard]] std::vector<std::int32_t> drawn_districts(const WorkUnits& units, const DistrictRules& rules,
                                                        const DrawOptions& options, const Execution& execution);

/// Districts that come about from present ones by more and more changes.
struct DistrictSteps {
    std::vector<std::int32_t> first;       ///< the present ones, connected: pieces and units in none joined to others
    std::vector<std::int64_t> offsets{0};  ///< size steps + 1: where the changes of each step begin
    std::vector<std::int32_t> unit, to;    ///< a step's changes: units that leave `first` for another district
    std::vector<Loads> loads;              ///< per step

    [[nodiscard]] std::size_t size() const noexcept { return loads.size(); }
};

struct ChangeOptions {
    std::int64_t most_changes = -1;  ///< -1: as many as it takes
    std::int64_t width = 0;          ///< of the search: divisions kept per step; 0: by the number of units
};

/// For 1, 2, 3, … units that change hands the best balance found, until no load is beyond the tolerance. `district` is
/// -1 for units in none, and districts may have no unit yet. Step 1 is the best there is; later ones come from a beam
/// search, each step of which looks at every unit on a border.
///
/// Throws as drawn_districts does.
[[nodiscard]] DistrictSteps changed_districts(const WorkUnits& units, const DistrictRules& rules,
                                              std::span<const std::int32_t> district, const ChangeOptions& options,
                                              const Execution& execution);

}  // namespace sheltermap
