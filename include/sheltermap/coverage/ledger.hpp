// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/exact_sum.hpp"
#include "sheltermap/base/reason.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Rows to be counted, one entry each; every column but the first may be empty.
struct LedgerRows {
    std::span<const Reason> reason;
    std::span<const double> weight{};        ///< people, NaN where not known; empty: 1 each
    std::span<const std::int64_t> area{};    ///< below the ledger's areas; empty: all in area 0
    std::span<const std::uint8_t> marked{};  ///< 1 for those summed apart besides (borderline, say)
    std::span<const Status> status{};        ///< empty: that of the reason
};

/// The sums of an area, or of all; each is exact and rounded once. A row without a weight is in `rows` and
/// `without_weight` only.
struct LedgerLine {
    std::array<double, status_count> by_status{};
    std::array<double, reason_count> by_reason{};
    double total = 0;
    double covered_before = 0;  ///< covered and lost
    double marked = 0;          ///< part of the total
    std::int64_t rows = 0;
    std::int64_t without_weight = 0;

    [[nodiscard]] double people(Status status) const { return by_status[static_cast<std::size_t>(status)]; }
    [[nodiscard]] double people(Reason reason) const { return by_reason[static_cast<std::size_t>(reason)]; }
};

/// One sum of a ledger, of rows that have everything in common.
struct LedgerCell {
    std::size_t measure, threshold, area;
    Status status;
    Reason reason;
    std::int64_t rows, without_weight;
    double people;
};

/// People by measure, threshold (or scenario), area, status and reason.
///
///     Ledger ledger(1, 1, 1), other_part(1, 1, 1);
///     ledger.add(0, 0, {.reason = reasons_at(access, 500), .weight = people});
///     ledger.merge(other_part);
///     const double covered = ledger.of_all(0, 0).people(Status::covered);
///
/// Its sums are exact, so ledgers of any split of the rows, merged in any order, give the same bytes as that of all
/// rows at once. Reads may run side by side, changes may not.
class Ledger {
public:
    Ledger(std::size_t measures, std::size_t thresholds, std::size_t areas);

    /// Counts rows. Throws std::invalid_argument, and counts none, where lengths differ, a measure, a threshold or an
    /// area is out of range, or a weight is negative or infinite.
    void add(std::size_t measure, std::size_t threshold, const LedgerRows& rows);

    /// Counts what another ledger has counted. Throws std::invalid_argument where it is of another shape.
    void merge(const Ledger& other);

    /// All that was counted, as words for another process, and a ledger that goes on from them. `from_words` throws
    /// std::invalid_argument for words that are none of a ledger.
    [[nodiscard]] std::vector<std::uint64_t> words() const;
    [[nodiscard]] static Ledger from_words(std::span<const std::uint64_t> words);

    /// Line a is that of area a.
    [[nodiscard]] std::vector<LedgerLine> by_area(std::size_t measure, std::size_t threshold) const;
    [[nodiscard]] LedgerLine of_all(std::size_t measure, std::size_t threshold) const;

    /// Those with rows, in the order of measures, thresholds, areas, statuses and reasons.
    [[nodiscard]] std::vector<LedgerCell> cells() const;

private:
    struct Tally {
        ExactSum people;
        std::int64_t rows = 0, without_weight = 0;
    };
    struct Line;

    [[nodiscard]] std::size_t first_of(std::size_t measure, std::size_t threshold) const;
    void require(const LedgerRows& rows) const;
    void gather(Line& line, std::size_t group) const;

    std::size_t measures_, thresholds_, areas_;
    // Per status and reason a tally of every measure, threshold and area; empty where there was no such row.
    std::array<std::vector<Tally>, status_count * reason_count> tallies_;
    std::vector<ExactSum> marked_;
};

}  // namespace sheltermap
