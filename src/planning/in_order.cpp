// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/in_order.hpp"

#include "sheltermap/base/error.hpp"

#include "planning/seats.hpp"
#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace sheltermap {
namespace {

using Numbers = std::vector<std::int64_t>;

/// A pair of the reach, as turns go through them.
struct Pair {
    std::int32_t row;
    std::int64_t at;  // in the reach
};

std::vector<Pair> pairs_of(const Reach& reach) {
    std::vector<Pair> pairs;
    pairs.reserve(reach.facility.size());
    for (std::size_t row = 0; row < reach.size(); ++row) {
        for (std::int64_t at = reach.offsets[row]; at < reach.offsets[row + 1]; ++at) {
            pairs.push_back({static_cast<std::int32_t>(row), at});
        }
    }
    return pairs;
}

/// Per row or facility its turn, from 0; the numbers themselves where nobody says an order.
std::vector<std::int32_t> turns(std::span<const std::int32_t> order, std::size_t count) {
    std::vector<std::int32_t> turn(count, -1);
    if (order.empty()) {
        std::iota(turn.begin(), turn.end(), 0);
        return turn;
    }
    if (order.size() != count) throw std::invalid_argument("the order must name each row or facility once");
    for (std::size_t number = 0; number < count; ++number) {
        const std::int32_t who = order[number];
        if (who < 0 || static_cast<std::size_t>(who) >= count || turn[static_cast<std::size_t>(who)] >= 0) {
            throw std::invalid_argument("the order must name each row or facility once");
        }
        turn[static_cast<std::size_t>(who)] = static_cast<std::int32_t>(number);
    }
    return turn;
}

}  // namespace

Sent sent_in_order(const Reach& reach, std::span<const std::int64_t> people, std::span<const std::int64_t> places,
                   Turn turn, std::span<const std::int32_t> order, const Execution& execution) {
    require_people_and_places(reach, people, places);
    if (turn == Turn::pairs && !order.empty()) throw std::invalid_argument("pairs go by their cost, in no other order");
    std::vector<Pair> pairs = pairs_of(reach);
    const auto cost = [&](const Pair& pair) { return reach.cost[static_cast<std::size_t>(pair.at)]; };
    const auto facility = [&](const Pair& pair) { return reach.facility[static_cast<std::size_t>(pair.at)]; };
    const auto nearer = [&](const Pair& a, const Pair& b) {
        if (cost(a) != cost(b)) return cost(a) < cost(b);
        return a.row != b.row ? a.row < b.row : facility(a) < facility(b);
    };
    if (turn == Turn::pairs) {
        std::ranges::sort(pairs, nearer);
    } else if (turn == Turn::rows) {
        const std::vector<std::int32_t> when = turns(order, reach.size());
        std::ranges::stable_sort(pairs, {}, [&](const Pair& pair) { return when[static_cast<std::size_t>(pair.row)]; });
    } else {
        const std::vector<std::int32_t> when = turns(order, places.size());
        const auto turn_of = [&](const Pair& pair) { return when[static_cast<std::size_t>(facility(pair))]; };
        std::ranges::sort(pairs, [&](const Pair& a, const Pair& b) {
            return turn_of(a) != turn_of(b) ? turn_of(a) < turn_of(b) : nearer(a, b);
        });
    }

    Numbers without(people.begin(), people.end());
    Numbers left(places.begin(), places.end());
    Numbers seated(reach.facility.size(), 0);
    for (std::size_t number = 0; number < pairs.size(); ++number) {
        if (number % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        std::int64_t& waiting = without[static_cast<std::size_t>(pairs[number].row)];
        std::int64_t& room = left[static_cast<std::size_t>(facility(pairs[number]))];
        const std::int64_t go = std::min(waiting, room);
        seated[static_cast<std::size_t>(pairs[number].at)] = go;
        waiting -= go;
        room -= go;
    }
    return sent_of(reach, people, places.size(), seated);
}

}  // namespace sheltermap
