// SPDX-License-Identifier: Apache-2.0
#include "circle_pairs.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "index/envelope_tree.hpp"
#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

namespace sheltermap {
namespace {

/// How far, in radians, a crossing in the plane may lie from the true one: circles are planar within 2 % (20 km at
/// 80°). Circles that meet at a small angle may cross farther off, and such crossings hide no others.
constexpr double guess_error = 0.1, flat_guess_error = 0.5;
constexpr double flat_apart = 1.7, least_apart = 1e-4;  // radii

/// On how many of its two circles no third disc covers a crossing for certain, per crossing of a pair.
using Exposed = std::array<std::uint8_t, 2>;

double normalised(double azimuth) {
    const double within = std::fmod(azimuth, Circles::turn);
    return within < 0 ? within + Circles::turn : within;
}

/// Crossings are guessed in the plane.
void append_pair(const Circles& circles, std::size_t first, std::size_t second, std::vector<CirclePair>& pairs) {
    const CircleCurve &a = circles.curves[first], &b = circles.curves[second];
    const double east = (b.centre().x - a.centre().x) / a.size().x, north = (b.centre().y - a.centre().y) / a.size().y;
    double apart = std::hypot(east, north);
    if (apart < least_apart || apart > flat_apart)
        apart = geodesic_distance_m(circles.places[first], circles.places[second]) / circles.radius_m;
    if (apart > 2 + Circles::delicate) return;
    CirclePair pair{
        .first = static_cast<std::uint32_t>(first), .second = static_cast<std::uint32_t>(second), .apart = apart};
    const double towards = std::atan2(east, north);
    const double half = std::acos(std::min(apart / 2, 1.0));
    for (std::size_t side = 0; side < 2; ++side) {
        pair.crossings[side].on_first = towards + (side == 0 ? half : -half);
        pair.crossings[side].on_second = towards + std::numbers::pi - (side == 0 ? half : -half);
    }
    pairs.push_back(pair);
}

std::vector<CirclePair> guessed_pairs(const Circles& circles, const Execution& execution) {
    const EnvelopeTree tree(circles.boxes);
    const std::size_t count = circles.places.size();
    std::vector<std::vector<CirclePair>> blocks((count + Circles::per_block - 1) / Circles::per_block);
    parallel_for(count, Circles::per_block, execution, [&](std::size_t begin, std::size_t end) {
        std::vector<std::int32_t> near;
        for (std::size_t i = begin; i < end && !execution.stop.stop_requested(); ++i) {
            tree.find(circles.boxes[i], near);
            for (const std::int32_t other : near) {
                const auto j = static_cast<std::size_t>(other);
                if (j > i) append_pair(circles, i, j, blocks[begin / Circles::per_block]);
            }
        }
    });
    std::vector<CirclePair> pairs;
    for (const auto& block : blocks) pairs.insert(pairs.end(), block.begin(), block.end());
    return pairs;
}

/// Counts the ends of a circle's covered stretches that lie in no other stretch, or so near its ends that a guess may
/// be wrong. Several threads may count at the same time.
void expose(std::vector<CoveredStretch> covered, std::vector<Exposed>& exposed) {
    const std::size_t count = covered.size();
    for (std::size_t i = 0; i < count; ++i) {
        covered.push_back(covered[i]);
        covered.back().begin -= Circles::turn;
    }
    std::ranges::sort(covered, {}, &CoveredStretch::begin);
    std::vector<double> reached;  // by the stretches up to each
    for (const CoveredStretch& c : covered) {
        const double end = c.flat ? c.begin : c.begin + c.length;
        reached.push_back(std::max(reached.empty() ? end : reached.back(), end));
    }
    const auto expose_at = [&](double azimuth, std::uint32_t crossing, bool flat) {
        const double error = flat ? flat_guess_error : guess_error;
        const auto before =
            std::ranges::upper_bound(covered, azimuth - error, {}, &CoveredStretch::begin) - covered.begin();
        if (before > 0 && reached[static_cast<std::size_t>(before) - 1] > azimuth + error) return;
        std::atomic_ref(exposed[crossing / 2][crossing % 2]).fetch_add(1, std::memory_order_relaxed);
    };
    for (const CoveredStretch& c : covered) {
        if (c.begin < 0) continue;  // a copy
        expose_at(c.begin, c.begin_crossing, c.flat);
        const double end = c.begin + c.length;
        expose_at(end < Circles::turn ? end : end - Circles::turn, c.end_crossing, c.flat);
    }
}

/// Makes those crossings exact that on neither circle a third disc covers for certain.
void make_exact(const Circles& circles, const Exposed& exposed, CirclePair& pair) {
    for (std::size_t side = 0; side < 2; ++side) {
        CircleCrossing& crossing = pair.crossings[side];
        if (exposed[side] < 2 && pair.apart >= least_apart) continue;
        const double guess = crossing.on_first;
        const bool found = make_crossing_exact(circles.curves[pair.first], circles.curves[pair.second], crossing);
        const double error = pair.apart > flat_apart ? flat_guess_error : guess_error;
        if (!found || std::abs(crossing.on_first - guess) > error / 2) pair.clear = false;
    }
}

}  // namespace

Circles::Circles(std::vector<LonLat> around, double distance_m, std::size_t terms, const Execution& execution)
    : radius_m(distance_m), places(std::move(around)), curves(places.size()), boxes(places.size()) {
    parallel_for(places.size(), per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            curves[i] = CircleCurve(places[i], radius_m, terms);
            boxes[i] = curves[i].envelope();
        }
    });
}

std::vector<CirclePair> circle_pairs(const Circles& circles, const Execution& execution) {
    std::vector<CirclePair> pairs = guessed_pairs(circles, execution);
    const auto covered = covered_stretches(circles.places.size(), pairs);
    std::vector<Exposed> exposed(pairs.size());
    parallel_for(covered.size(), Circles::per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t circle = begin; circle < end; ++circle) expose(covered[circle], exposed);
    });
    parallel_for(pairs.size(), Circles::per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t p = begin; p < end; ++p) make_exact(circles, exposed[p], pairs[p]);
    });
    return pairs;
}

std::vector<std::vector<CoveredStretch>> covered_stretches(std::size_t circles, std::span<const CirclePair> pairs) {
    std::vector<std::vector<CoveredStretch>> covered(circles);
    for (std::uint32_t p = 0; p < pairs.size(); ++p) {
        const CirclePair& pair = pairs[p];
        const auto& [clockwise, other] = pair.crossings;
        const double error = clockwise.error + other.error;
        const bool flat = pair.apart > flat_apart;
        const auto add = [&](std::uint32_t circle, double begin, double end, std::uint32_t from, std::uint32_t to) {
            covered[circle].push_back(
                {normalised(begin), normalised(end - begin), 2 * p + from, 2 * p + to, error, flat});
        };
        add(pair.first, other.on_first, clockwise.on_first, 1, 0);
        add(pair.second, clockwise.on_second, other.on_second, 0, 1);
    }
    return covered;
}

}  // namespace sheltermap
