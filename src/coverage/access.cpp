// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/access.hpp"

#include "base/not_finite.hpp"
#include <algorithm>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

Access nobody(std::size_t persons, double limit) {
    return {.cost = std::vector<double>(persons, infinity),
            .facility = std::vector<std::int32_t>(persons, -1),
            .reason = std::vector<Reason>(persons, Reason::missing_geometry),
            .incomplete = std::vector<std::uint8_t>(persons, 0),
            .limit = limit};
}

std::uint8_t incomplete_for(Reason reason) {
    if (reason == Reason::not_in_table) return 2;
    return reason == Reason::missing_geometry ? 1 : 0;
}

/// Whether `other` says more than `known`: a place that is known more than one that is not, a table more than nothing.
bool says_more(Reason other, Reason known) {
    if (known == Reason::not_in_table) return other != Reason::missing_geometry;
    return known == Reason::missing_geometry;
}

}  // namespace

Access cheapest(const Reach& reach) {
    Access access = nobody(reach.size(), reach.limit);
    for (std::size_t row = 0; row < reach.size(); ++row) {
        access.reason[row] = reach.reason[row];
        access.incomplete[row] = incomplete_for(reach.reason[row]);
        if (reach.reason[row] != Reason::reached) continue;
        const auto first = static_cast<std::size_t>(reach.offsets[row]);
        access.cost[row] = reach.cost[first];
        access.facility[row] = reach.facility[first];
    }
    return access;
}

Access any_of_places(const Access& places, std::span<const std::int64_t> person, std::size_t persons) {
    if (person.size() != places.size()) throw std::invalid_argument("person must have one entry per demand row");
    Access access = nobody(persons, places.limit);
    std::vector<std::uint8_t> seen(persons, 0);
    for (std::size_t row = 0; row < places.size(); ++row) {
        if (person[row] < 0 || static_cast<std::size_t>(person[row]) >= persons) {
            throw std::invalid_argument("person: row " + std::to_string(row + 1) + " has number " +
                                        std::to_string(person[row]) + ", outside 0.." + std::to_string(persons));
        }
        const auto p = static_cast<std::size_t>(person[row]);
        seen[p] = 1;
        access.incomplete[p] = std::max(access.incomplete[p], places.incomplete[row]);
        if (says_more(places.reason[row], access.reason[p])) access.reason[p] = places.reason[row];
        if (places.cost[row] < access.cost[p]) {
            access.cost[p] = places.cost[row];
            access.facility[p] = places.facility[row];
            access.reason[p] = places.reason[row];
        }
    }
    for (std::size_t p = 0; p < persons; ++p) {
        if (seen[p] == 0) access.incomplete[p] = 1;
    }
    return access;
}

}  // namespace sheltermap
