// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "planning/district_state.hpp"
#include "planning/splitmix.hpp"
#include <cstdint>
#include <vector>

namespace sheltermap {

/// Divides all units into districts by cutting random spanning trees in two, over and over, each time where the work of
/// the two parts is nearest to their shares.
[[nodiscard]] std::vector<std::int32_t> districts_of_trees(const WorkUnits& units, const DistrictRules& rules,
                                                           Splitmix& random);

/// Gives every district that has no unit a part of the one with the largest load, cut where that leaves the loads
/// nearest to the tolerance, of equal ones the most compact.
void open_empty_districts(DistrictState& state, const WorkUnits& units, Splitmix& random);

/// Joins units that are in no district to one beside them: the district with the smallest load chooses first, and takes
/// the unit that keeps it most compact. With `chance` above 0 that choice strays.
void fill_districts(DistrictState& state, const WorkUnits& units, Splitmix& random, double chance = 0);

}  // namespace sheltermap
