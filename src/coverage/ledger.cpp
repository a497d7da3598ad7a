// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/ledger.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

constexpr std::size_t plane_of(Status status, Reason reason) {
    return static_cast<std::size_t>(status) * reason_count + static_cast<std::size_t>(reason);
}
constexpr Status status_of_plane(std::size_t plane) { return static_cast<Status>(plane / reason_count); }

void require_length(std::size_t given, std::size_t rows, const char* what) {
    if (given != 0 && given != rows) {
        throw std::invalid_argument(std::string(what) + " must have one entry per row: " + std::to_string(given) +
                                    " for " + std::to_string(rows) + " rows");
    }
}

void require_below(std::size_t number, std::size_t count, const char* what) {
    if (number >= count) {
        throw std::invalid_argument(std::string(what) + " " + std::to_string(number) + " of a ledger that has " +
                                    std::to_string(count));
    }
}

void require_areas(std::span<const std::int64_t> area, std::size_t areas) {
    const auto wrong = std::ranges::find_if(
        area, [&](std::int64_t each) { return each < 0 || static_cast<std::size_t>(each) >= areas; });
    if (wrong == area.end()) return;
    throw std::invalid_argument("area: row " + std::to_string(wrong - area.begin() + 1) + " has number " +
                                std::to_string(*wrong) + ", outside 0.." + std::to_string(areas));
}

void require_weights(std::span<const double> weight) {
    const auto wrong = std::ranges::find_if(weight, [](double each) { return each < 0 || std::isinf(each); });
    if (wrong == weight.end()) return;
    throw std::invalid_argument("weight: row " + std::to_string(wrong - weight.begin() + 1) + " has " +
                                std::to_string(*wrong) + "; a weight is a number of people, not negative");
}

}  // namespace

/// A line while it is summed.
struct Ledger::Line {
    std::array<ExactSum, status_count> by_status;
    std::array<ExactSum, reason_count> by_reason;
    ExactSum marked;
    std::int64_t rows = 0, without_weight = 0;

    [[nodiscard]] double of(std::initializer_list<Status> statuses) const {
        ExactSum sum;
        for (const Status each : statuses) sum.add(by_status[static_cast<std::size_t>(each)]);
        return sum.value();
    }

    [[nodiscard]] LedgerLine rounded() const {
        LedgerLine line{.rows = rows, .without_weight = without_weight};
        const auto value = [](const ExactSum& sum) { return sum.value(); };
        std::ranges::transform(by_status, line.by_status.begin(), value);
        std::ranges::transform(by_reason, line.by_reason.begin(), value);
        line.total = of({Status::covered, Status::lost, Status::uncovered, Status::unknown});
        line.covered_before = of({Status::covered, Status::lost});
        line.marked = marked.value();
        return line;
    }
};

Ledger::Ledger(std::size_t measures, std::size_t thresholds, std::size_t areas)
    : measures_(measures), thresholds_(thresholds), areas_(areas) {}

std::size_t Ledger::first_of(std::size_t measure, std::size_t threshold) const {
    require_below(measure, measures_, "measure");
    require_below(threshold, thresholds_, "threshold");
    return (measure * thresholds_ + threshold) * areas_;
}

void Ledger::require(const LedgerRows& rows) const {
    require_length(rows.weight.size(), rows.reason.size(), "weight");
    require_length(rows.area.size(), rows.reason.size(), "area");
    require_length(rows.marked.size(), rows.reason.size(), "marked");
    require_length(rows.status.size(), rows.reason.size(), "status");
    if (rows.area.empty() && !rows.reason.empty()) require_below(0, areas_, "area");
    require_areas(rows.area, areas_);
    require_weights(rows.weight);
}

void Ledger::add(std::size_t measure, std::size_t threshold, const LedgerRows& rows) {
    const std::size_t first = first_of(measure, threshold);
    require(rows);
    const std::size_t groups = measures_ * thresholds_ * areas_;
    if (!rows.marked.empty() && marked_.empty()) marked_ = std::vector<ExactSum>(groups);
    for (std::size_t row = 0; row < rows.reason.size(); ++row) {
        const Reason reason = rows.reason[row];
        auto& plane = tallies_[plane_of(rows.status.empty() ? status_of(reason) : rows.status[row], reason)];
        if (plane.empty()) plane = std::vector<Tally>(groups);
        const std::size_t group = first + (rows.area.empty() ? 0 : static_cast<std::size_t>(rows.area[row]));
        const double people = rows.weight.empty() ? 1.0 : rows.weight[row];
        ++plane[group].rows;
        if (std::isnan(people)) {
            ++plane[group].without_weight;
            continue;
        }
        plane[group].people.add(people);
        if (!rows.marked.empty() && rows.marked[row] != 0) marked_[group].add(people);
    }
}

void Ledger::merge(const Ledger& other) {
    if (other.measures_ != measures_ || other.thresholds_ != thresholds_ || other.areas_ != areas_) {
        throw std::invalid_argument("ledgers of other measures, thresholds or areas cannot be merged");
    }
    const std::size_t groups = measures_ * thresholds_ * areas_;
    for (std::size_t plane = 0; plane < tallies_.size(); ++plane) {
        const auto& theirs = other.tallies_[plane];
        if (!theirs.empty() && tallies_[plane].empty()) tallies_[plane] = std::vector<Tally>(groups);
        for (std::size_t group = 0; group < theirs.size(); ++group) {
            tallies_[plane][group].people.add(theirs[group].people);
            tallies_[plane][group].rows += theirs[group].rows;
            tallies_[plane][group].without_weight += theirs[group].without_weight;
        }
    }
    if (!other.marked_.empty() && marked_.empty()) marked_ = std::vector<ExactSum>(groups);
    for (std::size_t group = 0; group < other.marked_.size(); ++group) marked_[group].add(other.marked_[group]);
}

std::vector<std::uint64_t> Ledger::words() const {
    std::vector<std::uint64_t> words{measures_, thresholds_, areas_};
    for (const auto& plane : tallies_) {
        words.push_back(plane.size());
        for (const Tally& tally : plane) {
            tally.people.append_to(words);
            words.push_back(static_cast<std::uint64_t>(tally.rows));
            words.push_back(static_cast<std::uint64_t>(tally.without_weight));
        }
    }
    words.push_back(marked_.size());
    for (const ExactSum& each : marked_) each.append_to(words);
    return words;
}

Ledger Ledger::from_words(std::span<const std::uint64_t> words) {
    const auto take = [&] {
        if (words.empty()) throw std::invalid_argument("the words of a ledger end too early");
        const std::uint64_t word = words.front();
        words = words.subspan(1);
        return word;
    };
    const std::uint64_t measures = take(), thresholds = take(), areas = take();
    Ledger ledger(measures, thresholds, areas);
    const auto take_count = [&] {
        const std::uint64_t count = take();
        const auto is_whole = [&] {
            return areas != 0 && count % areas == 0 && count / areas == measures * thresholds;
        };
        if (count > words.size() || (count != 0 && !is_whole()))
            throw std::invalid_argument("the words of a ledger do not fit its measures, thresholds and areas");
        return static_cast<std::size_t>(count);
    };
    for (auto& plane : ledger.tallies_) {
        plane = std::vector<Tally>(take_count());
        for (Tally& tally : plane) {
            tally.people = ExactSum::taken_from(words);
            tally.rows = static_cast<std::int64_t>(take());
            tally.without_weight = static_cast<std::int64_t>(take());
        }
    }
    ledger.marked_ = std::vector<ExactSum>(take_count());
    for (ExactSum& each : ledger.marked_) each = ExactSum::taken_from(words);
    if (!words.empty()) throw std::invalid_argument("the words of a ledger go on after its end");
    return ledger;
}

void Ledger::gather(Line& line, std::size_t group) const {
    for (std::size_t plane = 0; plane < tallies_.size(); ++plane) {
        if (tallies_[plane].empty()) continue;
        const Tally& tally = tallies_[plane][group];
        line.by_status[plane / reason_count].add(tally.people);
        line.by_reason[plane % reason_count].add(tally.people);
        line.rows += tally.rows;
        line.without_weight += tally.without_weight;
    }
    if (!marked_.empty()) line.marked.add(marked_[group]);
}

std::vector<LedgerLine> Ledger::by_area(std::size_t measure, std::size_t threshold) const {
    const std::size_t first = first_of(measure, threshold);
    std::vector<LedgerLine> lines;
    lines.reserve(areas_);
    for (std::size_t area = 0; area < areas_; ++area) {
        Line line;
        gather(line, first + area);
        lines.push_back(line.rounded());
    }
    return lines;
}

LedgerLine Ledger::of_all(std::size_t measure, std::size_t threshold) const {
    const std::size_t first = first_of(measure, threshold);
    Line line;
    for (std::size_t area = 0; area < areas_; ++area) gather(line, first + area);
    return line.rounded();
}

std::vector<LedgerCell> Ledger::cells() const {
    std::vector<LedgerCell> cells;
    for (std::size_t group = 0; group < measures_ * thresholds_ * areas_; ++group) {
        for (std::size_t plane = 0; plane < tallies_.size(); ++plane) {
            if (tallies_[plane].empty() || tallies_[plane][group].rows == 0) continue;
            const Tally& tally = tallies_[plane][group];
            cells.push_back({.measure = group / areas_ / thresholds_,
                             .threshold = group / areas_ % thresholds_,
                             .area = group % areas_,
                             .status = status_of_plane(plane),
                             .reason = static_cast<Reason>(plane % reason_count),
                             .rows = tally.rows,
                             .without_weight = tally.without_weight,
                             .people = tally.people.value()});
        }
    }
    return cells;
}

}  // namespace sheltermap
