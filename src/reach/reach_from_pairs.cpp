// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/reach_from_pairs.hpp"

#include "base/not_finite.hpp"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

struct Pair {
    double cost;
    std::int32_t facility;
    friend bool operator==(const Pair&, const Pair&) = default;
    friend bool operator<(const Pair& a, const Pair& b) {
        return a.cost < b.cost || (a.cost == b.cost && a.facility < b.facility);
    }
};

std::size_t at(std::int64_t number) { return static_cast<std::size_t>(number); }

bool is_one_of(std::int32_t number, std::size_t count) { return number >= 0 && at(number) < count; }

[[noreturn]] void refuse(std::size_t pair, const std::string& what) {
    throw std::invalid_argument("pair " + std::to_string(pair + 1) + ": " + what);
}

void require_sound(std::size_t rows, std::size_t facilities, const CostPairs& pairs) {
    if (pairs.facility.size() != pairs.row.size() || pairs.cost.size() != pairs.row.size()) {
        throw std::invalid_argument("row, facility and cost must have one entry per pair");
    }
    for (std::size_t i = 0; i < pairs.row.size(); ++i) {
        if (!is_one_of(pairs.row[i], rows)) refuse(i, "there is no demand row " + std::to_string(pairs.row[i]));
        if (!is_one_of(pairs.facility[i], facilities)) {
            refuse(i, "there is no facility " + std::to_string(pairs.facility[i]));
        }
        if (!std::isfinite(pairs.cost[i]) || pairs.cost[i] < 0)
            refuse(i, "a cost must be a number that is not negative");
        if (pairs.cost[i] > pairs.limit) refuse(i, "its cost lies above the limit of the table");
    }
}

/// Offsets of rows of these sizes, which come shifted by one.
void add_up(std::vector<std::int64_t>& sizes) {
    for (std::size_t i = 1; i < sizes.size(); ++i) sizes[i] += sizes[i - 1];
}

/// Row after row what the pairs say, in their order.
std::vector<Pair> by_row(const CostPairs& pairs, const std::vector<std::int64_t>& offsets) {
    std::vector<std::int64_t> next(offsets.begin(), offsets.end() - 1);
    std::vector<Pair> sorted(pairs.row.size());
    for (std::size_t i = 0; i < pairs.row.size(); ++i) {
        sorted[at(next[at(pairs.row[i])]++)] = {pairs.cost[i], pairs.facility[i]};
    }
    return sorted;
}

/// Says where a facility stands twice in a row, with two costs; where no row has any, returns.
void require_one_cost(const CostPairs& pairs, std::int32_t row, std::int32_t facility) {
    std::size_t first = pairs.row.size();
    for (std::size_t i = 0; i < pairs.row.size(); ++i) {
        if (pairs.row[i] != row || pairs.facility[i] != facility) continue;
        if (first == pairs.row.size()) first = i;
        if (pairs.cost[i] != pairs.cost[first]) {
            refuse(i, "it stands in pair " + std::to_string(first + 1) + " with another cost");
        }
    }
}

/// Sorts each row, cheapest first, and drops what stands twice; returns how many pairs each row keeps, shifted by one.
std::vector<std::int64_t> sort_rows(std::size_t facilities, const CostPairs& pairs,
                                    const std::vector<std::int64_t>& offsets, std::vector<Pair>& sorted,
                                    const Execution& execution) {
    std::vector<std::int64_t> kept(offsets.size(), 0);
    parallel_for(offsets.size() - 1, rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        std::vector<std::int64_t> seen_in(facilities, -1);  // the last row with the facility
        for (std::size_t row = begin; row < end; ++row) {
            const auto first = sorted.begin() + offsets[row];
            const auto last = sorted.begin() + offsets[row + 1];
            if (!std::is_sorted(first, last)) std::sort(first, last);
            const auto ended = std::unique(first, last);
            for (auto each = first; each != ended; ++each) {
                std::int64_t& seen = seen_in[at(each->facility)];
                if (seen == static_cast<std::int64_t>(row)) {
                    require_one_cost(pairs, static_cast<std::int32_t>(row), each->facility);
                }
                seen = static_cast<std::int64_t>(row);
            }
            kept[row + 1] = ended - first;
        }
    });
    return kept;
}

/// Facilities of a part by the one of the table that they are, ascending.
class ByTable {
public:
    ByTable(std::span<const std::int32_t> facility, std::size_t of_table) : offsets_(of_table + 1, 0) {
        for (const std::int32_t each : facility) {
            if (each >= 0) ++offsets_[at(each) + 1];
        }
        add_up(offsets_);
        own_.resize(at(offsets_.back()));
        std::vector<std::int64_t> next = offsets_;
        for (std::size_t i = 0; i < facility.size(); ++i) {
            if (facility[i] >= 0) own_[at(next[at(facility[i])]++)] = static_cast<std::int32_t>(i);
        }
    }
    [[nodiscard]] bool none() const { return own_.empty(); }
    [[nodiscard]] std::span<const std::int32_t> of(std::int32_t facility) const {
        if (at(facility) + 1 >= offsets_.size()) return {};
        const auto begin = at(offsets_[at(facility)]);
        return std::span(own_).subspan(begin, at(offsets_[at(facility) + 1]) - begin);
    }

private:
    std::vector<std::int64_t> offsets_;
    std::vector<std::int32_t> own_;
};

struct Found {
    std::vector<Pair> pairs;
    bool beyond = false;  // something lies beyond the limit
};

/// Appends what a row of the table reaches, as far as the options let it.
void look(const Reach& table, std::size_t row, const ByTable& facilities, const PartOptions& options, Found& found) {
    const std::size_t before = found.pairs.size();
    double last = -1;
    for (auto i = at(table.offsets[row]); i < at(table.offsets[row + 1]); ++i) {
        const auto own = facilities.of(table.facility[i]);
        if (own.empty()) continue;
        const double cost = table.cost[i];
        if (cost > options.limit) {
            found.beyond = true;
            break;
        }
        if (cost > last && found.pairs.size() - before >= options.k) break;  // of equal costs the lower rows are kept
        last = cost;
        for (const std::int32_t facility : own) found.pairs.push_back({cost, facility});
    }
    const auto begin = found.pairs.begin() + static_cast<std::ptrdiff_t>(before);
    if (!std::is_sorted(begin, found.pairs.end())) std::sort(begin, found.pairs.end());
    found.pairs.resize(before + std::min(options.k, found.pairs.size() - before));
}

Reason reason_of(const Reach& table, std::int32_t row, const ByTable& facilities, bool reached, bool beyond) {
    if (reached) return Reason::reached;
    if (row == row_without_position) return Reason::missing_geometry;
    if (facilities.none()) return Reason::no_facility;
    if (beyond || std::isfinite(table.limit)) return Reason::too_far;
    return row == row_not_in_table ? Reason::not_in_table : Reason::no_path;
}

void require_fitting(const Reach& table, std::span<const std::int32_t> row, const PartOptions& options) {
    if (options.k == 0) throw std::invalid_argument("k must be at least 1");
    if (std::isnan(options.limit) || options.limit < 0) throw std::invalid_argument("limit must not be negative");
    if (std::isfinite(options.limit) && options.limit > table.limit) {
        throw std::invalid_argument("limit " + std::to_string(options.limit) + " lies above " +
                                    std::to_string(table.limit) + ", that of the table");
    }
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i] < row_without_position || (row[i] >= 0 && at(row[i]) >= table.size())) {
            throw std::invalid_argument("demand row " + std::to_string(i + 1) + ": the table has no row " +
                                        std::to_string(row[i]));
        }
    }
}

}  // namespace

Reach reach_from_pairs(std::size_t rows, std::size_t facilities, const CostPairs& pairs, const Execution& execution) {
    require_sound(rows, facilities, pairs);
    std::vector<std::int64_t> offsets(rows + 1, 0);
    for (const std::int32_t row : pairs.row) ++offsets[at(row) + 1];
    add_up(offsets);
    std::vector<Pair> sorted = by_row(pairs, offsets);

    Reach reach;
    reach.unit = pairs.unit;
    reach.limit = pairs.limit;
    reach.offsets = sort_rows(facilities, pairs, offsets, sorted, execution);
    add_up(reach.offsets);
    reach.facility.resize(at(reach.offsets.back()));
    reach.cost.resize(at(reach.offsets.back()));
    reach.reason.resize(rows);
    const Reason nothing = std::isfinite(pairs.limit) ? Reason::too_far : Reason::no_path;
    parallel_for(rows, rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            auto from = at(offsets[row]);
            for (auto to = at(reach.offsets[row]); to < at(reach.offsets[row + 1]); ++to, ++from) {
                reach.facility[to] = sorted[from].facility;
                reach.cost[to] = sorted[from].cost;
            }
            reach.reason[row] = reach.offsets[row] == reach.offsets[row + 1] ? nothing : Reason::reached;
        }
    });
    return reach;
}

Reach part_of(const Reach& table, std::span<const std::int32_t> row, std::span<const std::int32_t> facility,
              const PartOptions& options, const Execution& execution) {
    require_fitting(table, row, options);
    const auto largest = std::ranges::max_element(facility);
    const ByTable facilities(facility, largest == facility.end() || *largest < 0 ? 0 : at(*largest) + 1);
    const std::size_t blocks = (row.size() + rows_per_block - 1) / rows_per_block;
    std::vector<Found> found(blocks);
    Reach reach;
    reach.unit = table.unit;
    reach.limit = std::min(options.limit, table.limit);
    reach.offsets.assign(row.size() + 1, 0);
    reach.reason.resize(row.size());
    parallel_for(row.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        Found& here = found[begin / rows_per_block];
        for (std::size_t i = begin; i < end; ++i) {
            const std::size_t before = here.pairs.size();
            here.beyond = false;
            if (row[i] >= 0) look(table, at(row[i]), facilities, options, here);
            const std::size_t count = here.pairs.size() - before;
            reach.offsets[i + 1] = static_cast<std::int64_t>(count);
            reach.reason[i] = reason_of(table, row[i], facilities, count > 0, here.beyond);
        }
    });
    add_up(reach.offsets);
    reach.facility.reserve(at(reach.offsets.back()));
    reach.cost.reserve(at(reach.offsets.back()));
    for (Found& block : found) {
        for (const Pair& pair : block.pairs) {
            reach.facility.push_back(pair.facility);
            reach.cost.push_back(pair.cost);
        }
        block.pairs = {};
    }
    return reach;
}

}  // namespace sheltermap
