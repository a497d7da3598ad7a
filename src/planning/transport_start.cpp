// SPDX-License-Identifier: Apache-2.0
#include "planning/transport.hpp"
#include <algorithm>
#include <utility>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {

TransportSimplex::TransportSimplex(std::shared_ptr<const TransportArcs> arcs, std::vector<std::int64_t> people,
                                   std::vector<std::int64_t> places, std::int32_t start_arcs)
    : arcs_(std::move(arcs)), people_(std::move(people)), capacity_(std::move(places)) {
    const std::int32_t groups = arcs_->groups();
    for (const std::int64_t each : people_) unserved_ += each;
    used_.resize(arcs_->facilities, 0);
    price_.resize(arcs_->facilities + 1, 0);
    count_.resize(groups);
    for (std::int32_t group = 0; group < groups; ++group) {
        const std::int64_t known = arcs_->offsets[group + 1] - arcs_->offsets[group];
        count_[group] = static_cast<std::int32_t>(std::min<std::int64_t>(known, start_arcs));
    }
    watch_ = PriceWatch(*arcs_, count_);
    basic_.resize(groups, unserved_arc);
    node_of_.resize(groups, none);
    nodes_.resize(arcs_->facilities + 1);
    for (std::int32_t facility = 0; facility < arcs_->facilities; ++facility) {
        link(facility, root());
        nodes_[facility].depth = 1;
    }
    for (std::int32_t facility = 0; facility < arcs_->facilities; ++facility) {
        if (capacity_[facility] > 0) continue;
        // One place that is blocked from the start: its arc to the root could never let anybody through.
        capacity_[facility] = used_[facility] = 1;
        add_blocked(facility, 1);
        const std::int32_t group = static_cast<std::int32_t>(people_.size()) - 1;
        const std::int32_t node = new_node(group);
        unlink(facility);
        link(node, root());
        nodes_[node].arc = unserved_arc;
        nodes_[node].depth = 1;
        link(facility, node);
        nodes_[facility].arc = 0;
        nodes_[facility].flow = 1;
        nodes_[facility].depth = 2;
        price_[facility] = cost(group, unserved_arc);
    }
}

std::optional<TransportSimplex> TransportSimplex::continued(const TransportSimplex& solved,
                                                            std::shared_ptr<const TransportArcs> arcs,
                                                            std::vector<std::int64_t> people,
                                                            std::span<const std::int32_t> origin) {
    TransportSimplex next;
    next.arcs_ = std::move(arcs);
    next.people_ = std::move(people);
    next.capacity_ = solved.capacity_;
    next.used_ = solved.used_;
    next.price_.resize(solved.price_.size(), 0);
    next.count_.resize(next.people_.size(), 0);
    next.basic_.resize(next.people_.size(), unserved_arc);
    next.node_of_.resize(next.people_.size(), none);
    next.nodes_.resize(next.arcs_->facilities + 1);
    for (std::int32_t facility = 0; facility < next.arcs_->facilities; ++facility) {
        if (solved.nodes_[facility].parent == next.root()) next.link(facility, next.root());
    }

    const std::int32_t before = solved.arcs_->groups();
    std::vector<std::int64_t> begin(before + 1, 0);
    for (const std::int32_t each : origin) {
        if (each >= 0) ++begin[each + 1];
    }
    for (std::int32_t group = 0; group < before; ++group) begin[group + 1] += begin[group];
    std::vector<std::int32_t> now(begin.back());
    std::vector<std::int64_t> place(begin.begin(), begin.end() - 1);
    for (std::size_t group = 0; group < origin.size(); ++group) {
        if (origin[group] >= 0) now[place[origin[group]]++] = static_cast<std::int32_t>(group);
    }
    for (std::int32_t group = 0; group < before; ++group) {
        const Split split{group, std::span(now).subspan(begin[group], begin[group + 1] - begin[group])};
        if (!next.take_over(solved, split)) return std::nullopt;
    }
    for (std::int32_t blocked = 0; blocked < static_cast<std::int32_t>(solved.blocked_.size()); ++blocked) {
        next.add_blocked(solved.blocked_[blocked], solved.people_[before + blocked]);
        const std::int32_t group = next.arcs_->groups() + blocked;
        if (!next.take_over(solved, {before + blocked, std::span(&group, 1)})) return std::nullopt;
    }
    next.count_up();
    next.watch_ = PriceWatch(*next.arcs_, next.count_);
    return next;
}

/// Sends the people of groups that were one where they were sent, and keeps the part of the tree that links them.
bool TransportSimplex::take_over(const TransportSimplex& solved, const Split& split) {
    std::int64_t left = solved.people_[split.before];
    for (const std::int32_t group : split.now) left -= people_[group];
    if (left != 0) return false;
    const bool leaf = solved.node_of_[split.before] == none;
    const std::int32_t arc = leaf ? solved.basic_[split.before] : solved.nodes_[solved.node_of_[split.before]].arc;
    for (const std::int32_t group : split.now) {
        if (is_real(group)) {
            const std::int64_t known = arcs_->offsets[group + 1] - arcs_->offsets[group];
            count_[group] = static_cast<std::int32_t>(std::min<std::int64_t>(known, solved.count_[split.before]));
        }
        if (!take_arc(solved, split.before, arc, group)) return false;
    }
    return leaf || staircase(solved, split);
}

/// Fills the places of a group that links some, one after the other, with the groups that it has become. The first
/// place is that above it, so that each other one hangs under the first that sends somebody there: a strongly feasible
/// tree again, with as many arcs as before and one more for each group more.
bool TransportSimplex::staircase(const TransportSimplex& solved, const Split& split) {
    struct Part {
        std::int32_t arc, place;
        std::int64_t people;
    };
    const Node& top = solved.nodes_[solved.node_of_[split.before]];
    std::vector<Part> parts;
    for (std::int32_t child = top.child; child != none; child = solved.nodes_[child].next) {
        parts.push_back({solved.nodes_[child].arc, child, solved.nodes_[child].flow});
    }
    std::ranges::sort(parts, {}, &Part::arc);
    parts.insert(parts.begin(), {top.arc, top.parent, top.flow});

    const auto hang_group = [&](std::int32_t group, std::int32_t parent, std::int64_t people) {
        const std::int32_t node = new_node(group);
        nodes_[node].arc = basic_[group];
        nodes_[node].flow = people;
        link(node, parent);
    };
    auto group = split.now.begin();
    std::int64_t sent = 0;  // of the group
    for (std::size_t each = 0; each < parts.size(); ++each) {
        const Part& part = parts[each];
        bool linked = each == 0;
        for (std::int64_t left = part.people; left > 0;) {
            while (people_[*group] == 0) ++group;
            const std::int64_t people = std::min(left, people_[*group] - sent);
            if (linked) {
                if (!take_arc(solved, split.before, part.arc, *group)) return false;
                if (people < people_[*group]) hang_group(*group, part.place, people);
            } else {
                if (sent == 0) hang_group(*group, top.parent, 0);
                if (!take_arc(solved, split.before, part.arc, *group)) return false;
                link(part.place, node_of_[*group]);
                nodes_[part.place].arc = basic_[*group];
                nodes_[part.place].flow = people;
                linked = true;
            }
            left -= people;
            sent += people;
            if (sent == people_[*group]) {
                ++group;
                sent = 0;
            }
        }
    }
    return true;
}

/// Makes the arc that was one of the group before an arc in the basis of one of those now; whether it still has it.
bool TransportSimplex::take_arc(const TransportSimplex& solved, std::int32_t before, std::int32_t arc,
                                std::int32_t group) {
    basic_[group] = arc;
    if (arc == unserved_arc || !is_real(group)) return true;
    const auto begin = arcs_->facility.begin() + arcs_->offsets[group];
    const auto end = arcs_->facility.begin() + arcs_->offsets[group + 1];
    const auto found = std::find(begin, end, solved.target(before, arc));
    basic_[group] = static_cast<std::int32_t>(found - begin);
    count_[group] = std::max(count_[group], std::min(basic_[group] + 1, static_cast<std::int32_t>(end - begin)));
    return found != end;
}

/// Works out from the tree how deep its nodes are, the prices and what all ways cost.
void TransportSimplex::count_up() {
    walk_.assign(1, root());
    while (!walk_.empty()) {
        const std::int32_t own = walk_.back();
        walk_.pop_back();
        for (std::int32_t child = nodes_[own].child; child != none; child = nodes_[child].next) {
            nodes_[child].depth = nodes_[own].depth + 1;
            walk_.push_back(child);
            if (!is_group(own)) continue;
            const std::int32_t group = group_of_[own - root() - 1];
            price_[child] = cost(group, nodes_[own].arc) + price_[nodes_[own].parent] - cost(group, nodes_[child].arc);
        }
    }
    for (std::int32_t group = 0; group < static_cast<std::int32_t>(people_.size()); ++group) {
        for_each_part(group, [&](std::int32_t arc, std::int64_t people) {
            if (arc == unserved_arc) {
                unserved_ += (is_real(group) ? 1 : blocked_weight) * people;
            } else {
                total_cost_ += cost(group, arc) * people;
            }
        });
    }
}

}  // namespace sheltermap

#pragma GCC diagnostic pop
