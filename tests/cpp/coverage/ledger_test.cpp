// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <vector>

namespace sheltermap {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr std::array reasons{Reason::reached, Reason::too_far, Reason::missing_geometry, Reason::closed_by_flood};

TEST(ReasonTable, EveryReasonHasItsNameAndStatus) {
    EXPECT_EQ(name_of(Reason::reached), "reached");
    EXPECT_EQ(name_of(Reason::last_of_reach), "not_in_table");
    EXPECT_EQ(status_of(Reason::reached), Status::covered);
    EXPECT_EQ(status_of(Reason::missing_geometry), Status::unknown);
    EXPECT_EQ(status_of(Reason::closed_by_flood), Status::lost);
    EXPECT_EQ(status_of(Reason::unknown_compliance), Status::uncovered);
    EXPECT_EQ(status_of(Reason::row_refused), Status::unknown);
    EXPECT_EQ(name_of(Reason::row_refused), "row_refused");
    EXPECT_EQ(static_cast<std::size_t>(Reason::row_refused), reason_count - 1);
}

TEST(Ledger, PeopleAreSummedByAreaStatusAndReason) {
    const std::array<double, 4> people{10, 20, 30, nan};
    const std::array<std::int64_t, 4> area{0, 0, 1, 1};
    Ledger ledger(1, 1, 2);
    ledger.add(0, 0, {.reason = reasons, .weight = people, .area = area});
    const auto lines = ledger.by_area(0, 0);
    EXPECT_EQ(lines[0].people(Status::covered), 10);
    EXPECT_EQ(lines[0].people(Status::uncovered), 20);
    EXPECT_EQ(lines[0].people(Reason::too_far), 20);
    EXPECT_EQ(lines[1].people(Status::unknown), 30);
    EXPECT_EQ(lines[1].people(Status::lost), 0);
    EXPECT_EQ(lines[1].rows, 2);
    EXPECT_EQ(lines[1].without_weight, 1);
    EXPECT_EQ(lines[1].total, 30);
    EXPECT_EQ(ledger.of_all(0, 0).total, 60);
}

TEST(Ledger, WhoIsCoveredBeforeIsCoveredOrLost) {
    Ledger ledger(1, 1, 1);
    ledger.add(0, 0, {.reason = reasons});
    EXPECT_EQ(ledger.of_all(0, 0).covered_before, 2);
    EXPECT_EQ(ledger.of_all(0, 0).total, 4);
}

TEST(Ledger, AStatusThatIsGivenCountsInsteadOfThatOfTheReason) {
    const std::array<Status, 4> status{Status::covered, Status::lost, Status::unknown, Status::uncovered};
    Ledger ledger(1, 1, 1);
    ledger.add(0, 0, {.reason = reasons, .status = status});
    const auto cells = ledger.cells();
    ASSERT_EQ(cells.size(), 4);
    EXPECT_EQ(cells[1].status, Status::lost);
    EXPECT_EQ(cells[1].reason, Reason::too_far);
    EXPECT_EQ(cells[2].reason, Reason::closed_by_flood);
}

TEST(Ledger, MarkedRowsAreSummedBesides) {
    const std::array<std::uint8_t, 4> marked{1, 0, 1, 1};
    const std::array<double, 4> people{1, 2, 4, nan};
    Ledger ledger(1, 1, 1);
    ledger.add(0, 0, {.reason = reasons, .weight = people, .marked = marked});
    EXPECT_EQ(ledger.of_all(0, 0).marked, 5);
    EXPECT_EQ(ledger.of_all(0, 0).total, 7);
}

TEST(Ledger, MeasuresAndThresholdsAreKeptApart) {
    Ledger ledger(2, 3, 2);
    const std::array<std::int64_t, 4> area{0, 1, 1, 1};
    ledger.add(1, 2, {.reason = reasons, .area = area});
    EXPECT_EQ(ledger.of_all(1, 2).rows, 4);
    for (const auto& [measure, threshold] : {std::pair{0, 2}, std::pair{1, 1}, std::pair{0, 0}}) {
        EXPECT_EQ(ledger.of_all(static_cast<std::size_t>(measure), static_cast<std::size_t>(threshold)).rows, 0);
    }
    const auto cells = ledger.cells();
    ASSERT_EQ(cells.size(), 4);
    EXPECT_EQ(std::tuple(cells[0].measure, cells[0].threshold, cells[0].area, cells[0].rows), std::tuple(1, 2, 0, 1));
}

TEST(Ledger, BadRowsAreRefusedAndNoneIsCounted) {
    const std::array<double, 4> negative{1, 2, 3, -4};
    const std::array<double, 4> infinite{1, 2, 3, std::numeric_limits<double>::infinity()};
    const std::array<std::int64_t, 4> beyond{0, 1, 2, 0};
    Ledger ledger(1, 1, 2);
    EXPECT_THROW(ledger.add(0, 0, {.reason = reasons, .weight = negative}), std::invalid_argument);
    EXPECT_THROW(ledger.add(0, 0, {.reason = reasons, .weight = infinite}), std::invalid_argument);
    EXPECT_THROW(ledger.add(0, 0, {.reason = reasons, .area = beyond}), std::invalid_argument);
    EXPECT_THROW(ledger.add(0, 0, {.reason = reasons, .weight = std::span(negative).first(2)}), std::invalid_argument);
    EXPECT_THROW(ledger.add(1, 0, {.reason = reasons}), std::invalid_argument);
    EXPECT_THROW(ledger.add(0, 1, {.reason = reasons}), std::invalid_argument);
    EXPECT_THROW(ledger.merge(Ledger(1, 1, 3)), std::invalid_argument);
    EXPECT_TRUE(ledger.cells().empty());
    EXPECT_THROW(Ledger(1, 1, 0).add(0, 0, {.reason = reasons}), std::invalid_argument);
}

constexpr std::size_t areas = 3;

/// Rows with weights of all sizes, among them what no double adds without loss.
struct Rows {
    std::vector<Reason> reason;
    std::vector<double> weight;
    std::vector<std::int64_t> area;
    std::vector<std::uint8_t> marked;

    explicit Rows(std::mt19937_64& random) {
        constexpr std::array nasty{1e300, 1e-300, 0.1, 5e-324, nan, 0.0, 3.0, 1e15, 0.7};
        for (auto count = random() % 200; count > 0; --count) {
            reason.push_back(static_cast<Reason>(random() % reason_count));
            weight.push_back(nasty[random() % nasty.size()]);
            area.push_back(static_cast<std::int64_t>(random() % areas));
            marked.push_back(static_cast<std::uint8_t>(random() % 2));
        }
    }
    [[nodiscard]] Ledger ledger() const {
        Ledger ledger(1, 1, areas);
        ledger.add(0, 0, {.reason = reason, .weight = weight, .area = area, .marked = marked});
        return ledger;
    }
    /// Each row by itself, so that any of them may come in any part.
    void add_to(Ledger& ledger, std::size_t row) const {
        ledger.add(0, 0,
                   {.reason = std::span(reason).subspan(row, 1),
                    .weight = std::span(weight).subspan(row, 1),
                    .area = std::span(area).subspan(row, 1),
                    .marked = std::span(marked).subspan(row, 1)});
    }
};

/// Every number a ledger tells, bit by bit.
std::vector<std::uint64_t> bytes_of(const Ledger& ledger) {
    std::vector<std::uint64_t> bytes;
    const auto put = [&](double value) { bytes.push_back(std::bit_cast<std::uint64_t>(value)); };
    auto lines = ledger.by_area(0, 0);
    lines.push_back(ledger.of_all(0, 0));
    for (const LedgerLine& line : lines) {
        std::ranges::for_each(line.by_status, put);
        std::ranges::for_each(line.by_reason, put);
        for (const double value : {line.total, line.covered_before, line.marked}) put(value);
        for (const auto count : {line.rows, line.without_weight}) bytes.push_back(static_cast<std::uint64_t>(count));
    }
    for (const LedgerCell& cell : ledger.cells()) put(cell.people);
    return bytes;
}

TEST(Ledger, AnySplitInAnyOrderGivesTheSameBytes) {
    std::mt19937_64 random(3);
    for (int round = 0; round < 300; ++round) {
        const Rows rows(random);
        std::vector<std::size_t> order(rows.reason.size());
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), random);
        std::vector<Ledger> parts;
        for (int i = 0; i < 4; ++i) parts.emplace_back(1, 1, areas);
        for (const std::size_t row : order) rows.add_to(parts[random() % parts.size()], row);
        Ledger merged(1, 1, areas);
        for (const Ledger& part : parts) merged.merge(part);
        ASSERT_EQ(bytes_of(merged), bytes_of(rows.ledger()));
    }
}

TEST(Ledger, GoesOnInAnotherProcessFromItsWords) {
    std::mt19937_64 random(6);
    for (int round = 0; round < 100; ++round) {
        const Rows first(random), second(random);
        Ledger here = first.ledger();
        here.merge(second.ledger());
        Ledger there = Ledger::from_words(first.ledger().words());
        there.merge(Ledger::from_words(second.ledger().words()));
        ASSERT_EQ(bytes_of(there), bytes_of(here));
        ASSERT_EQ(there.words(), here.words());
    }
    EXPECT_EQ(Ledger::from_words(Ledger(2, 3, 4).words()).by_area(1, 2).size(), 4);
}

TEST(Ledger, WordsThatAreNoneOfALedgerAreRefused) {
    std::mt19937_64 random(7);
    const auto words = Rows(random).ledger().words();
    for (std::size_t count = 0; count < words.size(); count += 7)
        EXPECT_THROW((void)Ledger::from_words(std::span(words).first(count)), std::invalid_argument) << count;
    auto longer = words;
    longer.push_back(0);
    EXPECT_THROW((void)Ledger::from_words(longer), std::invalid_argument);
    auto wider = words;
    ++wider[2];  // areas
    EXPECT_THROW((void)Ledger::from_words(wider), std::invalid_argument);
}

TEST(Ledger, AnyNumberOfThreadsGivesTheSameBytes) {
    std::mt19937_64 random(4);
    const Rows rows(random);
    const auto expected = bytes_of(rows.ledger());
    for (const std::size_t threads : {1U, 2U, 3U, 7U}) {
        Ledger merged(1, 1, areas);
        std::mutex mutex;
        {
            std::vector<std::jthread> workers;
            for (std::size_t worker = 0; worker < threads; ++worker) {
                workers.emplace_back([&, worker] {
                    Ledger part(1, 1, areas);
                    for (std::size_t row = worker; row < rows.reason.size(); row += threads) rows.add_to(part, row);
                    const std::scoped_lock lock(mutex);  // whoever is done first is merged first
                    merged.merge(part);
                });
            }
        }
        EXPECT_EQ(bytes_of(merged), expected) << threads << " threads";
    }
}

TEST(Ledger, PartsOfWholeNumbersSumToTheWhole) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 300; ++round) {
        Rows rows(random);
        for (double& weight : rows.weight) weight = std::isnan(weight) ? nan : static_cast<double>(random() % 500);
        const Ledger ledger = rows.ledger();
        const LedgerLine all = ledger.of_all(0, 0);
        LedgerLine sum;
        for (const LedgerLine& line : ledger.by_area(0, 0)) {
            for (std::size_t i = 0; i < status_count; ++i) sum.by_status[i] += line.by_status[i];
            sum.total += line.total;
            sum.rows += line.rows;
            sum.without_weight += line.without_weight;
        }
        ASSERT_EQ(sum.by_status, all.by_status);
        ASSERT_EQ(std::tuple(sum.total, sum.rows, sum.without_weight),
                  std::tuple(all.total, all.rows, all.without_weight));
        ASSERT_EQ(std::accumulate(all.by_status.begin(), all.by_status.end(), 0.0), all.total);
        ASSERT_EQ(std::accumulate(all.by_reason.begin(), all.by_reason.end(), 0.0), all.total);
    }
}

}  // namespace
}  // namespace sheltermap
