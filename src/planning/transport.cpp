// SPDX-License-Identifier: Apache-2.0
#include "planning/transport.hpp"

#include "sheltermap/base/error.hpp"

#include <algorithm>
#include <limits>
#include <utility>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {
namespace {

constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

/// Groups looked at before the best of them is taken.
constexpr std::int32_t groups_per_block = 8;

/// Margins beyond it say no more.
constexpr std::int64_t most_left = std::int64_t{1} << 60U;

}  // namespace

std::int32_t TransportSimplex::target(std::int32_t group, std::int32_t arc) const {
    if (arc == unserved_arc) return root();
    return is_real(group) ? arcs_->facility[arcs_->offsets[group] + arc] : blocked_[group - arcs_->groups()];
}

std::int64_t TransportSimplex::cost(std::int32_t group, std::int32_t arc) const {
    if (is_real(group)) return arc == unserved_arc ? arcs_->overflow : arcs_->cost[arcs_->offsets[group] + arc];
    return arc == unserved_arc ? blocked_weight * arcs_->overflow : 0;  // places are blocked whatever that costs
}

/// The price of the facility that a group's people are known to be at.
std::int64_t TransportSimplex::own_price(std::int32_t group) const { return price_[target(group, basic_[group])]; }

/// What one more person of the group costs.
std::int64_t TransportSimplex::dual(std::int32_t group) const { return cost(group, basic_[group]) + own_price(group); }

/// The cheapest of the arcs that a group's people are not known to be on; -2 where there is none.
std::int32_t TransportSimplex::cheapest_other(std::int32_t group, std::int64_t& total) const {
    const std::int32_t basic = basic_[group];
    std::int32_t best = basic == unserved_arc ? places_arc : unserved_arc;
    total = basic == unserved_arc ? unlimited : cost(group, unserved_arc);
    const std::int32_t* const facility = arcs_->facility.data() + arcs_->offsets[group];
    const std::int64_t* const costs = arcs_->cost.data() + arcs_->offsets[group];
    for (std::int32_t arc = 0; arc < count_[group]; ++arc) {
        const std::int64_t own = costs[arc] + price_[facility[arc]];
        if (own < total && arc != basic) {
            total = own;
            best = arc;
        }
    }
    return best;
}

void TransportSimplex::solve(const Execution& execution) {
    do {
        while (price_groups(execution) || price_places()) {
        }
    } while (widen());
}

/// One round over the groups that may have an arc that pays; whether any entered the basis.
bool TransportSimplex::price_groups(const Execution& execution) {
    bool any = price_blocked();
    watch_.begin_round();
    for (std::int32_t chunk = 0; chunk < watch_.chunks(); ++chunk) {
        if (watch_.sleeps(chunk)) continue;
        if (execution.stop.stop_requested()) throw Cancelled();
        const std::int32_t end = watch_.end_of(chunk);
        std::int64_t left = unlimited;
        for (std::int32_t begin = PriceWatch::first_of(chunk); begin < end; begin += groups_per_block) {
            while (price_block(begin, std::min(end, begin + groups_per_block))) any = true;
        }
        for (std::int32_t group = PriceWatch::first_of(chunk); group < end; ++group) {
            if (people_[group] > 0) left = std::min(left, watch_.left(group, own_price(group)));
        }
        watch_.chunk_looked_at(chunk, std::min(left, most_left));
    }
    return any;
}

/// Takes the arc that pays most among some groups into the basis, if any does.
bool TransportSimplex::price_block(std::int32_t begin, std::int32_t end) {
    std::int64_t most = 0;
    std::int32_t best_group = none, best_arc = none;
    for (std::int32_t group = begin; group < end; ++group) {
        const std::int64_t own = own_price(group);
        if (people_[group] == 0 || watch_.group_sleeps(group, own)) continue;
        std::int64_t total = 0;
        const std::int32_t arc = cheapest_other(group, total);
        const std::int64_t margin = std::min(total - cost(group, basic_[group]) - own, most_left);
        if (margin >= 0) {
            watch_.looked_at(group, own, margin);
        } else if (margin < most) {
            most = margin;
            best_group = group;
            best_arc = arc;
        }
    }
    if (best_group == none) return false;
    enter(best_group, best_arc);
    return true;
}

/// Blocked places that are not taken yet.
bool TransportSimplex::price_blocked() {
    bool any = false;
    for (std::int32_t group = arcs_->groups(); group < static_cast<std::int32_t>(people_.size()); ++group) {
        const std::int32_t other = basic_[group] == unserved_arc ? 0 : unserved_arc;
        if (cost(group, other) + price_[target(group, other)] >= dual(group)) continue;
        enter(group, other);
        any = true;
    }
    return any;
}

/// Places that are used though nobody need wait for them, and free ones that have a price.
bool TransportSimplex::price_places() {
    bool any = false;
    for (std::int32_t facility = 0; facility < arcs_->facilities; ++facility) {
        if (nodes_[facility].parent == root()) continue;
        const bool more = price_[facility] > 0 && used_[facility] < capacity_[facility];
        const bool fewer = price_[facility] < 0 && used_[facility] > 0;
        if (!more && !fewer) continue;
        enter_places(facility, more);
        any = true;
    }
    return any;
}

/// Takes in the arcs left out so far that pay at the prices of now; whether there were any.
bool TransportSimplex::widen() {
    bool any = false;
    const std::int64_t least = std::min<std::int64_t>(0, *std::ranges::min_element(price_));
    for (std::int32_t group = 0; group < arcs_->groups(); ++group) {
        const std::int64_t begin = arcs_->offsets[group];
        const auto known = static_cast<std::int32_t>(arcs_->offsets[group + 1] - begin);
        if (count_[group] == known || people_[group] == 0) continue;
        const std::int64_t own = dual(group);
        std::int32_t wanted = count_[group];
        for (std::int32_t arc = wanted; arc < known && arcs_->cost[begin + arc] + least < own; ++arc) {
            if (arcs_->cost[begin + arc] + price_[arcs_->facility[begin + arc]] < own) wanted = arc + 1;
        }
        if (wanted == count_[group]) continue;
        any = true;
        count_[group] = wanted;
        watch_.wake(group);
    }
    if (any) watch_.widen(*arcs_, count_);
    return any;
}

std::int64_t& TransportSimplex::flow_of(std::int32_t node) {
    return nodes_[node].arc == places_arc ? used_[node] : nodes_[node].flow;
}

/// How many people can go from a node to its parent: a group's arcs are as wide as anybody asks, one back is as wide
/// as the people on it.
std::int64_t TransportSimplex::up(std::int32_t node) const {
    if (is_group(node)) return unlimited;
    return nodes_[node].arc == places_arc ? capacity_[node] - used_[node] : nodes_[node].flow;
}

std::int64_t TransportSimplex::down(std::int32_t node) const {
    if (nodes_[node].arc == places_arc) return used_[node];
    return is_group(node) ? nodes_[node].flow : unlimited;
}

/// The last arcs that block in the order of the cycle, which begins at the apex: this is what keeps the tree strongly
/// feasible.
TransportSimplex::Blocking TransportSimplex::blocking(std::int32_t from, std::int32_t to) const {
    Blocking found{.of_first = unlimited, .of_second = unlimited};
    while (from != to) {
        if (nodes_[from].depth >= nodes_[to].depth) {
            if (const std::int64_t room = down(from); room < found.of_first) {
                found.of_first = room;
                found.first = from;
            }
            from = nodes_[from].parent;
        } else {
            if (const std::int64_t room = up(to); room <= found.of_second && room < unlimited) {
                found.of_second = room;
                found.second = to;
            }
            to = nodes_[to].parent;
        }
    }
    found.apex = from;
    return found;
}

/// Sends people around the cycle of an arc that pays so much for each.
void TransportSimplex::push(std::int32_t from, std::int32_t to, std::int32_t apex, std::int64_t people,
                            std::int64_t pays) {
    if (people == 0) return;
    const std::int64_t fewer = (pays + arcs_->overflow / 2) / arcs_->overflow;  // without a place, per person
    unserved_ -= fewer * people;
    total_cost_ -= (pays - fewer * arcs_->overflow) * people;
    for (; from != apex; from = nodes_[from].parent) {
        flow_of(from) += is_group(from) || nodes_[from].arc == places_arc ? -people : people;
    }
    for (; to != apex; to = nodes_[to].parent) {
        flow_of(to) += is_group(to) || nodes_[to].arc == places_arc ? people : -people;
    }
}

/// Sends people of a group along an arc that pays, as many as can go, and takes the arc into the basis.
void TransportSimplex::enter(std::int32_t group, std::int32_t arc) {
    const std::int64_t pays = dual(group) - cost(group, arc) - price_[target(group, arc)];
    const std::int32_t to = target(group, arc);
    const bool leaf = node_of_[group] == none;
    std::int32_t node = node_of_[group];
    const std::int32_t from = leaf ? target(group, basic_[group]) : node;
    const Blocking found = blocking(from, to);
    const std::int64_t people = std::min({found.of_first, found.of_second, leaf ? people_[group] : unlimited});
    push(from, to, found.apex, people, pays);
    if (found.of_second > people && leaf && people_[group] == people) {  // all of them go
        set_basic(group, arc);
        return;
    }
    if (leaf) {
        node = new_node(group);
        nodes_[node].arc = basic_[group];
        nodes_[node].flow = people_[group] - people;
        nodes_[node].depth = nodes_[from].depth + 1;
        link(node, from);
    }
    set_basic(group, arc);
    if (found.of_second == people) {
        cut(found.second, node);
        hang(to, node, arc, people, pays);
    } else {
        cut(found.first, node);
        hang(node, to, arc, people, -pays);
    }
}

/// Lets more or fewer people into a facility than are there, until the tree blocks or its places are used up or free.
void TransportSimplex::enter_places(std::int32_t facility, bool more) {
    const std::int32_t from = more ? facility : root();
    const std::int32_t to = more ? root() : facility;
    const Blocking found = blocking(from, to);
    const std::int64_t own = more ? capacity_[facility] - used_[facility] : used_[facility];
    const std::int64_t people = std::min({found.of_first, found.of_second, own});
    push(from, to, found.apex, people, more ? price_[facility] : -price_[facility]);
    used_[facility] += more ? people : -people;
    if (more ? own == people : found.of_second > people) return;  // the same tree
    cut(more ? found.first : found.second, none);
    hang(facility, root(), places_arc, 0, -price_[facility]);
}

/// Takes the arc between a node and its parent out of the tree. Groups with one arc left become leaves again, but for
/// `keep`, which gets another.
void TransportSimplex::cut(std::int32_t node, std::int32_t keep) {
    const std::int32_t parent = nodes_[node].parent;
    const std::int32_t arc = nodes_[node].arc;
    unlink(node);
    if (is_group(node) && node != keep) {
        const std::int32_t child = nodes_[node].child;
        const std::int32_t group = group_of_[node - root() - 1];
        if (basic_[group] == arc) set_basic(group, nodes_[child].arc);
        if (nodes_[child].next == none) {
            unlink(child);
            make_leaf(node);
        }
    } else if (is_group(parent) && parent != keep) {
        const std::int32_t group = group_of_[parent - root() - 1];
        if (basic_[group] == arc) set_basic(group, nodes_[parent].arc);
        if (nodes_[parent].child == none) {
            unlink(parent);
            make_leaf(parent);
        }
    }
}

void TransportSimplex::set_basic(std::int32_t group, std::int32_t arc) {
    basic_[group] = arc;
    if (is_real(group)) watch_.wake(group);
}

void TransportSimplex::make_leaf(std::int32_t node) {
    node_of_[group_of_[node - root() - 1]] = none;
    free_nodes_.push_back(node);
}

std::int32_t TransportSimplex::new_node(std::int32_t group) {
    std::int32_t node = static_cast<std::int32_t>(nodes_.size());
    if (free_nodes_.empty()) {
        nodes_.emplace_back();
        group_of_.push_back(group);
    } else {
        node = free_nodes_.back();
        free_nodes_.pop_back();
        nodes_[node] = Node{};
        group_of_[node - root() - 1] = group;
    }
    node_of_[group] = node;
    return node;
}

void TransportSimplex::link(std::int32_t node, std::int32_t parent) {
    nodes_[node].parent = parent;
    nodes_[node].previous = none;
    nodes_[node].next = nodes_[parent].child;
    if (nodes_[node].next != none) nodes_[nodes_[node].next].previous = node;
    nodes_[parent].child = node;
}

void TransportSimplex::unlink(std::int32_t node) {
    const Node& own = nodes_[node];
    if (own.next != none) nodes_[own.next].previous = own.previous;
    if (own.previous != none) {
        nodes_[own.previous].next = own.next;
    } else {
        nodes_[own.parent].child = own.next;
    }
    nodes_[node].parent = nodes_[node].next = nodes_[node].previous = none;
}

/// Hangs what was cut off under a parent by another of its nodes, and shifts the prices in it.
void TransportSimplex::hang(std::int32_t node, std::int32_t parent, std::int32_t arc, std::int64_t flow,
                            std::int64_t shift) {
    for (std::int32_t own = node; own != none;) {  // the way up to what was its top now leads down
        const Node before = nodes_[own];
        if (before.parent != none) unlink(own);
        link(own, parent);
        nodes_[own].arc = arc;
        nodes_[own].flow = flow;
        parent = own;
        own = before.parent;
        arc = before.arc;
        flow = before.flow;
    }
    walk_.assign(1, node);
    while (!walk_.empty()) {
        const std::int32_t own = walk_.back();
        walk_.pop_back();
        nodes_[own].depth = nodes_[nodes_[own].parent].depth + 1;
        if (!is_group(own)) {
            watch_.change(own, price_[own], price_[own] + shift);
            price_[own] += shift;
        }
        for (std::int32_t child = nodes_[own].child; child != none; child = nodes_[child].next) walk_.push_back(child);
    }
}

void TransportSimplex::add_blocked(std::int32_t facility, std::int64_t count) {
    blocked_.push_back(facility);
    people_.push_back(count);
    basic_.push_back(unserved_arc);
    node_of_.push_back(none);
}

void TransportSimplex::add_places(std::int32_t facility, std::int64_t count) { capacity_[facility] += count; }

void TransportSimplex::take_places(std::int32_t facility, std::int64_t count) {
    if (count == 0) return;
    add_blocked(facility, count);
    unserved_ += blocked_weight * count;
}

}  // namespace sheltermap

#pragma GCC diagnostic pop
