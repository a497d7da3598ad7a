// SPDX-License-Identifier: Apache-2.0
#include "planning/district_state.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace sheltermap {
namespace {

using Place = std::array<double, 3>;

Place middle_of(const WorkUnits& units) {
    Place middle{};
    double weight = 0;
    for (std::size_t row = 0; row < units.size(); ++row) {
        for (std::size_t axis = 0; axis < 3; ++axis) middle[axis] += units.weight[row] * units.place_m[row][axis];
        weight += units.weight[row];
    }
    for (double& each : middle) each = weight > 0 ? each / weight : 0;
    return middle;
}

bool is_row(std::int32_t each, std::size_t count) { return each >= 0 && static_cast<std::size_t>(each) < count; }

bool connected(const WorkUnits& units) {
    std::vector<bool> seen(units.size());
    std::vector<std::int32_t> stack{0};
    seen[0] = true;
    std::size_t count = 0;
    while (!stack.empty()) {
        const std::int32_t unit = stack.back();
        stack.pop_back();
        ++count;
        for (const std::int32_t next : neighbours_of(units, unit)) {
            if (seen[static_cast<std::size_t>(next)]) continue;
            seen[static_cast<std::size_t>(next)] = true;
            stack.push_back(next);
        }
    }
    return count == units.size();
}

}  // namespace

void require_fitting(const WorkUnits& units) {
    const std::size_t count = units.size();
    if (units.offsets.size() != count + 1 || units.weight.size() != count || units.place_m.size() != count ||
        units.offsets.front() != 0 || !std::ranges::is_sorted(units.offsets) ||
        units.offsets.back() != static_cast<std::int64_t>(units.neighbour.size())) {
        throw std::invalid_argument("columns of units must be as long as there are units");
    }
    if (!std::ranges::all_of(units.neighbour, [&](std::int32_t each) { return is_row(each, count); })) {
        throw std::invalid_argument("a neighbour is no row of the units");
    }
}

void require_districts(const WorkUnits& units, std::span<const std::int32_t> district, std::size_t count) {
    const auto known = [&](std::int32_t each) { return each == -1 || is_row(each, count); };
    if (district.size() != units.size() || !std::ranges::all_of(district, known)) {
        throw std::invalid_argument("every unit is in one of the districts, or -1 in none");
    }
}

void require_sound(const WorkUnits& units, const DistrictRules& rules) {
    require_fitting(units);
    const std::size_t count = units.size(), districts = rules.share.size();
    if (districts == 0 || districts > count) throw std::invalid_argument("districts must be 1 to as many as units");
    if ((!rules.seat.empty() && rules.seat.size() != districts) ||
        (!rules.travel_cost.empty() && rules.travel_cost.size() != districts * count)) {
        throw std::invalid_argument("seats and ways to offices must be of as many districts as shares");
    }
    if (!std::ranges::all_of(rules.seat, [&](std::int32_t each) { return each == -1 || is_row(each, count); })) {
        throw std::invalid_argument("a seat is no row of the units");
    }
    if (std::ranges::any_of(units.work, [](std::int64_t each) { return each < 0; }) ||
        std::accumulate(units.work.begin(), units.work.end(), 0.0) < 1 ||
        std::accumulate(units.work.begin(), units.work.end(), 0.0) > 0x1p53) {
        throw std::invalid_argument("work must not be negative, and its sum from 1 to 2^53");
    }
    if (std::ranges::any_of(rules.share, [](double each) { return !(each > 0); })) {
        throw std::invalid_argument("each district needs a share above 0");
    }
    if (!connected(units)) throw std::invalid_argument("the units are not connected: some have no way to the others");
}

double DistrictState::District::shape() const noexcept {
    if (units == 0) return 0;
    double moment_squared = 0;
    for (const double each : moment) moment_squared += each * each;
    return travel + std::max(squares - moment_squared / weight, 0.0);
}

void DistrictState::District::add(double weight_of_unit, const Place& place, double cost) noexcept {
    weight += weight_of_unit;
    travel += weight_of_unit * cost;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        moment[axis] += weight_of_unit * place[axis];
        squares += weight_of_unit * place[axis] * place[axis];
    }
}

DistrictState::DistrictState(const WorkUnits& units, const DistrictRules& rules, std::vector<std::int32_t> district)
    : units_(&units),
      rules_(&rules),
      district_(std::move(district)),
      all_(rules.share.size()),
      origin_(middle_of(units)),
      seen_(units.size()) {
    const auto total = static_cast<double>(std::accumulate(units.work.begin(), units.work.end(), std::int64_t{0}));
    for (const double share : rules.share) target_.push_back(share * total);
    for (std::size_t row = 0; row < units.size(); ++row) {
        if (district_[row] >= 0) count(static_cast<std::int32_t>(row), district_[row], 1);
    }
}

bool DistrictState::is_seat(std::int32_t unit) const {
    return std::ranges::find(rules_->seat, unit) != rules_->seat.end();
}

std::int32_t DistrictState::stays_in(std::size_t district) const {
    if (!rules_->seat.empty() && rules_->seat[district] >= 0) return rules_->seat[district];
    return static_cast<std::int32_t>(std::ranges::find(district_, static_cast<std::int32_t>(district)) -
                                     district_.begin());
}

double DistrictState::beyond(double load) const noexcept {
    constexpr double rounding = 1e-12;
    const double over = std::abs(load - 1) - rules_->tolerance;
    return over > rounding ? over : 0;
}

double DistrictState::cost(std::size_t district, std::int32_t unit) const {
    return rules_->travel_cost.empty()
               ? 0
               : rules_->travel_cost[district * units_->size() + static_cast<std::size_t>(unit)];
}

void DistrictState::count(std::int32_t unit, std::int32_t in, int sign) {
    const auto row = static_cast<std::size_t>(unit);
    District& own = all_[static_cast<std::size_t>(in)];
    own.work += sign * units_->work[row];
    own.units += sign;
    if (own.units == 0) {
        own = {};  // what rounding left behind
        return;
    }
    Place place{};
    if (rules_->travel_cost.empty()) {
        for (std::size_t axis = 0; axis < 3; ++axis) place[axis] = units_->place_m[row][axis] - origin_[axis];
    }
    own.add(sign * units_->weight[row], place, cost(static_cast<std::size_t>(in), unit));
}

double DistrictState::shape_change(std::size_t district, std::int32_t unit, bool joins) const {
    const auto row = static_cast<std::size_t>(unit);
    District changed = all_[district];
    changed.units += joins ? 1 : -1;
    Place place{};
    if (rules_->travel_cost.empty()) {
        for (std::size_t axis = 0; axis < 3; ++axis) place[axis] = units_->place_m[row][axis] - origin_[axis];
    }
    changed.add(joins ? units_->weight[row] : -units_->weight[row], place, cost(district, unit));
    return changed.shape() - all_[district].shape();
}

Loads DistrictState::loads() const {
    Loads found{.largest = 0, .smallest = std::numeric_limits<double>::infinity()};
    for (std::size_t each = 0; each < all_.size(); ++each) {
        const double own = load(each);
        found.largest = std::max(found.largest, own);
        found.smallest = std::min(found.smallest, own);
        found.beyond += beyond(own);
        found.shape += all_[each].shape();
    }
    return found;
}

bool DistrictState::may_leave(std::int32_t unit) {
    const std::int32_t own = of(unit);
    if (own < 0) return true;
    if (all_[static_cast<std::size_t>(own)].units < 2 || is_seat(unit)) return false;
    std::size_t wanted = 0;
    std::int32_t start = -1;
    for (const std::int32_t next : neighbours_of(*units_, unit)) {
        if (of(next) != own || next == unit) continue;
        ++wanted;
        start = next;
    }
    if (wanted < 2) return true;
    ++search_;
    const auto mark = [&](std::int32_t each) {
        std::uint32_t& last = seen_[static_cast<std::size_t>(each)];
        return std::exchange(last, search_) != search_;
    };
    mark(unit);
    mark(start);
    stack_.assign(1, start);
    std::size_t reached = 1;
    const auto near = neighbours_of(*units_, unit);
    while (!stack_.empty() && reached < wanted) {
        const std::int32_t here = stack_.back();
        stack_.pop_back();
        for (const std::int32_t next : neighbours_of(*units_, here)) {
            if (of(next) != own || !mark(next)) continue;
            if (std::ranges::find(near, next) != near.end()) ++reached;
            stack_.push_back(next);
        }
    }
    return reached == wanted;
}

void DistrictState::move(std::int32_t unit, std::int32_t to) {
    std::int32_t& own = district_[static_cast<std::size_t>(unit)];
    if (own >= 0) count(unit, own, -1);
    if (to >= 0) count(unit, to, 1);
    own = to;
}

std::vector<bool> joints(const WorkUnits& units, std::span<const std::int32_t> district) {
    // Tarjan 1972, without recursion: districts of many thousand units in a row are deep.
    struct Step {
        std::int32_t unit, parent;
        std::size_t next = 0;
        std::int32_t children = 0;
    };
    const std::size_t count = units.size();
    std::vector<std::int32_t> found(count, -1), low(count, -1);
    std::vector<bool> is_joint(count);
    std::vector<Step> path;
    std::int32_t clock = 0;
    for (std::size_t root = 0; root < count; ++root) {
        if (found[root] >= 0 || district[root] < 0) continue;
        found[root] = low[root] = clock++;
        path.push_back({.unit = static_cast<std::int32_t>(root), .parent = -1});
        while (!path.empty()) {
            Step& step = path.back();
            const auto here = static_cast<std::size_t>(step.unit);
            const auto near = neighbours_of(units, step.unit);
            if (step.next < near.size()) {
                const std::int32_t next = near[step.next++];
                const auto there = static_cast<std::size_t>(next);
                if (district[there] != district[here] || next == step.unit || next == step.parent) continue;
                if (found[there] >= 0) {
                    low[here] = std::min(low[here], found[there]);
                    continue;
                }
                ++step.children;
                found[there] = low[there] = clock++;
                path.push_back({.unit = next, .parent = step.unit});
                continue;
            }
            const Step done = step;
            path.pop_back();
            if (path.empty()) {
                is_joint[here] = done.children > 1;
                continue;
            }
            const auto above = static_cast<std::size_t>(path.back().unit);
            low[above] = std::min(low[above], low[here]);
            if (low[here] >= found[above] && path.size() > 1) is_joint[above] = true;
        }
    }
    return is_joint;
}

}  // namespace sheltermap
