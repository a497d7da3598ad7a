// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/place_index.hpp"

#include "sheltermap/base/scratch.hpp"
#include "sheltermap/base/vector_clones.hpp"
#include "sheltermap/geodesy/ecef.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geodesy/short_geodesic.hpp"
#include "sheltermap/index/chord_order.hpp"

#include "query_block.hpp"
#include "spot_tree.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace sheltermap {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Enough to have neighbours in space, few enough for their working memory to stay in the cache.
constexpr std::size_t queries_per_block = 16'384;

using LeafChords = std::array<double, SpotTree::leaf_size>;

/// A spot that no bound has ruled out, with its distance once that is known.
struct Candidate {
    std::size_t slot;
    double chord_squared;
    double distance_m = 0;
};

/// The candidates of one query for its k nearest places.
class Candidates {
public:
    Candidates(const SpotTree& tree, const NearestOptions& options)
        : tree_(tree), k_(options.k), limit_squared_(reach_squared(options.max_distance_m)) {}

    [[nodiscard]] double limit_squared() const noexcept { return limit_squared_; }

    void offer(std::size_t first_slot, const LeafChords& chord_squared) {
        for (std::size_t i = 0; i < chord_squared.size(); ++i) {
            if (chord_squared[i] <= limit_squared_) offer(first_slot + i, chord_squared[i]);
        }
    }

    /// Spots whose chord is within the final limit: those, whatever the order they were offered in.
    [[nodiscard]] std::vector<Candidate>& remaining() {
        drop_beyond_limit();
        return spots_;
    }

private:
    void offer(std::size_t slot, double chord_squared) {
        spots_.push_back({.slot = slot, .chord_squared = chord_squared});
        if (k_ == all_places) return;
        note_chord(chord_squared, tree_.rows(slot).size());
        if (spots_.size() > 64 + 4 * k_) drop_beyond_limit();
    }

    /// Keeps the k smallest chords; what cannot rival the k-th of them is out.
    void note_chord(double chord_squared, std::size_t places_there) {
        for (std::size_t i = 0; i < std::min(places_there, k_); ++i) {
            if (nearest_.size() == k_) {
                if (chord_squared >= nearest_.front()) return;
                std::pop_heap(nearest_.begin(), nearest_.end());
                nearest_.pop_back();
            }
            nearest_.push_back(chord_squared);
            std::push_heap(nearest_.begin(), nearest_.end());
        }
        if (nearest_.size() == k_) limit_squared_ = std::min(limit_squared_, rival_chord_squared(nearest_.front()));
    }

    void drop_beyond_limit() {
        std::erase_if(spots_, [this](const Candidate& spot) { return spot.chord_squared > limit_squared_; });
    }

    const SpotTree& tree_;
    std::size_t k_;
    double limit_squared_;
    std::vector<Candidate> spots_;
    std::vector<double> nearest_;  // squared chords, a heap of the k smallest, largest in front
};

/// The candidates of one query for its nearest place: the shortest chord, and whether it is alone.
struct ShortestChord {
    double limit;
    std::size_t slot = 0;
    double squared = infinity;
    bool has_rivals = false;  ///< several spots are left among which chords cannot decide

    [[nodiscard, gnu::always_inline]] double limit_squared() const noexcept { return limit; }
    [[gnu::always_inline]] void offer(std::size_t first_slot, const LeafChords& chord_squared) noexcept {
        std::array<double, 4> four;
        for (std::size_t i = 0; i < 4; ++i)
            four[i] = chord_squared[i] < chord_squared[i + 4] ? chord_squared[i] : chord_squared[i + 4];
        std::array<double, 2> two{four[0] < four[2] ? four[0] : four[2], four[1] < four[3] ? four[1] : four[3]};
        const double least = two[0] < two[1] ? two[0] : two[1];
        if (least > limit) return;
        if (least >= squared) {
            has_rivals = true;
            return;
        }
        const double before = squared;
        squared = least;
        limit = std::min(limit, rival_chord_squared(least));
        std::size_t rivals = before <= limit ? 1 : 0;
        for (std::size_t i = 0; i < chord_squared.size(); ++i) {
            rivals += chord_squared[i] <= limit ? 1 : 0;
            if (chord_squared[i] == least) slot = first_slot + i;
        }
        has_rivals = rivals > 1;
    }
};

/// Working memory of a block of queries for their nearest place, one entry for each.
struct NearestBlock {
    QueryBlock queries;
    std::vector<std::uint32_t> slot;  ///< of the shortest chord, or one of the two below
    EcefColumns nearest;              ///< where that is
    std::vector<double> distance_m;
    std::vector<Neighbour> one;
};
constexpr std::uint32_t out_of_reach = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t undecided = out_of_reach - 1;  ///< by chords, or too far for the quick distance

SHELTERMAP_VECTOR_CLONES
void search_all(const SpotTree& tree, double limit_squared, NearestBlock& block) {
    for (std::size_t i = 0; i < block.queries.size(); ++i) {
        ShortestChord shortest{.limit = limit_squared};
        const Ecef at = block.queries.at[i];
        tree.search(at, block.queries.leaf[i], shortest);
        const bool quick = !shortest.has_rivals && shortest.squared <= short_chord_m * short_chord_m;
        const bool none = shortest.squared == infinity;
        block.slot[i] = none ? out_of_reach : quick ? static_cast<std::uint32_t>(shortest.slot) : undecided;
        block.nearest.set(i, quick ? tree.ecef(shortest.slot) : at);
    }
}

}  // namespace

class PlaceIndex::Tree : public SpotTree {
public:
    explicit Tree(std::span<const LonLat> places) : SpotTree(places), size_(places.size()) {}
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    void find(LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) const {
        if (empty() || options.k == 0) return;
        const Ecef at = to_ecef(from);
        Candidates candidates(*this, options);
        search(at, leaf_of(at), candidates);
        std::vector<Candidate>& spots = candidates.remaining();
        measure(from, at, spots);
        const std::size_t first = found.size();
        for (const Candidate& spot : spots) append_spot(from, spot, options, found);
        const auto begin = found.begin() + static_cast<std::ptrdiff_t>(first);
        std::sort(begin, found.end(), comes_before);
        if (found.size() - first > options.k) found.resize(first + options.k);
    }

    void nearest(std::span<const LonLat> from, double max_distance_m, std::span<std::int32_t> row,
                 std::span<double> distance_m, NearestBlock& block) const {
        std::fill(row.begin(), row.end(), -1);
        std::fill(distance_m.begin(), distance_m.end(), infinity);
        if (empty()) return;
        block.queries.assign(from, *this);
        block.slot.resize(block.queries.size());
        block.nearest.resize(block.queries.size());
        block.distance_m.resize(block.queries.size());
        search_all(*this, reach_squared(max_distance_m), block);
        short_geodesic_m(block.queries.at, block.nearest, block.distance_m);
        for (std::size_t i = 0; i < block.queries.size(); ++i) {
            const std::size_t query = block.queries.row[i];
            if (block.slot[i] == out_of_reach) continue;
            if (block.slot[i] != undecided && block.distance_m[i] < max_distance_m - tie_m) {
                row[query] = rows(block.slot[i]).front();
                distance_m[query] = block.distance_m[i];
                continue;
            }
            block.one.clear();
            find(from[query], {.k = 1, .max_distance_m = max_distance_m}, block.one);
            if (block.one.empty()) continue;
            row[query] = block.one.front().row;
            distance_m[query] = block.one.front().distance_m;
        }
    }

private:
    /// Distances of the candidates; those too close together for the quick way are measured by Karney's inverse.
    void measure(LonLat from, const Ecef& at, std::vector<Candidate>& spots) const {
        for (Candidate& spot : spots) {
            spot.distance_m = distance_of(from, at, lonlat(spot.slot), ecef(spot.slot), spot.chord_squared);
        }
        std::sort(spots.begin(), spots.end(), [](const Candidate& a, const Candidate& b) {
            return a.distance_m != b.distance_m ? a.distance_m < b.distance_m : a.slot < b.slot;
        });
        bool tied_before = false;
        for (std::size_t i = 0; i < spots.size(); ++i) {
            const bool tied_after = i + 1 < spots.size() && spots[i + 1].distance_m - spots[i].distance_m <= tie_m;
            if (tied_before || tied_after) spots[i].distance_m = geodesic_distance_m(from, lonlat(spots[i].slot));
            tied_before = tied_after;
        }
    }

    void append_spot(LonLat from, const Candidate& spot, const NearestOptions& options,
                     std::vector<Neighbour>& found) const {
        double distance = spot.distance_m;
        if (std::abs(distance - options.max_distance_m) <= tie_m)
            distance = geodesic_distance_m(from, lonlat(spot.slot));
        if (distance > options.max_distance_m) return;
        const auto there = rows(spot.slot);
        for (const std::int32_t row : there.first(std::min(options.k, there.size()))) found.push_back({row, distance});
    }

    std::size_t size_;
};

PlaceIndex::PlaceIndex(std::span<const LonLat> places) {
    if (places.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw std::invalid_argument("more than 2^31 - 1 places");
    }
    require_latitudes(places, "places");
    tree_ = std::make_unique<const Tree>(places);
}
PlaceIndex::~PlaceIndex() = default;
PlaceIndex::PlaceIndex(PlaceIndex&&) noexcept = default;
PlaceIndex& PlaceIndex::operator=(PlaceIndex&&) noexcept = default;

std::size_t PlaceIndex::size() const noexcept { return tree_->size(); }
std::size_t PlaceIndex::with_position() const noexcept { return tree_->places(); }

std::vector<Neighbour> PlaceIndex::find(LonLat from, const NearestOptions& options) const {
    std::vector<Neighbour> found;
    find(from, options, found);
    return found;
}

void PlaceIndex::find(LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) const {
    if (has_position(from)) tree_->find(from, options, found);
}

void PlaceIndex::nearest(std::span<const LonLat> from, double max_distance_m, std::span<std::int32_t> row,
                         std::span<double> distance_m, const Execution& execution) const {
    if (row.size() != from.size() || distance_m.size() != from.size()) {
        throw std::invalid_argument("nearest: one row and one distance per place");
    }
    ScratchPool<NearestBlock> scratch;
    parallel_for(from.size(), queries_per_block, execution, [&](std::size_t begin, std::size_t end) {
        scratch.lend([&](NearestBlock& block) {
            tree_->nearest(from.subspan(begin, end - begin), max_distance_m, row.subspan(begin, end - begin),
                           distance_m.subspan(begin, end - begin), block);
        });
    });
}

}  // namespace sheltermap
