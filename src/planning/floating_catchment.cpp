// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/floating_catchment.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/exact_sum.hpp"

#include "base/not_finite.hpp"
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

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

void require_facilities(const Reach& reach, std::size_t facilities) {
    for (const std::int32_t each : reach.facility) {
        if (each >= 0 && static_cast<std::size_t>(each) < facilities) continue;
        throw std::invalid_argument("supply has " + std::to_string(facilities) + " entries, and facility " +
                                    std::to_string(each) + " is reached");
    }
}

/// First and last pair of a row.
std::pair<std::size_t, std::size_t> row_pairs(const Reach& reach, std::size_t row) {
    return {static_cast<std::size_t>(reach.offsets[row]), static_cast<std::size_t>(reach.offsets[row + 1])};
}

/// With which part of a person each pair counts: the weight of its cost, and in three steps how likely it is chosen.
std::vector<double> parts_of_pairs(const Reach& reach, std::span<const double> supply, CatchmentMethod method,
                                   const Decay& decay, const Execution& execution) {
    std::vector<double> part(reach.cost.size());
    parallel_for(reach.size(), rows_per_block, execution, [&](std::size_t first_row, std::size_t last_row) {
        for (std::size_t row = first_row; row < last_row; ++row) {
            const auto [begin, end] = row_pairs(reach, row);
            ExactSum all;
            for (std::size_t pair = begin; pair < end; ++pair) {
                if (!(supply[static_cast<std::size_t>(reach.facility[pair])] > 0)) continue;
                part[pair] = decayed(reach.cost[pair], decay);
                all.add(part[pair]);
            }
            if (method != CatchmentMethod::three_step) continue;
            const double sum = all.value();
            for (std::size_t pair = begin; pair < end; ++pair) {
                if (part[pair] > 0) part[pair] *= part[pair] / sum;
            }
        }
    });
    return part;
}

/// The supply of each facility over the people who see it.
void divide_supply(const Reach& reach, std::span<const double> people, std::span<const double> supply,
                   std::span<const double> part, CatchmentMethod method, FloatingCatchment& found,
                   const Execution& execution) {
    std::vector<ExactSum> weighted(supply.size());
    std::vector<ExactSum> whole(supply.size());
    for (std::size_t row = 0; row < reach.size(); ++row) {
        if (row % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        if (!(people[row] > 0)) continue;
        const auto [begin, end] = row_pairs(reach, row);
        for (std::size_t pair = begin; pair < end; ++pair) {
            if (!(part[pair] > 0)) continue;
            const auto facility = static_cast<std::size_t>(reach.facility[pair]);
            weighted[facility].add(people[row] * part[pair]);
            whole[facility].add(people[row]);
        }
    }
    for (std::size_t facility = 0; facility < supply.size(); ++facility) {
        const double demand = weighted[facility].value();
        found.weighted_demand[facility] = demand;
        found.people[facility] = whole[facility].value();
        if (method == CatchmentMethod::gravity) {
            found.ratio[facility] = supply[facility];
            continue;
        }
        if (!(found.people[facility] > 0)) continue;
        found.ratio[facility] = supply[facility] / demand;
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

FloatingCatchment floating_catchment(const Reach& reach, std::span<const double> people, std::span<const double> supply,
                                     CatchmentMethod method, const Decay& decay, const Execution& execution) {
    if (people.size() != reach.size()) throw std::invalid_argument("people must have one entry per demand row");
    require_amounts(people, "people");
    require_amounts(supply, "supply");
    require_facilities(reach, supply.size());
    require_usable_decay(decay);
    FloatingCatchment found{.access = std::vector<double>(reach.size()),
                            .seen = std::vector<std::int32_t>(reach.size()),
                            .ratio = std::vector<double>(supply.size(), nan),
                            .weighted_demand = std::vector<double>(supply.size()),
                            .people = std::vector<double>(supply.size())};
    const std::vector<double> part = parts_of_pairs(reach, supply, method, decay, execution);
    divide_supply(reach, people, supply, part, method, found, execution);
    parallel_for(reach.size(), rows_per_block, execution, [&](std::size_t first_row, std::size_t last_row) {
        for (std::size_t row = first_row; row < last_row; ++row) {
            const auto [begin, end] = row_pairs(reach, row);
            ExactSum sum;
            for (std::size_t pair = begin; pair < end; ++pair) {
                if (!(part[pair] > 0)) continue;
                ++found.seen[row];
                sum.add(part[pair] * found.ratio[static_cast<std::size_t>(reach.facility[pair])]);
            }
            found.access[row] = status_of(reach.reason[row]) == Status::unknown ? nan : sum.value();
        }
    });
    return found;
}

}  // namespace sheltermap
