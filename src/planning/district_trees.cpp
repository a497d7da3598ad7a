// SPDX-License-Identifier: Apache-2.0
#include "planning/district_trees.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <queue>
#include <tuple>
#include <utility>

namespace sheltermap {
namespace {

constexpr int trees_per_cut = 12;

/// A spanning tree of the units with one label, its root first and every unit after its parent.
struct Tree {
    std::vector<std::int32_t> order, parent;  // parent: by place in `order`, -1 for the root
};

/// A tree of edges with random lengths (Prim): every connected part has one, and none is likelier by its row.
Tree random_tree(const WorkUnits& units, std::span<const std::int32_t> label, std::int32_t root, Splitmix& random) {
    using Edge = std::tuple<std::uint64_t, std::int32_t, std::int32_t>;  // length, unit, place of its parent
    Tree tree;
    std::vector<bool> taken(units.size());
    std::priority_queue<Edge, std::vector<Edge>, std::greater<>> edges;
    edges.emplace(0, root, -1);
    while (!edges.empty()) {
        const auto [length, unit, parent] = edges.top();
        edges.pop();
        if (taken[static_cast<std::size_t>(unit)]) continue;
        taken[static_cast<std::size_t>(unit)] = true;
        const auto place = static_cast<std::int32_t>(tree.order.size());
        tree.order.push_back(unit);
        tree.parent.push_back(parent);
        for (const std::int32_t next : neighbours_of(units, unit)) {
            const auto there = static_cast<std::size_t>(next);
            if (!taken[there] && label[there] == label[static_cast<std::size_t>(unit)]) {
                edges.emplace(random.next(), next, place);
            }
        }
    }
    return tree;
}

struct Branch {
    std::int64_t work = 0, units = 0;
};

/// What hangs on every unit of a tree, itself included; by place.
std::vector<Branch> branches_of(const WorkUnits& units, const Tree& tree) {
    std::vector<Branch> found(tree.order.size());
    for (std::size_t place = tree.order.size(); place-- > 0;) {
        found[place].work += units.work[static_cast<std::size_t>(tree.order[place])];
        found[place].units += 1;
        if (tree.parent[place] < 0) continue;
        Branch& above = found[static_cast<std::size_t>(tree.parent[place])];
        above.work += found[place].work;
        above.units += found[place].units;
    }
    return found;
}

std::vector<std::int32_t> units_below(const Tree& tree, std::size_t top) {
    std::vector<bool> below(tree.order.size());
    std::vector<std::int32_t> found;
    below[top] = true;
    for (std::size_t place = top; place < tree.order.size(); ++place) {
        const std::int32_t parent = tree.parent[place];
        if (place != top && (parent < 0 || !below[static_cast<std::size_t>(parent)])) continue;
        below[place] = true;
        found.push_back(tree.order[place]);
    }
    return found;
}

/// Divides the units that say `first` among the districts first … last - 1.
void bisect(const WorkUnits& units, std::span<const double> share, std::vector<std::int32_t>& label, std::int32_t first,
            std::int32_t last, Splitmix& random) {
    if (last - first < 2) return;
    const std::int32_t middle = first + (last - first) / 2;
    const auto part_of = [&](std::int32_t from, std::int32_t to) {
        return std::accumulate(share.begin() + from, share.begin() + to, 0.0);
    };
    const double upper_part = part_of(middle, last) / part_of(first, last);
    const auto begin = std::ranges::find(label, first);
    const auto root = static_cast<std::int32_t>(begin - label.begin());
    std::vector<std::int32_t> cut;
    double best = std::numeric_limits<double>::infinity();
    bool hangs_upper = true;
    for (int attempt = 0; attempt < trees_per_cut; ++attempt) {
        const Tree tree = random_tree(units, label, root, random);
        const std::vector<Branch> branches = branches_of(units, tree);
        const auto total = static_cast<double>(branches.front().work);
        for (std::size_t place = 1; place < branches.size(); ++place) {
            for (const bool upper : {true, false}) {
                const auto hangs = branches[place].units;
                const auto stays = branches.front().units - hangs;
                const std::int64_t needed_below = upper ? last - middle : middle - first;
                if (hangs < needed_below || stays < last - first - needed_below) continue;
                const double wanted = upper ? upper_part : 1 - upper_part;
                const double error = std::abs(static_cast<double>(branches[place].work) - wanted * total);
                if (error >= best) continue;
                best = error;
                hangs_upper = upper;
                cut = units_below(tree, place);
            }
        }
    }
    // No edge of any tree left each side enough units, as in a star: single units are cut off instead.
    if (cut.empty()) {
        const Tree tree = random_tree(units, label, root, random);
        for (std::int32_t district = first + 1; district < last; ++district) {
            const auto leaf = tree.order[tree.order.size() - static_cast<std::size_t>(district - first)];
            label[static_cast<std::size_t>(leaf)] = district;
        }
        return;
    }
    if (!hangs_upper) {
        std::vector<bool> hangs(units.size());
        for (const std::int32_t unit : cut) hangs[static_cast<std::size_t>(unit)] = true;
        cut.clear();
        for (std::size_t row = 0; row < label.size(); ++row) {
            if (label[row] == first && !hangs[row]) cut.push_back(static_cast<std::int32_t>(row));
        }
    }
    for (const std::int32_t unit : cut) label[static_cast<std::size_t>(unit)] = middle;
    bisect(units, share, label, first, middle, random);
    bisect(units, share, label, middle, last, random);
}

/// The district with the largest load that has two units at least.
std::size_t heaviest(const DistrictState& state) {
    std::size_t found = 0;
    double largest = -1;
    for (std::size_t each = 0; each < state.districts(); ++each) {
        if (state.units_in(each) < 2 || state.load(each) <= largest) continue;
        largest = state.load(each);
        found = each;
    }
    return found;
}

}  // namespace

std::vector<std::int32_t> districts_of_trees(const WorkUnits& units, const DistrictRules& rules, Splitmix& random) {
    std::vector<std::int32_t> label(units.size(), 0);
    bisect(units, rules.share, label, 0, static_cast<std::int32_t>(rules.share.size()), random);
    return label;
}

void open_empty_districts(DistrictState& state, const WorkUnits& units, Splitmix& random) {
    for (std::size_t empty = 0; empty < state.districts(); ++empty) {
        if (state.units_in(empty) > 0) continue;
        const std::size_t full = heaviest(state);
        const std::int32_t root = state.stays_in(full);  // is in no part that is cut off
        std::vector<std::int32_t> best;
        std::pair best_score(std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity());
        for (int attempt = 0; attempt < trees_per_cut; ++attempt) {
            const Tree tree = random_tree(units, state.district(), root, random);
            const std::vector<Branch> branches = branches_of(units, tree);
            for (std::size_t place = 1; place < branches.size(); ++place) {
                const std::int64_t work = branches[place].work;
                const double ours = std::abs(state.load_with(empty, work) - 1);
                const double beyond = std::max(ours, std::abs(state.load_with(full, -work) - 1));
                if (beyond > best_score.first) continue;
                const std::vector<std::int32_t> cut = units_below(tree, place);
                DistrictState parted = state;
                for (const std::int32_t unit : cut) parted.move(unit, static_cast<std::int32_t>(empty));
                const std::pair score(beyond, parted.shape_of(full) + parted.shape_of(empty));
                if (score >= best_score) continue;
                best_score = score;
                best = cut;
            }
        }
        for (const std::int32_t unit : best) state.move(unit, static_cast<std::int32_t>(empty));
    }
}

void fill_districts(DistrictState& state, const WorkUnits& units, Splitmix& random, double chance) {
    std::vector<std::vector<std::int32_t>> beside(state.districts());  // units in none, maybe some that are in one now
    std::size_t left = 0;
    const auto look_around = [&](std::int32_t unit) {
        for (const std::int32_t next : neighbours_of(units, unit)) {
            if (state.of(next) < 0) beside[static_cast<std::size_t>(state.of(unit))].push_back(next);
        }
    };
    for (std::size_t row = 0; row < units.size(); ++row) {
        const auto unit = static_cast<std::int32_t>(row);
        if (state.of(unit) < 0) {
            ++left;
        } else {
            look_around(unit);
        }
    }
    for (; left > 0; --left) {
        std::size_t smallest = state.districts();
        for (std::size_t each = 0; each < state.districts(); ++each) {
            std::erase_if(beside[each], [&](std::int32_t unit) { return state.of(unit) >= 0; });
            if (beside[each].empty()) continue;
            if (smallest == state.districts() || state.load(each) < state.load(smallest)) smallest = each;
        }
        if (smallest == state.districts()) return;  // nothing beside any: the units are not connected
        std::pair best(std::numeric_limits<double>::infinity(), std::int32_t{-1});
        for (const std::int32_t unit : beside[smallest]) {
            const double stray = chance > 0 ? 1 + chance * random.unit() : 1;
            best = std::min(best, std::pair(state.shape_change(smallest, unit, true) * stray, unit));
        }
        state.move(best.second, static_cast<std::int32_t>(smallest));
        look_around(best.second);
    }
}

}  // namespace sheltermap
