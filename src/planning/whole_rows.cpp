// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/whole_rows.hpp"

#include "sheltermap/base/error.hpp"

#include "planning/seats.hpp"
#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

namespace sheltermap {
namespace {

constexpr std::int64_t nowhere = -1;
constexpr int most_passes = 20;  // over all rows, moving them nearer; each makes it cheaper, two or three are the rule

/// A row that goes along another pair, and what that costs more: people times cost.
struct Move {
    std::int32_t row = -1;
    std::int64_t to = nowhere;
    double dearer = 0;
    double per_place = std::numeric_limits<double>::infinity();  // dearer, for each place that is asked for
};

/// Where each whole row is, and how many places are left.
class Seating {
public:
    Seating(const Reach& reach, std::span<const std::int64_t> people, std::span<const std::int64_t> places,
            const Execution& execution)
        : reach_(reach),
          people_(people),
          room_(places.begin(), places.end()),
          at_(reach.size(), nowhere),
          rows_(places.size()),
          execution_(execution) {}

    /// Puts a row at a pair of its own, or nowhere.
    void put(std::int32_t row, std::int64_t pair) {
        std::int64_t& at = at_[index(row)];
        if (at != nowhere) {
            room_[facility(at)] += people_[index(row)];
            std::vector<std::int32_t>& there = rows_[facility(at)];
            there.erase(std::ranges::lower_bound(there, row));
        }
        at = pair;
        if (at != nowhere) {
            room_[facility(at)] -= people_[index(row)];
            std::vector<std::int32_t>& there = rows_[facility(at)];
            there.insert(std::ranges::lower_bound(there, row), row);
        }
    }

    [[nodiscard]] std::int64_t largest_overload() const {
        return std::max<std::int64_t>(0, room_.empty() ? 0 : -*std::ranges::min_element(room_));
    }

    /// Sends rows away from overfull facilities, those first whose next best costs least per place it frees.
    std::int64_t relieve() {
        std::int64_t moved = 0;
        for (std::size_t full = 0; full < room_.size(); ++full) {
            while (room_[full] < 0) {
                require_no_stop();
                const Move best = cheapest_from(full, 1, -room_[full]);
                put(best.row >= 0 ? best.row : fitting_row(full), best.to);
                ++moved;
            }
        }
        return moved;
    }

    /// Gives those without a place one, the largest rows first; where there is none, one row moves to make room.
    std::int64_t place_the_others() {
        std::vector<std::int32_t> without;
        for (std::size_t row = 0; row < at_.size(); ++row) {
            if (at_[row] == nowhere && people_[row] > 0) without.push_back(static_cast<std::int32_t>(row));
        }
        std::ranges::stable_sort(without, std::greater<>(), [&](std::int32_t row) { return people_[index(row)]; });
        std::int64_t moved = 0;
        for (const std::int32_t row : without) {
            require_no_stop();
            moved += place(row);
        }
        return moved;
    }

    /// Moves rows to nearer facilities with room until nothing is gained.
    void move_nearer() {
        bool moved = true;
        for (int pass = 0; moved && pass < most_passes; ++pass) {
            moved = false;
            for (std::size_t row = 0; row < at_.size(); ++row) {
                if (row % rows_per_block == 0) require_no_stop();
                if (at_[row] == nowhere) continue;
                for (std::int64_t pair = reach_.offsets[row]; cost(pair) < cost(at_[row]); ++pair) {
                    if (room_[facility(pair)] < people_[row]) continue;
                    put(static_cast<std::int32_t>(row), pair);
                    moved = true;
                    break;
                }
            }
        }
    }

    [[nodiscard]] Sent sent() const {
        std::vector<std::int64_t> seated(reach_.facility.size(), 0);
        for (std::size_t row = 0; row < at_.size(); ++row) {
            if (at_[row] != nowhere) seated[static_cast<std::size_t>(at_[row])] = people_[row];
        }
        return sent_of(reach_, people_, room_.size(), seated);
    }

private:
    [[nodiscard]] static std::size_t index(std::int32_t row) { return static_cast<std::size_t>(row); }
    [[nodiscard]] std::size_t facility(std::int64_t pair) const {
        return static_cast<std::size_t>(reach_.facility[static_cast<std::size_t>(pair)]);
    }
    [[nodiscard]] double cost(std::int64_t pair) const { return reach_.cost[static_cast<std::size_t>(pair)]; }
    void require_no_stop() const {
        if (execution_.stop.stop_requested()) throw Cancelled();
    }

    /// The cheapest move of a row of at least `least` people away from a facility, per place of those `wanted`; none
    /// where no other facility has room.
    [[nodiscard]] Move cheapest_from(std::size_t from, std::int64_t least, std::int64_t wanted) const {
        Move best;
        for (const std::int32_t row : rows_[from]) {
            const std::int64_t people = people_[index(row)];
            if (people < least) continue;
            for (std::int64_t pair = reach_.offsets[index(row)]; pair < reach_.offsets[index(row) + 1]; ++pair) {
                if (facility(pair) == from || room_[facility(pair)] < people) continue;
                const double dearer = static_cast<double>(people) * (cost(pair) - cost(at_[index(row)]));
                const double per_place = dearer / static_cast<double>(std::min(people, wanted));
                if (per_place < best.per_place) best = {row, pair, dearer, per_place};
                break;  // the others cost more
            }
        }
        return best;
    }

    /// The smallest row of an overfull facility without which it holds the others; the largest where none is enough.
    [[nodiscard]] std::int32_t fitting_row(std::size_t full) const {
        const auto people = [&](std::int32_t row) { return people_[index(row)]; };
        std::int32_t best = rows_[full].front();
        for (const std::int32_t row : rows_[full]) {
            const bool enough = people(row) >= -room_[full];
            const bool best_is_enough = people(best) >= -room_[full];
            if (enough == best_is_enough ? (enough ? people(row) < people(best) : people(row) > people(best))
                                         : enough) {
                best = row;
            }
        }
        return best;
    }

    /// Finds a place for a row; returns how many rows moved, 0 where there is none.
    std::int64_t place(std::int32_t row) {
        const std::int64_t people = people_[index(row)];
        const std::int64_t largest = room_.empty() ? 0 : *std::ranges::max_element(room_);
        std::int64_t best_pair = nowhere;
        Move best;
        double best_cost = std::numeric_limits<double>::infinity();
        for (std::int64_t pair = reach_.offsets[index(row)]; pair < reach_.offsets[index(row) + 1]; ++pair) {
            const double own = static_cast<double>(people) * cost(pair);
            if (own >= best_cost) break;
            const std::int64_t lacking = people - room_[facility(pair)];
            if (lacking <= 0) {
                best_pair = pair;
                best = {};
                break;
            }
            if (lacking > largest) continue;
            // Its places are free once a row of at least that size has gone.
            const Move other = cheapest_from(facility(pair), lacking, 1);
            if (other.row >= 0 && own + other.dearer < best_cost) {
                best_cost = own + other.dearer;
                best_pair = pair;
                best = other;
            }
        }
        if (best_pair == nowhere) return 0;
        if (best.row >= 0) put(best.row, best.to);
        put(row, best_pair);
        return best.row >= 0 ? 2 : 1;
    }

    const Reach& reach_;
    std::span<const std::int64_t> people_;
    std::vector<std::int64_t> room_;               // per facility; below 0 where it is overfull
    std::vector<std::int64_t> at_;                 // per row the pair of the reach
    std::vector<std::vector<std::int32_t>> rows_;  // per facility, ascending
    const Execution& execution_;
};

/// Per row the pair that most of it goes along, of equal parts the cheapest; and how many rows have several parts.
std::vector<std::int64_t> largest_parts(const Reach& reach, std::span<const std::int64_t> people,
                                        std::span<const std::int32_t> row, std::span<const std::int32_t> facility,
                                        std::span<const std::int64_t> part, std::int64_t& split_rows) {
    std::vector<std::int64_t> at(reach.size(), nowhere);
    std::vector<std::int64_t> largest(reach.size(), 0);
    std::vector<std::int64_t> served(reach.size(), 0);
    std::vector<std::int64_t> parts(reach.size(), 0);
    for (std::size_t number = 0; number < row.size(); ++number) {
        if (row[number] < 0 || static_cast<std::size_t>(row[number]) >= reach.size() || part[number] < 0) {
            throw std::invalid_argument("a part is of no row, or negative");
        }
        const auto own = static_cast<std::size_t>(row[number]);
        const auto begin = reach.facility.begin() + reach.offsets[own];
        const auto end = reach.facility.begin() + reach.offsets[own + 1];
        const auto found = std::find(begin, end, facility[number]);
        if (found == end) throw std::invalid_argument("a part is of no pair of the reach");
        const std::int64_t pair = found - reach.facility.begin();
        served[own] += part[number];
        parts[own] += part[number] > 0 ? 1 : 0;
        if (part[number] > largest[own] || (part[number] > 0 && part[number] == largest[own] && pair < at[own])) {
            largest[own] = part[number];
            at[own] = pair;
        }
    }
    for (std::size_t own = 0; own < reach.size(); ++own) {
        if (parts[own] + (parts[own] > 0 && served[own] < people[own] ? 1 : 0) > 1) ++split_rows;
    }
    return at;
}

}  // namespace

WholeRows whole_rows(const Reach& reach, std::span<const std::int64_t> people, std::span<const std::int64_t> places,
                     std::span<const std::int32_t> row, std::span<const std::int32_t> facility,
                     std::span<const std::int64_t> part, const Execution& execution) {
    require_people_and_places(reach, people, places);
    if (row.size() != facility.size() || row.size() != part.size()) {
        throw std::invalid_argument("row, facility and people of the parts must have one length");
    }
    WholeRows whole;
    const std::vector<std::int64_t> most = largest_parts(reach, people, row, facility, part, whole.split_rows);
    Seating seating(reach, people, places, execution);
    for (std::size_t own = 0; own < most.size(); ++own) {
        if (most[own] != nowhere) seating.put(static_cast<std::int32_t>(own), most[own]);
    }
    whole.largest_overload = seating.largest_overload();
    whole.moved_rows = seating.relieve();
    whole.moved_rows += seating.place_the_others();
    seating.move_nearer();
    whole.sent = seating.sent();
    return whole;
}

}  // namespace sheltermap
