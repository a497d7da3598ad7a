// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"

#include "planning/price_watch.hpp"
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {

/// Groups of people and the facilities that each can be sent to, cheapest first (compressed sparse rows).
struct TransportArcs {
    std::vector<std::int64_t> offsets{0};  ///< size groups + 1
    std::vector<std::int32_t> facility;
    std::vector<std::int64_t> cost;  ///< thousandths of the reach's unit, per person
    std::int32_t facilities = 0;
    std::int64_t overflow = 0;  ///< what it costs to leave somebody without a place: over twice any chain of moves

    [[nodiscard]] std::int32_t groups() const noexcept { return static_cast<std::int32_t>(offsets.size()) - 1; }
};

/// The cheapest way to give people places, by a network simplex method that keeps its basis between questions.
///
/// A basis is a tree. Nearly every group is a leaf of it, all its people at one facility, so the tree itself is kept
/// over the facilities, the root (the free places, and the people without one), and the few groups that are divided or
/// link two facilities; the prices of the facilities are the whole dual solution. Pivots keep the tree strongly
/// feasible (Cunningham 1976), so that there is no cycling.
class TransportSimplex {
public:
    /// Nobody has a place yet. Facilities may have no places. Starts with the cheapest `start_arcs` of each group.
    TransportSimplex(std::shared_ptr<const TransportArcs> arcs, std::vector<std::int64_t> people,
                     std::vector<std::int64_t> places, std::int32_t start_arcs);

    /// A solved problem whose groups reach more now, or have come apart: it keeps its basis. `origin` says of each
    /// group whose people it has, -1 for people who reached nothing. Nothing where groups lost people or ways that are
    /// used.
    [[nodiscard]] static std::optional<TransportSimplex> continued(const TransportSimplex& solved,
                                                                   std::shared_ptr<const TransportArcs> arcs,
                                                                   std::vector<std::int64_t> people,
                                                                   std::span<const std::int32_t> origin);

    /// Pivots until no arc pays, also none of those left out at first.
    void solve(const Execution& execution);

    /// Changes the places of a facility; solve() then starts from the basis that is there.
    void add_places(std::int32_t facility, std::int64_t count);
    void take_places(std::int32_t facility, std::int64_t count);

    [[nodiscard]] const TransportArcs& arcs() const noexcept { return *arcs_; }
    [[nodiscard]] const std::vector<std::int64_t>& people() const noexcept { return people_; }
    /// What entering a facility costs beyond the way: 0 where places are free. Negative values mean the same as 0.
    [[nodiscard]] std::int64_t price(std::int32_t facility) const { return price_[facility]; }

    /// People without a place, and what all ways together cost; after solve().
    [[nodiscard]] std::int64_t unserved() const noexcept { return unserved_; }
    [[nodiscard]] std::int64_t total_cost() const noexcept { return total_cost_; }

    /// Calls `part(arc, people)` for each facility that people of a group are sent to, `arc` counted within the group
    /// in no order; -1 for those without a place.
    template <class Part>
    void for_each_part(std::int32_t group, const Part& part) const {
        const std::int32_t node = node_of_[group];
        if (node < 0) {
            if (people_[group] > 0) part(basic_[group], people_[group]);
            return;
        }
        if (nodes_[node].flow > 0) part(nodes_[node].arc, nodes_[node].flow);
        for (std::int32_t child = nodes_[node].child; child >= 0; child = nodes_[child].next) {
            if (nodes_[child].flow > 0) part(nodes_[child].arc, nodes_[child].flow);
        }
    }

private:
    static constexpr std::int32_t none = -1;
    static constexpr std::int32_t unserved_arc = -1;  // of a group, to the root
    static constexpr std::int32_t places_arc = -2;    // of a facility, to the root

    /// Blocked places that are not taken yet count as so many people without a place.
    static constexpr std::int64_t blocked_weight = 4;

    /// A node of the tree and the arc to its parent. One of the two is a group, or the arc is that of the places.
    struct Node {
        std::int32_t parent = none, child = none, next = none, previous = none;  // child: the first
        std::int32_t depth = 0;
        std::int32_t arc = places_arc;  // within the group that is at one of its ends
        std::int64_t flow = 0;          // people on it; of the arc of places see used_
    };

    /// What blocks a cycle: the node whose arc to its parent does, and how many people it lets through.
    struct Blocking {
        std::int32_t first = none, second = none, apex = none;  // on the way to where people come from; go to
        std::int64_t of_first = 0, of_second = 0;
    };

    /// A group of a solved problem and those that its people are in now.
    struct Split {
        std::int32_t before = none;
        std::span<const std::int32_t> now;
    };

    TransportSimplex() = default;
    bool take_over(const TransportSimplex& solved, const Split& split);
    bool staircase(const TransportSimplex& solved, const Split& split);
    bool take_arc(const TransportSimplex& solved, std::int32_t before, std::int32_t arc, std::int32_t group);
    void count_up();

    [[nodiscard]] std::int32_t root() const noexcept { return arcs_->facilities; }
    [[nodiscard]] bool is_group(std::int32_t node) const noexcept { return node > arcs_->facilities; }
    [[nodiscard]] bool is_real(std::int32_t group) const noexcept { return group < arcs_->groups(); }
    [[nodiscard]] std::int32_t target(std::int32_t group, std::int32_t arc) const;
    [[nodiscard]] std::int64_t cost(std::int32_t group, std::int32_t arc) const;
    [[nodiscard]] std::int64_t dual(std::int32_t group) const;
    [[nodiscard]] std::int64_t own_price(std::int32_t group) const;
    [[nodiscard]] std::int32_t cheapest_other(std::int32_t group, std::int64_t& total) const;

    bool price_groups(const Execution& execution);
    bool price_block(std::int32_t begin, std::int32_t end);
    bool price_blocked();
    bool price_places();
    bool widen();
    void enter(std::int32_t group, std::int32_t arc);
    void enter_places(std::int32_t facility, bool more);

    [[nodiscard]] std::int64_t& flow_of(std::int32_t node);
    [[nodiscard]] std::int64_t up(std::int32_t node) const;
    [[nodiscard]] std::int64_t down(std::int32_t node) const;
    [[nodiscard]] Blocking blocking(std::int32_t from, std::int32_t to) const;
    void push(std::int32_t from, std::int32_t to, std::int32_t apex, std::int64_t people, std::int64_t pays);
    void cut(std::int32_t node, std::int32_t keep);
    void set_basic(std::int32_t group, std::int32_t arc);
    void make_leaf(std::int32_t node);
    void link(std::int32_t node, std::int32_t parent);
    void unlink(std::int32_t node);
    void hang(std::int32_t node, std::int32_t parent, std::int32_t arc, std::int64_t flow, std::int64_t shift);
    std::int32_t new_node(std::int32_t group);
    void add_blocked(std::int32_t facility, std::int64_t count);

    std::shared_ptr<const TransportArcs> arcs_;
    std::vector<std::int64_t> people_;      // per group; those of blocked places behind
    std::vector<std::int64_t> capacity_;    // per facility, blocked places included
    std::vector<std::int64_t> used_;        // per facility, blocked places included
    std::vector<std::int64_t> price_;       // per facility and of the root (0)
    std::vector<std::int32_t> count_;       // per group: arcs that are looked at
    std::vector<std::int32_t> basic_;       // per group: one of its arcs in the basis
    std::vector<std::int32_t> node_of_;     // per group: its node, -1 for a leaf
    std::vector<Node> nodes_;               // facilities, the root, groups that link
    std::vector<std::int32_t> group_of_;    // per node beyond the root
    std::vector<std::int32_t> free_nodes_;  // nodes of groups that became leaves
    std::vector<std::int32_t> blocked_;     // per group of blocked places: the facility
    PriceWatch watch_;
    std::int64_t unserved_ = 0;
    std::int64_t total_cost_ = 0;
    std::vector<std::int32_t> walk_;  // scratch of hang()
};

}  // namespace sheltermap

#pragma GCC diagnostic pop
