// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/allocation.hpp"

#include "planning/demand_groups.hpp"
#include "planning/exchange.hpp"
#include "planning/transport.hpp"
#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {
namespace {

constexpr double units_per_thousandth = 1e-3;

constexpr std::int64_t most_people = (std::int64_t{1} << 62U) - 1;  // together

/// What an allocation and those that follow from it share.
struct Demand {
    Demand(std::shared_ptr<const Reach> along, std::span<const std::int64_t> of_rows, std::int32_t facilities,
           const AllocationOptions& how)
        : reach(std::move(along)),
          people(of_rows.begin(), of_rows.end()),
          groups(demand_groups(*reach, people, facilities)),
          options(how) {
        for (std::size_t row = 0; row < reach->size(); ++row) {
            everybody += people[row];
            if (reach->offsets[row] == reach->offsets[row + 1]) without_reach += people[row];
        }
    }

    std::shared_ptr<const Reach> reach;
    std::vector<std::int64_t> people;  // per row
    DemandGroups groups;
    std::int64_t everybody = 0;
    std::int64_t without_reach = 0;  // people of rows that reach nothing
    AllocationOptions options;
};

void check_counts(std::span<const std::int64_t> counts, std::size_t expected, const char* what) {
    if (counts.size() != expected) {
        throw std::invalid_argument(std::string(what) + ": one number for each of " + std::to_string(expected) +
                                    " expected, not " + std::to_string(counts.size()));
    }
    for (std::size_t row = 0; row < counts.size(); ++row) {
        if (counts[row] >= 0) continue;
        throw std::invalid_argument(std::string(what) + " of row " + std::to_string(row) + " are below zero");
    }
}

/// Calls `part(row, arc, people)` for the rows of a group: its people fill the facilities from the cheapest on, row
/// after row; the last of them have no place (arc -1).
template <class Use>
void divide(const Demand& demand, const TransportSimplex& solved, std::int32_t group,
            std::vector<std::pair<std::int32_t, std::int64_t>>& parts, const Use& use) {
    parts.clear();
    solved.for_each_part(group, [&](std::int32_t arc, std::int64_t people) {
        parts.emplace_back(arc < 0 ? std::numeric_limits<std::int32_t>::max() : arc, people);
    });
    std::ranges::sort(parts);
    auto part = parts.begin();
    for (const std::int32_t row : demand.groups.rows_of(group)) {
        for (std::int64_t left = demand.people[row]; left > 0;) {
            const std::int64_t people = std::min(left, part->second);
            use(row, part->first == std::numeric_limits<std::int32_t>::max() ? -1 : part->first, people);
            left -= people;
            part->second -= people;
            if (part->second == 0) ++part;
        }
    }
}

/// The solved problem for rows that reach more now; nothing where rows that were told apart are alike, or reach less.
std::optional<TransportSimplex> continued(const TransportSimplex& solved, const Demand& before, const Demand& now) {
    std::vector<std::int32_t> group_before(before.people.size(), -1);
    for (std::int32_t group = 0; group < before.groups.arcs->groups(); ++group) {
        for (const std::int32_t row : before.groups.rows_of(group)) group_before[row] = group;
    }
    std::vector<std::int32_t> origin(now.groups.people.size(), -1);
    for (std::int32_t group = 0; group < now.groups.arcs->groups(); ++group) {
        const std::span<const std::int32_t> rows = now.groups.rows_of(group);
        origin[group] = group_before[rows.front()];
        for (const std::int32_t row : rows) {
            if (group_before[row] != origin[group]) return std::nullopt;
        }
    }
    return TransportSimplex::continued(solved, now.groups.arcs, now.groups.people, origin);
}

}  // namespace

struct Allocation::State {
    State(std::shared_ptr<const Demand> of, TransportSimplex by, std::vector<std::int64_t> given)
        : demand(std::move(of)), simplex(std::move(by)), places(std::move(given)) {}

    std::shared_ptr<const Demand> demand;
    TransportSimplex simplex;
    std::vector<std::int64_t> places;

    // Made when they are asked for.
    mutable std::once_flag pairs_made, load_made, prices_made, dual_made;
    mutable AllocatedPairs pairs;
    mutable std::vector<std::int64_t> unserved, load;
    mutable PlacePrices prices;
    mutable std::int64_t dual = 0;

    void make_pairs() const;
    void make_load() const;
    void make_prices() const;
    void make_dual() const;
    [[nodiscard]] const std::vector<std::int64_t>& loads() const {
        std::call_once(load_made, [this] { make_load(); });
        return load;
    }
};

void Allocation::State::make_pairs() const {
    const TransportArcs& arcs = simplex.arcs();
    const std::size_t rows = demand->people.size();
    std::vector<std::pair<std::int32_t, std::int64_t>> parts;
    std::vector<std::int64_t> begin(rows + 1, 0);
    unserved.assign(rows, 0);
    for (std::size_t row = 0; row < rows; ++row) {
        if (demand->reach->offsets[row] == demand->reach->offsets[row + 1]) unserved[row] = demand->people[row];
    }
    for (std::int32_t group = 0; group < arcs.groups(); ++group) {
        divide(*demand, simplex, group, parts, [&](std::int32_t row, std::int32_t arc, std::int64_t people) {
            if (arc < 0) {
                unserved[row] += people;
            } else {
                ++begin[row + 1];
            }
        });
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    const std::int64_t count = begin.back();
    pairs.row.resize(count);
    pairs.facility.resize(count);
    pairs.people.resize(count);
    pairs.cost.resize(count);
    std::vector<std::int64_t> next(begin.begin(), begin.end() - 1);
    for (std::int32_t group = 0; group < arcs.groups(); ++group) {
        divide(*demand, simplex, group, parts, [&](std::int32_t row, std::int32_t arc, std::int64_t people) {
            if (arc < 0) return;
            const std::int32_t facility = arcs.facility[arcs.offsets[group] + arc];
            std::int64_t place = next[row]++;
            for (; place > begin[row] && pairs.facility[place - 1] > facility; --place) {  // few a row
                pairs.facility[place] = pairs.facility[place - 1];
                pairs.people[place] = pairs.people[place - 1];
                pairs.cost[place] = pairs.cost[place - 1];
            }
            pairs.facility[place] = facility;
            pairs.people[place] = people;
            pairs.cost[place] = demand->reach->cost[demand->reach->offsets[row] + arc];
            pairs.row[next[row] - 1] = row;
        });
    }
}

void Allocation::State::make_load() const {
    const TransportArcs& arcs = simplex.arcs();
    load.assign(places.size(), 0);
    for (std::int32_t group = 0; group < arcs.groups(); ++group) {
        simplex.for_each_part(group, [&](std::int32_t arc, std::int64_t people) {
            if (arc >= 0) load[arcs.facility[arcs.offsets[group] + arc]] += people;
        });
    }
}

void Allocation::State::make_prices() const {
    const std::size_t count = places.size();
    const ChainCosts chains = chain_costs(simplex, places, loads());
    prices.gain_people.assign(count, 0);
    prices.gain_cost.assign(count, 0);
    prices.loss_people.assign(count, 0);
    prices.loss_cost.assign(count, 0);
    const std::int64_t overflow = simplex.arcs().overflow;
    for (std::size_t facility = 0; facility < count; ++facility) {
        if (const std::int64_t into = chains.into[facility]; into < 0) {
            const bool served = into < -overflow / 2;
            prices.gain_people[facility] = served ? 1 : 0;
            prices.gain_cost[facility] = static_cast<double>(into + (served ? overflow : 0)) * units_per_thousandth;
        }
        if (places[facility] == 0) {
            prices.loss_people[facility] = prices.loss_cost[facility] = std::numeric_limits<double>::quiet_NaN();
        } else if (load[facility] == places[facility]) {
            const std::int64_t out = chains.out_of[facility];
            const bool unserved_one = out > overflow / 2;
            prices.loss_people[facility] = unserved_one ? 1 : 0;
            prices.loss_cost[facility] =
                static_cast<double>(out - (unserved_one ? overflow : 0)) * units_per_thousandth;
        }
    }
}

void Allocation::State::make_dual() const {
    const TransportArcs& arcs = simplex.arcs();
    std::vector<std::int64_t> price(places.size());
    // Modulo 2^64: on its way the sum may go round, at its end it fits.
    const auto product = [](std::int64_t a, std::int64_t b) {
        return static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b);
    };
    std::uint64_t bound = 0 - product(arcs.overflow, simplex.unserved());
    for (std::size_t facility = 0; facility < places.size(); ++facility) {
        price[facility] = std::max<std::int64_t>(0, simplex.price(static_cast<std::int32_t>(facility)));
        bound -= product(price[facility], std::min(places[facility], demand->everybody));
    }
    for (std::int32_t group = 0; group < arcs.groups(); ++group) {
        std::int64_t least = arcs.overflow;
        for (std::int64_t arc = arcs.offsets[group]; arc < arcs.offsets[group + 1]; ++arc) {
            least = std::min(least, arcs.cost[arc] + price[arcs.facility[arc]]);
        }
        bound += product(least, simplex.people()[group]);
    }
    dual = static_cast<std::int64_t>(bound);
}

Allocation::Allocation(std::shared_ptr<const State> state) : state_(std::move(state)) {}

const AllocatedPairs& Allocation::pairs() const {
    std::call_once(state_->pairs_made, [this] { state_->make_pairs(); });
    return state_->pairs;
}

const std::vector<std::int64_t>& Allocation::unserved() const {
    (void)pairs();
    return state_->unserved;
}

const std::vector<std::int64_t>& Allocation::load() const { return state_->loads(); }
const std::vector<std::int64_t>& Allocation::places() const { return state_->places; }

std::int64_t Allocation::served() const {
    return state_->demand->everybody - state_->demand->without_reach - state_->simplex.unserved();
}

double Allocation::total_cost() const { return static_cast<double>(primal()) * units_per_thousandth; }
std::int64_t Allocation::primal() const { return state_->simplex.total_cost(); }

std::int64_t Allocation::dual() const {
    std::call_once(state_->dual_made, [this] { state_->make_dual(); });
    return state_->dual;
}

const PlacePrices& Allocation::prices() const {
    std::call_once(state_->prices_made, [this] { state_->make_prices(); });
    return state_->prices;
}

PlaceCurve Allocation::curve(std::int32_t facility, std::int32_t count, const Execution& execution) const {
    check_facility(facility);
    if (count < 0) throw std::invalid_argument("the number of places must not be below zero");
    PlaceCurve found;
    TransportSimplex simplex = state_->simplex;
    for (std::int32_t step = 0; step < count; ++step) {
        const std::int64_t unserved = simplex.unserved(), cost = simplex.total_cost();
        simplex.add_places(facility, 1);
        simplex.solve(execution);
        found.people.push_back(state_->simplex.unserved() - simplex.unserved());
        found.cost.push_back(static_cast<double>(simplex.total_cost() - primal()) * units_per_thousandth);
        // No place is worth more than the one before it: after one that is worth nothing, nothing changes.
        if (simplex.unserved() == unserved && simplex.total_cost() == cost) break;
    }
    if (found.people.empty()) return found;
    found.people.resize(count, found.people.back());
    found.cost.resize(count, found.cost.back());
    return found;
}

Allocation Allocation::without(std::int32_t facility, const Execution& execution) const {
    check_facility(facility);
    return with_places(facility, -state_->places[facility], execution);
}

Allocation Allocation::with_places(std::int32_t facility, std::int64_t more, const Execution& execution) const {
    check_facility(facility);
    std::vector<std::int64_t> places = state_->places;
    if (more < -places[facility] || more > std::numeric_limits<std::int64_t>::max() - places[facility]) {
        throw std::invalid_argument("facility " + std::to_string(facility) + " has " +
                                    std::to_string(places[facility]) + " places: " + std::to_string(more) +
                                    " more is impossible");
    }
    places[facility] += more;
    const std::int64_t everybody = state_->demand->everybody;
    const std::int64_t change = std::min(places[facility], everybody) - std::min(state_->places[facility], everybody);
    TransportSimplex simplex = state_->simplex;
    if (change > 0) simplex.add_places(facility, change);
    if (change < 0) simplex.take_places(facility, -change);
    simplex.solve(execution);
    return Allocation(std::make_shared<const State>(state_->demand, std::move(simplex), std::move(places)));
}

std::vector<std::int32_t> Allocation::rows_to_widen() const {
    const Demand& demand = *state_->demand;
    const TransportArcs& arcs = state_->simplex.arcs();
    std::vector<std::pair<std::int64_t, std::int32_t>> cheapest;  // facilities with places by price
    for (std::int32_t facility = 0; facility < arcs.facilities; ++facility) {
        if (state_->places[facility] == 0) continue;
        cheapest.emplace_back(std::max<std::int64_t>(0, state_->simplex.price(facility)), facility);
    }
    std::ranges::sort(cheapest);
    std::vector<std::int32_t> rows, seen(arcs.facilities, -1);
    for (std::int32_t group = 0; group < arcs.groups(); ++group) {
        if (state_->simplex.people()[group] == 0) continue;
        const std::int64_t begin = arcs.offsets[group], end = arcs.offsets[group + 1];
        if (demand.reach->cost[demand.reach->offsets[demand.groups.rows_of(group).front()] + (end - begin) - 1] >=
            demand.reach->limit) {
            continue;
        }
        std::int64_t own = arcs.overflow;
        for (std::int64_t arc = begin; arc < end; ++arc) {
            const std::int32_t facility = arcs.facility[arc];
            seen[facility] = group;
            own = std::min(own, arcs.cost[arc] + std::max<std::int64_t>(0, state_->simplex.price(facility)));
        }
        const auto unseen =
            std::ranges::find_if(cheapest, [&](const auto& each) { return seen[each.second] != group; });
        if (unseen == cheapest.end() || arcs.cost[end - 1] + unseen->first >= own) continue;
        const auto alike = demand.groups.rows_of(group);
        rows.insert(rows.end(), alike.begin(), alike.end());
    }
    std::ranges::sort(rows);
    return rows;
}

Allocation Allocation::widened(std::span<const std::int32_t> rows, const Reach& theirs,
                               const Execution& execution) const {
    const Reach& before = *state_->demand->reach;
    if (theirs.size() != rows.size()) {
        throw std::invalid_argument("the wider reach must have a row for each of the " + std::to_string(rows.size()) +
                                    " rows");
    }
    std::vector<std::int32_t> wider(before.size(), -1);
    for (std::size_t each = 0; each < rows.size(); ++each) {
        if (rows[each] < 0 || static_cast<std::size_t>(rows[each]) >= before.size()) {
            throw std::invalid_argument("there is no row " + std::to_string(rows[each]));
        }
        wider[rows[each]] = static_cast<std::int32_t>(each);
    }
    auto reach = std::make_shared<Reach>();
    reach->unit = before.unit;
    reach->limit = before.limit;
    reach->reason = before.reason;
    for (std::size_t row = 0; row < before.size(); ++row) {
        const Reach& source = wider[row] < 0 ? before : theirs;
        const std::size_t at = wider[row] < 0 ? row : static_cast<std::size_t>(wider[row]);
        const std::int64_t begin = source.offsets[at], end = source.offsets[at + 1];
        reach->facility.insert(reach->facility.end(), source.facility.begin() + begin, source.facility.begin() + end);
        reach->cost.insert(reach->cost.end(), source.cost.begin() + begin, source.cost.begin() + end);
        reach->offsets.push_back(static_cast<std::int64_t>(reach->facility.size()));
        reach->reason[row] = source.reason[at];
    }
    auto demand =
        std::make_shared<const Demand>(std::move(reach), state_->demand->people,
                                       static_cast<std::int32_t>(state_->places.size()), state_->demand->options);
    std::optional<TransportSimplex> simplex = continued(state_->simplex, *state_->demand, *demand);
    if (!simplex) return allocate(demand->reach, demand->people, state_->places, demand->options, execution);
    simplex->solve(execution);
    return Allocation(std::make_shared<const State>(std::move(demand), *std::move(simplex), state_->places));
}

void Allocation::check_facility(std::int32_t facility) const {
    if (facility >= 0 && static_cast<std::size_t>(facility) < state_->places.size()) return;
    throw std::invalid_argument("there is no facility " + std::to_string(facility));
}

Allocation allocate(std::shared_ptr<const Reach> reach, std::span<const std::int64_t> people,
                    std::span<const std::int64_t> places, const AllocationOptions& options,
                    const Execution& execution) {
    check_counts(people, reach->size(), "people");
    check_counts(places, places.size(), "places");
    if (options.start_arcs < 1) throw std::invalid_argument("start_arcs must be at least 1");
    if (places.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() / 4)) {
        throw std::invalid_argument("too many facilities");
    }
    std::int64_t everybody = 0;
    for (const std::int64_t each : people) {
        if (each > most_people - everybody) throw std::invalid_argument("there are more people than 64 bits can count");
        everybody += each;
    }

    auto demand =
        std::make_shared<const Demand>(std::move(reach), people, static_cast<std::int32_t>(places.size()), options);
    std::vector<std::int64_t> capacity(places.begin(), places.end());
    for (std::int64_t& each : capacity) each = std::min(each, demand->everybody);
    TransportSimplex simplex(demand->groups.arcs, demand->groups.people, std::move(capacity), options.start_arcs);
    simplex.solve(execution);
    return Allocation(std::make_shared<const Allocation::State>(
        std::move(demand), std::move(simplex), std::vector<std::int64_t>(places.begin(), places.end())));
}

}  // namespace sheltermap

#pragma GCC diagnostic pop
