// SPDX-License-Identifier: Apache-2.0
#include "k_nearest.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "base/vector_clones.hpp"
#include "geodesy/short_geodesic.hpp"
#include "index/chord_order.hpp"
#include <algorithm>
#include <cmath>

namespace sheltermap {
namespace {

SHELTERMAP_VECTOR_CLONES
void search(const SpotTree& tree, const Ecef& at, std::size_t leaf, KNearest::Candidates& candidates) {
    tree.search(at, leaf, candidates);
}

void append_spot(const SpotTree& tree, LonLat from, const KNearest::Candidates::Spot& spot,
                 const NearestOptions& options, std::vector<Neighbour>& found) {
    double distance = spot.distance_m;
    if (std::abs(distance - options.max_distance_m) <= tie_m) {
        distance = geodesic_distance_m(from, tree.lonlat(spot.slot));
    }
    if (distance > options.max_distance_m) return;
    const auto there = tree.rows(spot.slot);
    for (const std::int32_t row : there.first(std::min(options.k, there.size()))) found.push_back({row, distance});
}

}  // namespace

void KNearest::Candidates::start(const SpotTree& tree, const NearestOptions& options) {
    tree_ = &tree;
    k_ = options.k;
    limit_squared_ = reach_squared(options.max_distance_m);
    spots_.clear();
    nearest_.clear();
}

void KNearest::Candidates::add(std::size_t slot, double chord_squared) {
    spots_.push_back({.slot = slot, .chord_squared = chord_squared, .distance_m = 0});
    if (k_ == all_places) return;
    note_chord(chord_squared, tree_->rows(slot).size());
    if (spots_.size() > 64 + 4 * k_) static_cast<void>(remaining());
}

/// Keeps the k smallest chords; what cannot rival the k-th of them is out.
void KNearest::Candidates::note_chord(double chord_squared, std::size_t places_there) {
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

std::vector<KNearest::Candidates::Spot>& KNearest::Candidates::remaining() {
    std::erase_if(spots_, [this](const Spot& spot) { return spot.chord_squared > limit_squared_; });
    return spots_;
}

void KNearest::find(const SpotTree& tree, LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) {
    const Ecef at = to_ecef(from);
    find(tree, from, at, tree.leaf_of(at), options, found);
}

void KNearest::find(const SpotTree& tree, LonLat from, const Ecef& at, std::size_t leaf, const NearestOptions& options,
                    std::vector<Neighbour>& found) {
    candidates_.start(tree, options);
    search(tree, at, leaf, candidates_);
    std::vector<Candidates::Spot>& spots = candidates_.remaining();
    measure(tree, from, at, spots);
    const std::size_t first = found.size();
    for (const Candidates::Spot& spot : spots) append_spot(tree, from, spot, options, found);
    const auto begin = found.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(begin, found.end(), comes_before);
    if (found.size() - first > options.k) found.resize(first + options.k);
}

/// Distances of the candidates; those too close together for the quick way are measured by Karney's inverse.
void KNearest::measure(const SpotTree& tree, LonLat from, const Ecef& at, std::vector<Candidates::Spot>& spots) {
    to_.resize(spots.size());
    distance_m_.resize(spots.size());
    for (std::size_t i = 0; i < spots.size(); ++i) to_.set(i, tree.ecef(spots[i].slot));
    short_geodesic_m(at, to_, distance_m_);
    for (std::size_t i = 0; i < spots.size(); ++i) {
        const bool is_short = spots[i].chord_squared <= short_chord_m * short_chord_m;
        spots[i].distance_m = is_short ? distance_m_[i] : geodesic_distance_m(from, tree.lonlat(spots[i].slot));
    }
    std::sort(spots.begin(), spots.end(), [](const Candidates::Spot& a, const Candidates::Spot& b) {
        return a.distance_m != b.distance_m ? a.distance_m < b.distance_m : a.slot < b.slot;
    });
    bool tied_before = false;
    for (std::size_t i = 0; i < spots.size(); ++i) {
        const bool tied_after = i + 1 < spots.size() && spots[i + 1].distance_m - spots[i].distance_m <= tie_m;
        if (tied_before || tied_after) spots[i].distance_m = geodesic_distance_m(from, tree.lonlat(spots[i].slot));
        tied_before = tied_after;
    }
}

}  // namespace sheltermap
