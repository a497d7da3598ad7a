// SPDX-License-Identifier: Apache-2.0
#include "planning/exchange.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {
namespace {

/// Some people of a group at one place.
struct Part {
    std::int32_t group;
    std::int32_t arc;  // -1: without a place
};

struct Moves {
    std::vector<std::int64_t> offsets;
    std::vector<std::int32_t> to;
    std::vector<std::int64_t> cost;  // reduced: not negative
};

/// The parts at each facility, and behind them those without a place.
class Parts {
public:
    explicit Parts(const TransportSimplex& solved) : begin_(solved.arcs().facilities + 2, 0) {
        const auto each_part = [&](const auto& use) {
            for (std::int32_t group = 0; group < solved.arcs().groups(); ++group) {
                solved.for_each_part(group, [&](std::int32_t arc, std::int64_t) {
                    use(arc < 0 ? solved.arcs().facilities : solved.arcs().facility[solved.arcs().offsets[group] + arc],
                        Part{group, arc});
                });
            }
        };
        each_part([&](std::int32_t at, Part) { ++begin_[at + 1]; });
        for (std::size_t at = 1; at < begin_.size(); ++at) begin_[at] += begin_[at - 1];
        parts_.resize(begin_.back());
        std::vector<std::int64_t> next(begin_.begin(), begin_.end() - 1);
        each_part([&](std::int32_t at, Part part) { parts_[next[at]++] = part; });
    }

    [[nodiscard]] std::span<const Part> at(std::int32_t place) const {
        return std::span(parts_).subspan(begin_[place], begin_[place + 1] - begin_[place]);
    }

private:
    std::vector<std::int64_t> begin_;
    std::vector<Part> parts_;
};

/// The cheapest move of one person from each facility to each other, the root standing for no place.
Moves cheapest_moves(const TransportSimplex& solved, std::span<const std::int64_t> places,
                     std::span<const std::int64_t> load) {
    const TransportArcs& arcs = solved.arcs();
    const std::int32_t root = arcs.facilities;
    const Parts parts(solved);
    Moves moves{.offsets = {0}, .to = {}, .cost = {}};
    std::vector<std::int64_t> least(root + 1, ChainCosts::no_way);
    std::vector<std::int32_t> touched;
    for (std::int32_t from = 0; from <= root; ++from) {
        const auto offer = [&](std::int32_t to, std::int64_t cost) {
            if (to == from) return;
            if (least[to] == ChainCosts::no_way) touched.push_back(to);
            least[to] = std::min(least[to], cost);
        };
        for (const Part& part : parts.at(from)) {
            const std::int64_t begin = arcs.offsets[part.group];
            const std::int64_t own = part.arc < 0 ? arcs.overflow : arcs.cost[begin + part.arc];
            for (std::int64_t arc = begin; arc < arcs.offsets[part.group + 1]; ++arc) {
                offer(arcs.facility[arc], arcs.cost[arc] - own);
            }
            offer(root, arcs.overflow - own);
        }
        if (from < root && load[from] < places[from]) offer(root, 0);  // a free place
        if (from == root) {
            for (std::int32_t to = 0; to < root; ++to) {
                if (load[to] > 0) offer(to, 0);  // a place that becomes free
            }
        }
        const std::int64_t own_price = from == root ? 0 : solved.price(from);
        for (const std::int32_t to : touched) {
            moves.to.push_back(to);
            moves.cost.push_back(least[to] + (to == root ? 0 : solved.price(to)) - own_price);
            least[to] = ChainCosts::no_way;
        }
        touched.clear();
        moves.offsets.push_back(static_cast<std::int64_t>(moves.to.size()));
    }
    return moves;
}

Moves reversed(const Moves& moves) {
    Moves back{.offsets = std::vector<std::int64_t>(moves.offsets.size(), 0),
               .to = std::vector<std::int32_t>(moves.to.size()),
               .cost = std::vector<std::int64_t>(moves.to.size())};
    for (const std::int32_t to : moves.to) ++back.offsets[to + 1];
    for (std::size_t at = 1; at < back.offsets.size(); ++at) back.offsets[at] += back.offsets[at - 1];
    std::vector<std::int64_t> next(back.offsets.begin(), back.offsets.end() - 1);
    for (std::size_t from = 0; from + 1 < moves.offsets.size(); ++from) {
        for (std::int64_t move = moves.offsets[from]; move < moves.offsets[from + 1]; ++move) {
            const std::int64_t place = next[moves.to[move]]++;
            back.to[place] = static_cast<std::int32_t>(from);
            back.cost[place] = moves.cost[move];
        }
    }
    return back;
}

std::vector<std::int64_t> shortest_from(std::int32_t start, const Moves& moves) {
    using Reached = std::pair<std::int64_t, std::int32_t>;
    std::vector<std::int64_t> least(moves.offsets.size() - 1, ChainCosts::no_way);
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> queue;
    least[start] = 0;
    queue.emplace(0, start);
    while (!queue.empty()) {
        const auto [cost, from] = queue.top();
        queue.pop();
        if (cost > least[from]) continue;
        for (std::int64_t move = moves.offsets[from]; move < moves.offsets[from + 1]; ++move) {
            const std::int64_t total = cost + moves.cost[move];
            if (total < least[moves.to[move]]) {
                least[moves.to[move]] = total;
                queue.emplace(total, moves.to[move]);
            }
        }
    }
    return least;
}

}  // namespace

ChainCosts chain_costs(const TransportSimplex& solved, std::span<const std::int64_t> places,
                       std::span<const std::int64_t> load) {
    const std::int32_t root = solved.arcs().facilities;
    const Moves moves = cheapest_moves(solved, places, load);
    ChainCosts costs{.into = shortest_from(root, moves), .out_of = shortest_from(root, reversed(moves))};
    costs.into.pop_back();
    costs.out_of.pop_back();
    for (std::int32_t facility = 0; facility < root; ++facility) {
        if (costs.into[facility] < ChainCosts::no_way) costs.into[facility] -= solved.price(facility);
        if (costs.out_of[facility] < ChainCosts::no_way) costs.out_of[facility] += solved.price(facility);
    }
    return costs;
}

}  // namespace sheltermap

#pragma GCC diagnostic pop
