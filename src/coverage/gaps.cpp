// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/gaps.hpp"

#include "sheltermap/base/exact_sum.hpp"
#include "sheltermap/index/linked_places.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <tuple>

namespace sheltermap {
namespace {

/// One place while it is put together.
struct UncoveredPlace {
    std::vector<std::size_t> rows;
    std::size_t representative = 0;
    double people = 0;
    std::int64_t without_weight = 0;
};

bool is_uncovered(Reason reason) { return status_of(reason) == Status::uncovered; }

void require_input(std::span<const LonLat> demand, std::span<const Reason> reasons, std::span<const double> weight) {
    if (reasons.size() != demand.size() || (!weight.empty() && weight.size() != demand.size())) {
        throw std::invalid_argument("reasons and weight must have one entry per demand row");
    }
    for (std::size_t row = 0; row < demand.size(); ++row) {
        const std::string name = "row " + std::to_string(row + 1);
        if (!weight.empty() && (weight[row] < 0 || std::isinf(weight[row]))) {
            throw std::invalid_argument("weight: " + name + " is negative or infinite");
        }
        if (is_uncovered(reasons[row]) && !has_position(demand[row])) {
            throw std::invalid_argument("demand: " + name + " is uncovered but has no position");
        }
    }
}

std::vector<std::size_t> uncovered_rows(std::span<const Reason> reasons) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < reasons.size(); ++row) {
        if (is_uncovered(reasons[row])) rows.push_back(row);
    }
    return rows;
}

void weigh(UncoveredPlace& place, std::span<const double> weight) {
    if (weight.empty()) {
        place.people = static_cast<double>(place.rows.size());
        return;
    }
    ExactSum people;
    for (const std::size_t row : place.rows) {
        if (std::isnan(weight[row])) {
            ++place.without_weight;
        } else {
            people.add(weight[row]);
        }
    }
    place.people = people.value();
}

/// What decides between equals: where they are, which stays when rows are permuted, and only then the row.
auto position_key(std::span<const LonLat> demand, std::size_t row) {
    return std::tuple(demand[row].lat, demand[row].lon, row);
}

/// The row with most people.
std::size_t representative_of(const UncoveredPlace& place, std::span<const LonLat> demand,
                              std::span<const double> weight) {
    const auto people = [&](std::size_t row) {
        if (weight.empty()) return 1.0;
        return std::isnan(weight[row]) ? -1.0 : weight[row];
    };
    return *std::ranges::min_element(
        place.rows, {}, [&](std::size_t row) { return std::tuple(-people(row), position_key(demand, row)); });
}

Gaps as_columns(const std::vector<UncoveredPlace>& places) {
    Gaps result;
    for (const UncoveredPlace& place : places) {
        for (const std::size_t row : place.rows) result.row.push_back(static_cast<std::int64_t>(row));
        result.offsets.push_back(static_cast<std::int64_t>(result.row.size()));
        result.people.push_back(place.people);
        result.without_weight.push_back(place.without_weight);
        result.representative.push_back(static_cast<std::int64_t>(place.representative));
    }
    return result;
}

}  // namespace

Gaps gaps(std::span<const LonLat> demand, std::span<const Reason> reasons, std::span<const double> weight,
          double join_distance_m, const Execution& execution) {
    require_input(demand, reasons, weight);
    const auto rows = uncovered_rows(reasons);
    std::vector<LonLat> there(rows.size());
    std::transform(rows.begin(), rows.end(), there.begin(), [&](std::size_t row) { return demand[row]; });
    const auto number = linked_places(there, join_distance_m, execution);
    std::vector<UncoveredPlace> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto place = static_cast<std::size_t>(number[i]);
        if (place == places.size()) places.emplace_back();
        places[place].rows.push_back(rows[i]);
    }
    for (UncoveredPlace& place : places) {
        weigh(place, weight);
        place.representative = representative_of(place, demand, weight);
    }
    std::ranges::sort(places, {}, [&](const UncoveredPlace& place) {
        return std::tuple(-place.people, position_key(demand, place.representative));
    });
    return as_columns(places);
}

}  // namespace sheltermap
