// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/floating_catchment.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/exact_sum.hpp"

#include "base/not_finite.hpp"
#include "base/scratch.hpp"
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

bool is_positive_number(double value) { return value > 0 && std::isfinite(value); }

void require_usable_decay(const Decay& decay) {
    const auto family = decay.family;
    if (std::isnan(decay.limit) || decay.limit < 0) throw std::invalid_argument("a limit must not be negative");
    if (family == DecayFamily::linear || family == DecayFamily::kernel || family == DecayFamily::bell) {
        if (!is_positive_number(decay.limit))
            throw std::invalid_argument("this decay ends at a limit above 0; it has none");
    }
    if (family == DecayFamily::gaussian || family == DecayFamily::exponential || family == DecayFamily::power) {
        if (!is_positive_number(decay.scale)) throw std::invalid_argument("this decay needs a scale above 0");
    }
    if (family == DecayFamily::power && !std::isfinite(decay.exponent)) {
        throw std::invalid_argument("the exponent of a decay must be finite");
    }
    if (family != DecayFamily::steps) return;
    if (decay.up_to.empty() || decay.up_to.size() != decay.weight.size()) {
        throw std::invalid_argument("a decay in steps needs costs and as many weights");
    }
    if (std::ranges::any_of(decay.up_to, [](double each) { return std::isnan(each); }) ||
        std::ranges::adjacent_find(decay.up_to, std::greater_equal<>()) != decay.up_to.end()) {
        throw std::invalid_argument("the costs of a decay's steps must ascend");
    }
    if (!std::ranges::all_of(decay.weight, [](double each) { return each >= 0 && std::isfinite(each); })) {
        throw std::invalid_argument("the weights of a decay's steps must be finite, and none below 0");
    }
}

double squared(double value) { return value * value; }

double decayed_within(double cost, const Decay& decay) {
    static const double edge = std::exp(-0.5);
    switch (decay.family) {
        case DecayFamily::binary:
            return 1;
        case DecayFamily::linear:
            return 1 - cost / decay.limit;
        case DecayFamily::kernel:
            return 1 - squared(cost / decay.limit);
        case DecayFamily::gaussian:
            return std::exp(-squared(cost / decay.scale) / 2);
        case DecayFamily::bell:
            return std::max(0.0, (std::exp(-squared(cost / decay.limit) / 2) - edge) / (1 - edge));
        case DecayFamily::exponential:
            return std::exp(-cost / decay.scale);
        case DecayFamily::power:
            return std::pow(decay.scale / std::max(cost, decay.scale), decay.exponent);
        case DecayFamily::steps:
            break;
    }
    const auto step = std::ranges::lower_bound(decay.up_to, cost);
    return step == decay.up_to.end() ? 0 : decay.weight[static_cast<std::size_t>(step - decay.up_to.begin())];
}

double decayed(double cost, const Decay& decay) { return cost <= decay.limit ? decayed_within(cost, decay) : 0; }

void require_amounts(std::span<const double> values, const char* what) {
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (std::isnan(values[row]) || (values[row] >= 0 && std::isfinite(values[row]))) continue;
        throw std::invalid_argument(std::string(what) + ": row " + std::to_string(row + 1) + " holds " +
                                    std::to_string(values[row]) + ", which is no amount");
    }
}

void require_facilities(const ReachedRows& rows, std::size_t facilities) {
    const auto begin = static_cast<std::size_t>(rows.offsets.front());
    const auto pairs = static_cast<std::size_t>(rows.offsets.back()) - begin;
    for (const std::int32_t each : rows.facility.subspan(begin, pairs)) {
        if (each >= 0 && static_cast<std::size_t>(each) < facilities) continue;
        throw std::invalid_argument("supply has " + std::to_string(facilities) + " entries, and facility " +
                                    std::to_string(each) + " is reached");
    }
}

/// With which part of a person a facility counts that he reaches.
struct SeenPart {
    std::size_t facility;
    double part;
};

/// Who sees a facility.
struct FacilityDemand {
    ExactSum weighted;
    ExactSum whole;
};

/// What a thread works with.
struct Shares {
    std::vector<SeenPart> parts;
    std::vector<FacilityDemand> demand;  // per facility, once it is needed
};

/// How people share what they reach.
class Sharing {
public:
    Sharing(const ReachInBlocks& reach, std::span<const double> supply, CatchmentMethod method, const Decay& decay)
        : reach_(reach),
          supply_(supply),
          method_(method),
          decay_(decay),
          by_cost_(decay.family != DecayFamily::binary || reach.limit() > decay.limit) {}

    /// Calls `use(shares, row, reason)` for every row, its parts in `shares`.
    template <class Use>
    void visit(ScratchPool<Shares>& pool, const Execution& execution, Use use) const {
        reach_.visit(by_cost_, execution, [&](std::size_t first, const ReachedRows& rows) {
            require_facilities(rows, supply_.size());
            pool.lend([&](Shares& shares) {
                for (std::size_t row = 0; row < rows.reason.size(); ++row) {
                    find_parts(rows, row, shares.parts);
                    use(shares, first + row, rows.reason[row]);
                }
            });
        });
    }

private:
    /// The weight of every cost, and in three steps how likely each is chosen; of those that have any.
    void find_parts(const ReachedRows& rows, std::size_t row, std::vector<SeenPart>& parts) const {
        parts.clear();
        ExactSum all;
        const bool chooses = method_ == CatchmentMethod::three_step;
        const auto end = static_cast<std::size_t>(rows.offsets[row + 1]);
        for (auto pair = static_cast<std::size_t>(rows.offsets[row]); pair < end; ++pair) {
            const auto facility = static_cast<std::size_t>(rows.facility[pair]);
            if (!(supply_[facility] > 0)) continue;
            const double part = by_cost_ ? decayed(rows.cost[pair], decay_) : 1;
            if (!(part > 0)) continue;
            parts.push_back({facility, part});
            if (chooses) all.add(part);
        }
        if (!chooses) return;
        const double sum = all.value();
        for (SeenPart& each : parts) each.part *= each.part / sum;
        std::erase_if(parts, [](const SeenPart& each) { return !(each.part > 0); });
    }

    const ReachInBlocks& reach_;
    std::span<const double> supply_;
    CatchmentMethod method_;
    const Decay& decay_;
    bool by_cost_;  // else all that is reached weighs 1
};

/// The people who see each facility; sums are exact, so that it does not matter which thread adds which.
std::vector<FacilityDemand> demand_of_facilities(const Sharing& sharing, std::span<const double> people,
                                                 std::size_t facilities, const Execution& execution) {
    ScratchPool<Shares> pool;
    sharing.visit(pool, execution, [&](Shares& shares, std::size_t row, Reason) {
        if (!(people[row] > 0)) return;
        shares.demand.resize(facilities);
        for (const SeenPart& each : shares.parts) {
            shares.demand[each.facility].weighted.add(people[row] * each.part);
            shares.demand[each.facility].whole.add(people[row]);
        }
    });
    std::vector<FacilityDemand> demand(facilities);
    pool.for_each([&](const Shares& shares) {
        for (std::size_t facility = 0; facility < shares.demand.size(); ++facility) {
            demand[facility].weighted.add(shares.demand[facility].weighted);
            demand[facility].whole.add(shares.demand[facility].whole);
        }
    });
    return demand;
}

/// The supply of each facility over the people who see it.
void divide_supply(std::span<const FacilityDemand> demand, std::span<const double> supply, CatchmentMethod method,
                   FloatingCatchment& found) {
    for (std::size_t facility = 0; facility < supply.size(); ++facility) {
        const double weighted = demand[facility].weighted.value();
        found.weighted_demand[facility] = weighted;
        found.people[facility] = demand[facility].whole.value();
        if (method == CatchmentMethod::gravity) {
            found.ratio[facility] = supply[facility];
            continue;
        }
        if (!(found.people[facility] > 0)) continue;
        found.ratio[facility] = supply[facility] / weighted;
        if (!std::isfinite(found.ratio[facility])) {
            throw std::overflow_error("facility " + std::to_string(facility + 1) +
                                      ": the weights of all who see it are too small to divide its supply among them");
        }
    }
}

}  // namespace

std::vector<double> decay_weights(std::span<const double> cost, const Decay& decay) {
    require_usable_decay(decay);
    std::vector<double> weights(cost.size());
    std::ranges::transform(cost, weights.begin(), [&](double each) { return decayed(each, decay); });
    return weights;
}

FloatingCatchment floating_catchment(const ReachInBlocks& reach, std::span<const double> people,
                                     std::span<const double> supply, CatchmentMethod method, const Decay& decay,
                                     const Execution& execution) {
    if (people.size() != reach.size()) throw std::invalid_argument("people must have one entry per demand row");
    require_amounts(people, "people");
    require_amounts(supply, "supply");
    require_usable_decay(decay);
    FloatingCatchment found{.access = std::vector<double>(reach.size()),
                            .seen = std::vector<std::int32_t>(reach.size()),
                            .reason = std::vector<Reason>(reach.size()),
                            .ratio = std::vector<double>(supply.size(), nan),
                            .weighted_demand = std::vector<double>(supply.size()),
                            .people = std::vector<double>(supply.size())};
    const Sharing sharing(reach, supply, method, decay);
    divide_supply(demand_of_facilities(sharing, people, supply.size(), execution), supply, method, found);
    ScratchPool<Shares> pool;
    sharing.visit(pool, execution, [&](const Shares& shares, std::size_t row, Reason reason) {
        ExactSum sum;
        for (const SeenPart& each : shares.parts) sum.add(each.part * found.ratio[each.facility]);
        found.seen[row] = static_cast<std::int32_t>(shares.parts.size());
        found.reason[row] = reason;
        found.access[row] = status_of(reason) == Status::unknown ? nan : sum.value();
    });
    return found;
}

}  // namespace sheltermap
