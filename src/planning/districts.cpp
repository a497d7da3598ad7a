// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/districts.hpp"

#include "sheltermap/base/error.hpp"

#include "planning/district_state.hpp"
#include "planning/district_trees.hpp"
#include "planning/splitmix.hpp"
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace sheltermap {
namespace {

constexpr std::uint32_t steps_between_looks = 4096;  // at whether to stop

/// What a division is worth; less is better. Balance comes first, how compact it is second.
using Score = std::pair<double, double>;

Score score_of(const Loads& loads) { return {loads.beyond, loads.shape}; }

/// Connected districts to begin with: of cut trees, or grown from their seats.
DistrictState start_of(const WorkUnits& units, const DistrictRules& rules, Splitmix& random) {
    const bool seated = std::ranges::any_of(rules.seat, [](std::int32_t each) { return each >= 0; });
    if (!seated && rules.travel_cost.empty()) return {units, rules, districts_of_trees(units, rules, random)};
    DistrictState state(units, rules, std::vector<std::int32_t>(units.size(), -1));
    for (std::size_t each = 0; each < rules.seat.size(); ++each) {
        if (rules.seat[each] >= 0) state.move(rules.seat[each], static_cast<std::int32_t>(each));
    }
    for (std::size_t each = 0; each < state.districts(); ++each) {  // those without a seat begin anywhere
        while (state.units_in(each) == 0) {
            const auto unit = static_cast<std::int32_t>(random.below(units.size()));
            if (state.of(unit) < 0) state.move(unit, static_cast<std::int32_t>(each));
        }
    }
    fill_districts(state, units, random, 1);
    return state;
}

/// Simulated annealing: units along borders change hands, also for the worse while it is warm.
class Annealing {
public:
    Annealing(const WorkUnits& units, DistrictState state, Splitmix& random, const Execution& execution)
        : units_(units), state_(std::move(state)), random_(random), execution_(execution) {
        best_ = state_.district();
        best_score_ = score_of(state_.loads());
        whole_shape_ = std::max(best_score_.second, std::numeric_limits<double>::min());
    }

    void run(std::size_t steps) {
        // From where a shape worse by two parts in a hundred passes for as good to where nothing worse does.
        constexpr double warm = 0.02, cold = 2e-5;
        for (std::size_t step = 0; step < steps; ++step) {
            if (step % steps_between_looks == 0 && execution_.stop.stop_requested()) throw Cancelled();
            const double heat = warm * std::pow(cold / warm, static_cast<double>(step) / static_cast<double>(steps));
            try_one(heat);
        }
        settle();
    }

    [[nodiscard]] const std::vector<std::int32_t>& best() const noexcept { return best_; }
    [[nodiscard]] Score score() const noexcept { return best_score_; }

private:
    // So much of the whole shape is a load worth that is beyond the tolerance by 1.
    static constexpr double price_of_balance = 20;

    [[nodiscard]] Score change(std::int32_t unit, std::int32_t to) const {
        const auto from = static_cast<std::size_t>(state_.of(unit)), there = static_cast<std::size_t>(to);
        const std::int64_t work = units_.work[static_cast<std::size_t>(unit)];
        const auto beyond = [&](std::size_t district, std::int64_t more) {
            return state_.beyond(state_.load_with(district, more));
        };
        return {beyond(from, -work) + beyond(there, work) - beyond(from, 0) - beyond(there, 0),
                state_.shape_change(from, unit, false) + state_.shape_change(there, unit, true)};
    }

    void move(std::int32_t unit, std::int32_t to) {
        state_.move(unit, to);
        const Score now = score_of(state_.loads());
        if (now < best_score_) {
            best_score_ = now;
            best_ = state_.district();
        }
    }

    void try_one(double heat) {
        const auto unit = static_cast<std::int32_t>(random_.below(units_.size()));
        const auto near = neighbours_of(units_, unit);
        if (near.empty()) return;
        const std::int32_t to = state_.of(near[random_.below(near.size())]);
        if (to == state_.of(unit)) return;
        const auto [beyond, shape] = change(unit, to);
        const double worse = price_of_balance * beyond + shape / whole_shape_;
        if (worse > 0 && random_.unit() >= std::exp(-worse / heat)) return;
        if (state_.may_leave(unit)) move(unit, to);
    }

    /// From the best that was met, on by single changes for the better until there is none.
    void settle() {
        for (std::size_t row = 0; row < units_.size(); ++row) state_.move(static_cast<std::int32_t>(row), best_[row]);
        for (bool changed = true; changed;) {
            changed = false;
            if (execution_.stop.stop_requested()) throw Cancelled();
            for (std::size_t row = 0; row < units_.size(); ++row) {
                const auto unit = static_cast<std::int32_t>(row);
                for (const std::int32_t next : neighbours_of(units_, unit)) {
                    const std::int32_t to = state_.of(next);
                    if (to == state_.of(unit)) continue;
                    const auto [beyond, shape] = change(unit, to);
                    constexpr double rounding = 1e-12;
                    const bool better = beyond < -rounding || (beyond < rounding && shape < -1e-9 * whole_shape_);
                    if (!better || !state_.may_leave(unit)) continue;
                    move(unit, to);
                    changed = true;
                }
            }
        }
    }

    const WorkUnits& units_;
    DistrictState state_;
    Splitmix& random_;
    const Execution& execution_;
    std::vector<std::int32_t> best_;
    Score best_score_;
    double whole_shape_;
};

}  // namespace

Loads district_loads(const WorkUnits& units, const DistrictRules& rules, std::span<const std::int32_t> district) {
    require_sound(units, rules);
    require_districts(units, district, rules.share.size());
    return DistrictState(units, rules, {district.begin(), district.end()}).loads();
}

std::vector<std::int32_t> district_pieces(const WorkUnits& units, std::span<const std::int32_t> district) {
    require_fitting(units);
    require_districts(units, district, std::numeric_limits<std::int32_t>::max());
    struct Piece {
        std::int32_t district;
        std::int64_t work = 0, units = 0;
        std::int32_t first;
    };
    std::vector<Piece> pieces;
    std::vector<std::int32_t> piece(units.size(), -1), stack;
    for (std::size_t row = 0; row < units.size(); ++row) {
        if (district[row] < 0 || piece[row] >= 0) continue;
        const auto number = static_cast<std::int32_t>(pieces.size());
        pieces.push_back({.district = district[row], .first = static_cast<std::int32_t>(row)});
        piece[row] = number;
        stack.assign(1, static_cast<std::int32_t>(row));
        while (!stack.empty()) {
            const std::int32_t unit = stack.back();
            stack.pop_back();
            pieces.back().work += units.work[static_cast<std::size_t>(unit)];
            pieces.back().units += 1;
            for (const std::int32_t next : neighbours_of(units, unit)) {
                const auto there = static_cast<std::size_t>(next);
                if (piece[there] >= 0 || district[there] != district[row]) continue;
                piece[there] = number;
                stack.push_back(next);
            }
        }
    }
    std::vector<std::int32_t> order(pieces.size()), rank(pieces.size());
    std::iota(order.begin(), order.end(), 0);
    const auto key = [&](std::int32_t each) {
        const Piece& own = pieces[static_cast<std::size_t>(each)];
        return std::tuple(own.district, -own.work, -own.units, own.first);
    };
    std::ranges::sort(order, {}, key);
    for (std::size_t at = 0; at < order.size(); ++at) {
        const auto own = static_cast<std::size_t>(order[at]);
        const bool first = at == 0 || pieces[static_cast<std::size_t>(order[at - 1])].district != pieces[own].district;
        rank[own] = first ? 0 : rank[static_cast<std::size_t>(order[at - 1])] + 1;
    }
    for (std::int32_t& each : piece) each = each < 0 ? -1 : rank[static_cast<std::size_t>(each)];
    return piece;
}

double least_largest_load(const WorkUnits& units, const DistrictRules& rules) {
    require_sound(units, rules);
    std::vector<std::int64_t> work = units.work;
    std::ranges::sort(work, std::greater<>());
    const auto total = std::accumulate(work.begin(), work.end(), std::int64_t{0});
    const double target = std::ranges::max(rules.share) * static_cast<double>(total);
    const std::size_t districts = rules.share.size();
    double least = 1;
    for (std::size_t n = 1; (n - 1) * districts < work.size(); ++n) {
        const std::size_t last = (n - 1) * districts + 1;  // of so many units n are together, at least the lightest n
        const auto end = work.begin() + static_cast<std::ptrdiff_t>(last);
        const auto lightest = std::accumulate(end - static_cast<std::ptrdiff_t>(n), end, std::int64_t{0});
        least = std::max(least, static_cast<double>(lightest) / target);
    }
    return least;
}

std::int64_t least_changes(const WorkUnits& units, const DistrictRules& rules, std::span<const std::int32_t> district) {
    require_sound(units, rules);
    require_districts(units, district, rules.share.size());
    const DistrictState state(units, rules, {district.begin(), district.end()});
    // Units by work, heaviest first, until the load is within the tolerance; -1 where it never is.
    const auto needed = [&](std::size_t own, int sign, auto belongs) -> std::int64_t {
        std::vector<std::int64_t> work;
        for (std::size_t row = 0; row < units.size(); ++row) {
            if (belongs(district[row])) work.push_back(units.work[row]);
        }
        std::ranges::sort(work, std::greater<>());
        std::int64_t moved = 0, count = 0;
        for (const std::int64_t each : work) {
            const double load = state.load_with(own, sign * moved);
            if (sign < 0 ? load <= 1 || state.beyond(load) == 0 : load >= 1 || state.beyond(load) == 0) return count;
            moved += each;
            ++count;
        }
        return state.beyond(state.load_with(own, sign * moved)) == 0 ? count : -1;
    };
    std::int64_t shed = 0, filled = 0;
    for (std::size_t own = 0; own < state.districts(); ++own) {
        const auto name = static_cast<std::int32_t>(own);
        if (state.beyond(state.load(own)) == 0) continue;
        const bool over = state.load(own) > 1;
        const std::int64_t count = over ? needed(own, -1, [&](std::int32_t each) { return each == name; })
                                        : needed(own, 1, [&](std::int32_t each) { return each != name; });
        if (count < 0) return -1;
        (over ? shed : filled) += count;
    }
    return std::max(shed, filled);
}

std::vector<std::int32_t> drawn_districts(const WorkUnits& units, const DistrictRules& rules,
                                          const DrawOptions& options, const Execution& execution) {
    require_sound(units, rules);
    struct Drawn {
        Score score;
        std::vector<std::int32_t> district;
    };
    std::vector<Drawn> drawn(std::max(options.starts, 1u));
    parallel_for(drawn.size(), 1, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t start = begin; start < end; ++start) {
            Splitmix random(start);
            Annealing annealing(units, start_of(units, rules, random), random, execution);
            annealing.run(units.size() * options.steps_per_unit);
            drawn[start] = {.score = annealing.score(), .district = annealing.best()};
        }
    });
    return std::ranges::min_element(drawn, {}, &Drawn::score)->district;
}

}  // namespace sheltermap
