// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/index/neighbour.hpp"

#include "geodesy/ecef.hpp"
#include "lanes.hpp"
#include "spot_tree.hpp"
#include <cstddef>
#include <vector>

namespace sheltermap {

/// One query after the other for its k nearest places. Kept from query to query for its memory.
class KNearest {
public:
    /// Appends to `found`, closest first, ties by row.
    void find(const SpotTree& tree, LonLat from, const NearestOptions& options, std::vector<Neighbour>& found);
    /// The same where it is known where `from` is, and in which leaf.
    void find(const SpotTree& tree, LonLat from, const Ecef& at, std::size_t leaf, const NearestOptions& options,
              std::vector<Neighbour>& found);

    /// The spots that no bound has ruled out.
    class Candidates {
    public:
        void start(const SpotTree& tree, const NearestOptions& options);

        [[nodiscard]] double limit_squared() const noexcept { return limit_squared_; }
        [[gnu::always_inline]] void offer(std::size_t first_slot, const Lanes& chord_squared) {
            if (least(chord_squared) > limit_squared_) return;
            for (std::size_t i = 0; i < lanes; ++i) {
                if (chord_squared[i] <= limit_squared_) add(first_slot + i, chord_squared[i]);
            }
        }
        struct Spot {
            std::size_t slot;
            double chord_squared;
            double distance_m;
        };
        /// Spots whose chord is within the final limit: those, whatever the order they were offered in.
        [[nodiscard]] std::vector<Spot>& remaining();

    private:
        void add(std::size_t slot, double chord_squared);
        void note_chord(double chord_squared, std::size_t places_there);

        const SpotTree* tree_ = nullptr;
        std::size_t k_ = 0;
        double limit_squared_ = 0;
        std::vector<Spot> spots_;
        std::vector<double> nearest_;  // squared chords, a heap of the k smallest, largest in front
    };

private:
    void measure(const SpotTree& tree, LonLat from, const Ecef& at, std::vector<Candidates::Spot>& spots);

    Candidates candidates_;
    EcefColumns to_;
    std::vector<double> distance_m_;
};

}  // namespace sheltermap
