// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/zone_index.hpp"

#include "geometry/envelope.hpp"
#include "geometry/prepared_polygon.hpp"
#include "index/envelope_tree.hpp"
#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

/// A polygon that is prepared when it is worth it: preparing takes as long as some eight tests of every edge.
class LazyPolygon {
public:
    LazyPolygon() = default;
    LazyPolygon(const LazyPolygon&) = delete;
    LazyPolygon& operator=(const LazyPolygon&) = delete;
    ~LazyPolygon() { delete prepared_.load(std::memory_order_acquire); }

    /// The polygon prepared, for some more tests; null while it has been asked about too seldom.
    const PreparedPolygon* prepared_for(std::size_t tests, const GeometryColumn& column, std::size_t row) const {
        constexpr std::size_t worth_preparing = 8;
        const PreparedPolygon* ready = prepared_.load(std::memory_order_acquire);
        if (ready != nullptr || asked_.fetch_add(tests, std::memory_order_relaxed) + tests < worth_preparing) {
            return ready;
        }
        auto made = std::make_unique<const PreparedPolygon>(column, row);
        // Two threads may prepare the same polygon at the same time; the first stays.
        if (prepared_.compare_exchange_strong(ready, made.get(), std::memory_order_acq_rel)) ready = made.release();
        return ready;
    }

private:
    mutable std::atomic<std::size_t> asked_{0};
    mutable std::atomic<const PreparedPolygon*> prepared_{nullptr};
};

void require_polygons(const GeometryColumn& zones) {
    for (std::size_t row = 0; row < zones.size(); ++row) {
        if (!is_areal(zones.types[row]) && zones.types[row] != GeometryType::missing) {
            throw std::invalid_argument("zones: row " + std::to_string(row + 1) + " is a " +
                                        std::string(name(zones.types[row])) + ", not a polygon");
        }
    }
}

std::shared_ptr<const GeometryColumn> checked(std::shared_ptr<const GeometryColumn> zones) {
    require_polygons(*zones);
    return zones;
}

/// Lists, for the cells of a grid over boxes, which boxes reach into a cell. Has none where that would be too much.
class CellLists {
public:
    CellLists(std::span<const Envelope> boxes, const Envelope& all)
        : all_(all),
          side_(side_for(boxes.size())),
          columns_per_unit_(per_unit(all.max_x - all.min_x)),
          rows_per_unit_(per_unit(all.max_y - all.min_y)) {
        std::size_t entries = 0;
        for (const Envelope& box : boxes) {
            const Cells range = cells_of(box);
            entries += (range.last_row + 1 - range.first_row) * (range.last_column + 1 - range.first_column);
            if (entries > longest * side_ * side_) return;
        }
        // Lists hold their ends first; filling them from the back, last box first, turns these into their beginnings.
        begin_.assign(side_ * side_ + 1, 0);
        for (const Envelope& box : boxes) for_each_cell(box, [&](std::size_t cell) { ++begin_[cell]; });
        for (std::size_t cell = 1; cell < begin_.size(); ++cell) begin_[cell] += begin_[cell - 1];
        listed_.resize(entries);
        for (std::size_t row = boxes.size(); row-- > 0;) {
            for_each_cell(boxes[row],
                          [&](std::size_t cell) { listed_[--begin_[cell]] = static_cast<std::int32_t>(row); });
        }
    }

    /// Rows of the boxes that may hold a point within the whole, ascending; nothing where the tree is quicker.
    [[nodiscard]] std::optional<std::span<const std::int32_t>> at(XY point) const noexcept {
        if (begin_.empty()) return std::nullopt;
        const std::size_t cell = row_of(point.y) * side_ + column_of(point.x);
        const std::size_t size = begin_[cell + 1] - begin_[cell];
        if (size > longest) return std::nullopt;
        return std::span(listed_).subspan(begin_[cell], size);
    }

private:
    static constexpr std::size_t longest = 16;
    struct Cells {
        std::size_t first_column, first_row, last_column, last_row;
    };

    static std::size_t side_for(std::size_t boxes) {
        return static_cast<std::size_t>(std::sqrt(std::clamp(4.0 * static_cast<double>(boxes), 1.0, 4e6)));
    }
    [[nodiscard]] double per_unit(double extent) const { return extent > 0 ? static_cast<double>(side_) / extent : 0; }
    [[nodiscard]] std::size_t column_of(double x) const noexcept {
        return std::min(static_cast<std::size_t>((x - all_.min_x) * columns_per_unit_), side_ - 1);
    }
    [[nodiscard]] std::size_t row_of(double y) const noexcept {
        return std::min(static_cast<std::size_t>((y - all_.min_y) * rows_per_unit_), side_ - 1);
    }
    [[nodiscard]] Cells cells_of(const Envelope& box) const noexcept {
        if (box.empty()) return {.first_column = 1, .first_row = 1, .last_column = 0, .last_row = 0};
        return {column_of(box.min_x), row_of(box.min_y), column_of(box.max_x), row_of(box.max_y)};
    }
    template <class Visit>
    void for_each_cell(const Envelope& box, Visit visit) const {
        const Cells range = cells_of(box);
        for (std::size_t row = range.first_row; row <= range.last_row; ++row) {
            for (std::size_t column = range.first_column; column <= range.last_column; ++column) {
                visit(row * side_ + column);
            }
        }
    }

    Envelope all_;
    std::size_t side_;
    double columns_per_unit_, rows_per_unit_;
    std::vector<std::size_t> begin_;  // of each cell's list, and the end of the last
    std::vector<std::int32_t> listed_;
};

/// Items in the order of a key below `keys`, those of one key as they were.
template <class Item, class Key>
std::vector<Item> ordered(const std::vector<Item>& items, std::size_t keys, Key key) {
    std::vector<std::size_t> begin(keys + 1, 0);
    for (const Item& item : items) ++begin[key(item) + 1];
    for (std::size_t i = 0; i < keys; ++i) begin[i + 1] += begin[i];
    std::vector<Item> sorted(items.size());
    for (const Item& item : items) sorted[begin[key(item)]++] = item;
    return sorted;
}

}  // namespace

struct ZoneIndex::State {
    std::shared_ptr<const GeometryColumn> zones;
    std::vector<Envelope> boxes;
    EnvelopeTree tree;
    CellLists cells;
    std::vector<LazyPolygon> polygons;

    State(std::shared_ptr<const GeometryColumn> given, const Execution& execution)
        : zones(checked(std::move(given))),
          boxes(envelopes(*zones, execution)),
          tree(boxes),
          cells(boxes, tree.envelope()),
          polygons(zones->size()) {}

    /// Calls `offer(zone)` for the zones whose box a point lies in, ascending. `found` is room to work in.
    template <class Offer>
    void for_each_candidate(XY at, std::vector<std::int32_t>& found, Offer offer) const {
        if (!tree.envelope().holds(at)) return;  // or without a position
        if (const auto listed = cells.at(at)) {
            for (const std::int32_t zone : *listed) {
                if (boxes[static_cast<std::size_t>(zone)].holds(at)) offer(zone);
            }
        } else {
            tree.find({at.x, at.y, at.x, at.y}, found);
            for (const std::int32_t zone : found) offer(zone);
        }
    }

    [[nodiscard]] const PreparedPolygon* prepared(std::int32_t zone, std::size_t tests) const {
        return polygons[static_cast<std::size_t>(zone)].prepared_for(tests, *zones, static_cast<std::size_t>(zone));
    }
    [[nodiscard]] bool covers(const PreparedPolygon* prepared, std::int32_t zone, XY at) const {
        return prepared != nullptr ? prepared->covers(at)
                                   : sheltermap::covers(*zones, static_cast<std::size_t>(zone), at);
    }
};

ZoneIndex::ZoneIndex(std::shared_ptr<const GeometryColumn> zones, const Execution& execution)
    : state_(std::make_unique<const State>(std::move(zones), execution)) {}
ZoneIndex::ZoneIndex(GeometryColumn zones, const Execution& execution)
    : ZoneIndex(std::make_shared<const GeometryColumn>(std::move(zones)), execution) {}
ZoneIndex::~ZoneIndex() = default;
ZoneIndex::ZoneIndex(ZoneIndex&&) noexcept = default;
ZoneIndex& ZoneIndex::operator=(ZoneIndex&&) noexcept = default;

std::size_t ZoneIndex::size() const noexcept { return state_->boxes.size(); }

std::vector<std::int32_t> ZoneIndex::find(LonLat point) const {
    std::vector<std::int32_t> rows, found;
    const XY at{point.lon, point.lat};
    state_->for_each_candidate(at, found, [&](std::int32_t zone) {
        if (state_->covers(state_->prepared(zone, 1), zone, at)) rows.push_back(zone);
    });
    return rows;
}

std::vector<ZoneHit> ZoneIndex::find_all(std::span<const LonLat> points) const {
    struct Candidate {
        XY at;  // here too, so that a zone's tests read one stretch of memory
        ZoneHit hit;
    };
    std::vector<Candidate> candidates;
    std::vector<std::int32_t> found;
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        const XY at{points[i].lon, points[i].lat};
        state_->for_each_candidate(at, found, [&](std::int32_t zone) { candidates.push_back({at, {i, zone}}); });
    }
    // Zone after zone, as waiting for the memory of a zone takes longer than a test.
    candidates = ordered(candidates, size(), [](const Candidate& c) { return static_cast<std::size_t>(c.hit.zone); });
    std::vector<ZoneHit> hits;
    for (std::size_t begin = 0, end = 0; begin < candidates.size(); begin = end) {
        const std::int32_t zone = candidates[begin].hit.zone;
        while (end < candidates.size() && candidates[end].hit.zone == zone) ++end;
        const PreparedPolygon* const prepared = state_->prepared(zone, end - begin);
        for (const Candidate& candidate : std::span(candidates).subspan(begin, end - begin)) {
            if (state_->covers(prepared, zone, candidate.at)) hits.push_back(candidate.hit);
        }
    }
    return ordered(hits, points.size(), [](const ZoneHit& hit) { return std::size_t{hit.point}; });
}

}  // namespace sheltermap
