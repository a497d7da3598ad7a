// SPDX-License-Identifier: Apache-2.0
#include "planning/seats.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace sheltermap {
namespace {

void require_numbers(std::span<const std::int64_t> numbers, const char* negative, const char* too_many) {
    std::int64_t sum = 0;
    for (const std::int64_t each : numbers) {
        if (each < 0) throw std::invalid_argument(negative);
        if (each > std::numeric_limits<std::int64_t>::max() - sum) throw std::invalid_argument(too_many);
        sum += each;
    }
}

}  // namespace

void require_people_and_places(const Reach& reach, std::span<const std::int64_t> people,
                               std::span<const std::int64_t> places) {
    if (people.size() != reach.size()) throw std::invalid_argument("people must have one entry per row of the reach");
    const auto last = std::ranges::max_element(reach.facility);
    if (last != reach.facility.end() && static_cast<std::size_t>(*last) >= places.size()) {
        throw std::invalid_argument("places must have one entry per facility");
    }
    require_numbers(people, "people must not be negative", "the people are more than 64 bits hold");
    require_numbers(places, "places must not be negative", "the places are more than 64 bits hold");
}

Sent sent_of(const Reach& reach, std::span<const std::int64_t> people, std::size_t facilities,
             const std::vector<std::int64_t>& seated) {
    Sent sent;
    sent.unserved.assign(people.begin(), people.end());
    sent.load.assign(facilities, 0);
    std::vector<std::size_t> own;  // pairs of one row that somebody goes along
    for (std::size_t row = 0; row < reach.size(); ++row) {
        own.clear();
        for (auto pair = static_cast<std::size_t>(reach.offsets[row]);
             pair < static_cast<std::size_t>(reach.offsets[row + 1]); ++pair) {
            if (seated[pair] > 0) own.push_back(pair);
        }
        std::ranges::sort(own, {}, [&](std::size_t pair) { return reach.facility[pair]; });
        for (const std::size_t pair : own) {
            sent.row.push_back(static_cast<std::int32_t>(row));
            sent.facility.push_back(reach.facility[pair]);
            sent.people.push_back(seated[pair]);
            sent.cost.push_back(reach.cost[pair]);
            sent.unserved[row] -= seated[pair];
            sent.load[static_cast<std::size_t>(reach.facility[pair])] += seated[pair];
        }
    }
    return sent;
}

}  // namespace sheltermap
