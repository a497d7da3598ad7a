// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/planning/districts.hpp"

#include "planning/district_state.hpp"
#include "planning/district_trees.hpp"
#include "planning/splitmix.hpp"
#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace sheltermap {
namespace {

constexpr std::size_t patience = 12;  // steps without a better balance before it is given up

/// What a step is worth, less is better: balance where it lacks, then the largest load, then how uneven all are.
struct Worth {
    double beyond = 0, largest = 0, uneven = 0, shape = 0;

    /// Within the tolerance only the shape counts.
    [[nodiscard]] auto by_balance() const {
        return beyond > 0 ? std::tuple(beyond, largest, uneven, shape) : std::tuple(0.0, 0.0, 0.0, shape);
    }
    /// What tells which divisions lead on: one that is even in the middle, if not yet where it is fullest.
    [[nodiscard]] auto by_evenness() const { return std::tuple(uneven, beyond, largest, shape); }
};

struct Node {
    DistrictState state;
    std::vector<std::pair<std::int32_t, std::int32_t>> changes;  // unit, to
    std::uint64_t hash = 0;
};

struct Candidate {
    Worth worth;
    std::size_t node;
    std::int32_t unit, to;
    std::uint64_t hash;  // of the set of changes: the same set counts once, whatever order it came in
};

double uneven(double load) { return (load - 1) * (load - 1); }

Worth worth_of(const DistrictState& state) {
    const Loads loads = state.loads();
    Worth worth{.beyond = loads.beyond, .largest = loads.largest, .shape = loads.shape};
    for (std::size_t each = 0; each < state.districts(); ++each) worth.uneven += uneven(state.load(each));
    return worth;
}

std::uint64_t hash_of(std::int32_t unit, std::int32_t to) {
    return mixed((static_cast<std::uint64_t>(unit) << 32 | static_cast<std::uint64_t>(to)) + 0x9E3779B97F4A7C15ULL);
}

/// The present districts made whole: every unit in a connected one, none empty.
DistrictState whole(const WorkUnits& units, const DistrictRules& rules, std::span<const std::int32_t> district) {
    std::vector<std::int32_t> kept(district.begin(), district.end());
    for (std::size_t each = 0; each < rules.seat.size(); ++each) {
        if (rules.seat[each] >= 0) kept[static_cast<std::size_t>(rules.seat[each])] = static_cast<std::int32_t>(each);
    }
    const std::vector<std::int32_t> pieces = district_pieces(units, kept);
    std::vector<std::int32_t> piece_kept(rules.share.size(), 0);
    for (std::size_t each = 0; each < rules.seat.size(); ++each) {
        if (rules.seat[each] >= 0) piece_kept[each] = pieces[static_cast<std::size_t>(rules.seat[each])];
    }
    for (std::size_t row = 0; row < units.size(); ++row) {
        if (kept[row] >= 0 && pieces[row] != piece_kept[static_cast<std::size_t>(kept[row])]) kept[row] = -1;
    }
    if (std::ranges::all_of(kept, [](std::int32_t each) { return each < 0; })) {
        throw std::invalid_argument("no unit is in a district, so there is nothing to change");
    }
    DistrictState state(units, rules, std::move(kept));
    Splitmix random(0);
    fill_districts(state, units, random);
    open_empty_districts(state, units, random);
    return state;
}

/// The beam: divisions of as many changes, of which each is followed by every unit along a border.
class Beam {
public:
    Beam(const WorkUnits& units, DistrictState first, std::size_t width) : units_(units), width_(width) {
        nodes_.push_back({.state = std::move(first), .changes = {}});
    }

    /// Goes on by one change; false where none is left. Afterwards `best` is the best of the step.
    bool step() {
        std::vector<Candidate> all;
        for (std::size_t node = 0; node < nodes_.size(); ++node) expand(node, all);
        if (all.empty()) return false;
        const auto better = [](auto key) {
            return [key](const Candidate& a, const Candidate& b) {
                return std::tuple_cat(key(a.worth), std::tuple(a.hash)) <
                       std::tuple_cat(key(b.worth), std::tuple(b.hash));
            };
        };
        std::vector<Node> next;
        std::unordered_set<std::uint64_t> known;
        const auto take = [&](std::size_t most) {
            for (const Candidate& each : all) {
                if (next.size() >= most) return;
                if (!known.insert(each.hash).second) continue;
                Node made = nodes_[each.node];
                made.state.move(each.unit, each.to);
                made.changes.emplace_back(each.unit, each.to);
                made.hash = each.hash;
                next.push_back(std::move(made));
            }
        };
        std::ranges::sort(all, better([](const Worth& worth) { return worth.by_balance(); }));
        take(width_ / 2 + 1);
        std::ranges::sort(all, better([](const Worth& worth) { return worth.by_evenness(); }));
        take(width_);
        nodes_ = std::move(next);
        return true;
    }

    [[nodiscard]] const Node& best() const { return nodes_.front(); }

private:
    void expand(std::size_t number, std::vector<Candidate>& all) const {
        const Node& node = nodes_[number];
        const DistrictState& state = node.state;
        const std::vector<bool> is_joint = joints(units_, state.district());
        const Worth own = worth_of(state);
        std::vector<std::int32_t> changed;
        for (const auto& [unit, to] : node.changes) changed.push_back(unit);
        std::ranges::sort(changed);
        std::vector<std::size_t> order(state.districts());
        for (std::size_t each = 0; each < order.size(); ++each) order[each] = each;
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return state.load(a) > state.load(b); });
        std::vector<std::int32_t> tos;
        for (std::size_t row = 0; row < units_.size(); ++row) {
            const auto unit = static_cast<std::int32_t>(row);
            const auto from = static_cast<std::size_t>(state.of(unit));
            if (is_joint[row] || state.units_in(from) < 2 || state.is_seat(unit)) continue;
            if (std::ranges::binary_search(changed, unit)) continue;
            tos.clear();
            for (const std::int32_t near : neighbours_of(units_, unit)) {
                const std::int32_t to = state.of(near);
                if (static_cast<std::size_t>(to) != from && std::ranges::find(tos, to) == tos.end()) tos.push_back(to);
            }
            for (const std::int32_t to : tos) {
                const auto there = static_cast<std::size_t>(to);
                const double from_now = state.load_with(from, -units_.work[row]);
                const double there_now = state.load_with(there, units_.work[row]);
                const auto others =
                    std::ranges::find_if(order, [&](std::size_t each) { return each != from && each != there; });
                const double largest_other = others == order.end() ? 0 : state.load(*others);
                all.push_back(
                    {.worth = {.beyond = rounded(own.beyond + state.beyond(from_now) + state.beyond(there_now) -
                                                 state.beyond(state.load(from)) - state.beyond(state.load(there))),
                               .largest = std::max({from_now, there_now, largest_other}),
                               .uneven = own.uneven + uneven(from_now) + uneven(there_now) - uneven(state.load(from)) -
                                         uneven(state.load(there)),
                               .shape = own.shape + state.shape_change(from, unit, false) +
                                        state.shape_change(there, unit, true)},
                     .node = number,
                     .unit = unit,
                     .to = to,
                     .hash = node.hash ^ hash_of(unit, to)});
            }
        }
    }

    /// Sums of parts that are 0 together are 0.
    static double rounded(double beyond) { return beyond < 1e-12 ? 0 : beyond; }

    const WorkUnits& units_;
    std::size_t width_;
    std::vector<Node> nodes_;
};

std::size_t width_for(std::size_t units) {
    return std::clamp<std::size_t>(100'000 / std::max<std::size_t>(units, 1), 8, 256);
}

}  // namespace

DistrictSteps changed_districts(const WorkUnits& units, const DistrictRules& rules,
                                std::span<const std::int32_t> district, const ChangeOptions& options,
                                const Execution& execution) {
    require_sound(units, rules);
    require_districts(units, district, rules.share.size());
    DistrictState first = whole(units, rules, district);
    DistrictSteps steps{.first = first.district(), .unit = {}, .to = {}, .loads = {}};
    Loads loads = first.loads();
    double least_beyond = loads.beyond;
    std::size_t since_better = 0;
    Beam beam(units, std::move(first),
              options.width > 0 ? static_cast<std::size_t>(options.width) : width_for(units.size()));
    while (loads.beyond > 0 && since_better < patience &&
           (options.most_changes < 0 || static_cast<std::int64_t>(steps.size()) < options.most_changes)) {
        if (execution.stop.stop_requested()) throw Cancelled();
        if (!beam.step()) break;
        loads = beam.best().state.loads();
        for (const auto& [unit, to] : beam.best().changes) {
            steps.unit.push_back(unit);
            steps.to.push_back(to);
        }
        steps.offsets.push_back(static_cast<std::int64_t>(steps.unit.size()));
        steps.loads.push_back(loads);
        since_better = loads.beyond < least_beyond ? 0 : since_better + 1;
        least_beyond = std::min(least_beyond, loads.beyond);
    }
    return steps;
}

}  // namespace sheltermap
