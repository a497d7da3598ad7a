// SPDX-License-Identifier: Apache-2.0
#include "united_circles.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/dissolve.hpp"

#include "circle_crossing.hpp"
#include "circle_curve.hpp"
#include "geometry/orientation.hpp"
#include "index/envelope_tree.hpp"
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

constexpr double pi = std::numbers::pi;
constexpr double turn = 2 * pi;
constexpr std::size_t circles_per_block = 256;
constexpr double largest_m = 20'000;
constexpr double northernmost = 80;
/// Radians along a circle, or shares of its radius, that are too close to be told apart: 0.5 µm of 500 m, a hundred
/// times the error of a crossing.
constexpr double delicate = 1e-9;

/// How far, in radians, a crossing in the plane may lie from the true one: circles are planar within 2 % (20 km at
/// 80°). Circles that meet at a small angle may cross farther off, and such crossings hide no others.
constexpr double guess_error = 0.1, flat_guess_error = 0.5;
constexpr double flat_apart = 1.7, least_apart = 1e-4;  // radii

/// Of two circles; crossing 0 is clockwise of the direction from the first to the second, crossing 1 on the other side.
struct Pair {
    std::uint32_t first, second;
    double apart;                           // in radii
    std::array<Crossing, 2> crossings{};    // guessed, or exact
    std::array<std::uint8_t, 2> exposed{};  // on how many of the two circles no third disc covers it for certain
    bool clear = true;                      // false where they only just meet, or nearly coincide
};

/// Azimuths that another disc covers, clockwise from `begin`, and the crossings at its ends.
struct Covered {
    double begin, length;
    std::uint32_t begin_crossing, end_crossing;
    double error;  // of its ends
    bool flat;
};

/// A piece of a circle on the boundary, followed counter-clockwise: from the higher azimuth to the lower one.
struct Arc {
    std::uint32_t circle;
    double from, to;
    std::uint32_t from_crossing, to_crossing;
};

/// Circles that overlap, also by way of others.
struct Group {
    std::vector<std::uint32_t> circles;  // ascending
    std::vector<Arc> arcs;               // of several circles
    bool clear = true;                   // no circles touch, and no three meet at one place
};

double normalised(double azimuth) {
    const double within = std::fmod(azimuth, turn);
    return within < 0 ? within + turn : within;
}

class Union {
public:
    Union(std::vector<LonLat> places, double distance_m, std::size_t terms, std::size_t directions, Execution execution)
        : distance_m_(distance_m),
          places_(std::move(places)),
          curves_(places_.size()),
          execution_(std::move(execution)) {
        for (std::size_t i = 0; i < directions; ++i) {
            directions_.push_back(
                CircleCurve::direction(turn * static_cast<double>(i) / static_cast<double>(directions)));
        }
        std::vector<Envelope> boxes(places_.size());
        for_each_block([&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) {
                curves_[i] = CircleCurve(places_[i], distance_m, terms);
                boxes[i] = curves_[i].envelope();
            }
        });
        for (const Envelope& box : boxes) across_antimeridian_ |= box.min_x < -180 || box.max_x > 180;
        find_pairs(boxes);
        make_exact();
    }
    [[nodiscard]] bool across_antimeridian() const { return across_antimeridian_; }

    GeometryColumn area() {
        join();
        find_arcs();
        std::vector<GeometryColumn> blocks((groups_.size() + circles_per_block - 1) / circles_per_block);
        parallel_for(groups_.size(), circles_per_block, execution_, [&](std::size_t begin, std::size_t end) {
            GeometryColumn& parts = blocks[begin / circles_per_block];
            parts.begin_row(GeometryType::multi_polygon);
            parts.vertices.reserve((end - begin) * (directions_.size() + 1));
            for (std::size_t group = begin; group < end && !execution_.stop.stop_requested(); ++group) {
                if (!append(groups_[group], parts)) append_overlay(groups_[group], parts);
            }
        });
        GeometryColumn area;
        area.begin_row(GeometryType::multi_polygon);
        std::size_t vertices = 0;
        for (const GeometryColumn& parts : blocks) vertices += parts.vertices.size();
        area.vertices.reserve(vertices);
        for (const GeometryColumn& parts : blocks) append_parts(parts, area);
        if (area.part_offsets.back() == 1) area.types.front() = GeometryType::polygon;
        return area;
    }

private:
    template <class Body>
    void for_each_block(Body body) {
        parallel_for(places_.size(), circles_per_block, execution_, body);
    }

    void find_pairs(const std::vector<Envelope>& boxes) {
        const EnvelopeTree tree(boxes);
        std::vector<std::vector<Pair>> blocks((places_.size() + circles_per_block - 1) / circles_per_block);
        for_each_block([&](std::size_t begin, std::size_t end) {
            std::vector<std::int32_t> near;
            for (std::size_t i = begin; i < end && !execution_.stop.stop_requested(); ++i) {
                tree.find(boxes[i], near);
                for (const std::int32_t other : near) {
                    const auto j = static_cast<std::size_t>(other);
                    if (j > i) add_pair(i, j, blocks[begin / circles_per_block]);
                }
            }
        });
        for (const auto& block : blocks) pairs_.insert(pairs_.end(), block.begin(), block.end());
    }

    void add_pair(std::size_t first, std::size_t second, std::vector<Pair>& pairs) const {
        const CircleCurve &a = curves_[first], &b = curves_[second];
        const double east = (b.centre().x - a.centre().x) / a.size().x,
                     north = (b.centre().y - a.centre().y) / a.size().y;
        double apart = std::hypot(east, north);
        if (apart < least_apart || apart > flat_apart)
            apart = geodesic_distance_m(places_[first], places_[second]) / distance_m_;
        if (apart > 2 + delicate) return;
        Pair pair{
            .first = static_cast<std::uint32_t>(first), .second = static_cast<std::uint32_t>(second), .apart = apart};
        const double towards = std::atan2(east, north);
        const double half = std::acos(std::min(apart / 2, 1.0));
        for (std::size_t side = 0; side < 2; ++side) {
            pair.crossings[side].on_first = towards + (side == 0 ? half : -half);
            pair.crossings[side].on_second = towards + pi - (side == 0 ? half : -half);
        }
        pairs.push_back(pair);
    }

    /// Makes those crossings exact that may lie on the boundary: on neither circle a third disc covers them for
    /// certain.
    void make_exact() {
        const auto covered = covered_azimuths();
        for_each_block([&](std::size_t begin, std::size_t end) {
            for (std::size_t circle = begin; circle < end; ++circle) expose(covered[circle]);
        });
        parallel_for(pairs_.size(), circles_per_block, execution_, [&](std::size_t begin, std::size_t end) {
            for (std::size_t p = begin; p < end; ++p) make_exact(pairs_[p]);
        });
    }

    /// Counts the ends of covered stretches that lie in no other stretch, or so near its ends that a guess may be
    /// wrong.
    void expose(std::vector<Covered> covered) {
        const std::size_t count = covered.size();
        for (std::size_t i = 0; i < count; ++i) {
            covered.push_back(covered[i]);
            covered.back().begin -= turn;
        }
        std::ranges::sort(covered, {}, &Covered::begin);
        std::vector<double> reached;  // by the stretches up to each
        for (const Covered& c : covered) {
            const double end = c.flat ? c.begin : c.begin + c.length;
            reached.push_back(std::max(reached.empty() ? end : reached.back(), end));
        }
        const auto expose_at = [&](double azimuth, std::uint32_t crossing, bool flat) {
            const double error = flat ? flat_guess_error : guess_error;
            const auto before =
                std::ranges::upper_bound(covered, azimuth - error, {}, &Covered::begin) - covered.begin();
            if (before > 0 && reached[static_cast<std::size_t>(before) - 1] > azimuth + error) return;
            std::atomic_ref(pairs_[crossing / 2].exposed[crossing % 2]).fetch_add(1, std::memory_order_relaxed);
        };
        for (const Covered& c : covered) {
            if (c.begin < 0) continue;  // a copy
            expose_at(c.begin, c.begin_crossing, c.flat);
            const double end = c.begin + c.length;
            expose_at(end < turn ? end : end - turn, c.end_crossing, c.flat);
        }
    }

    void make_exact(Pair& pair) const {
        for (std::size_t side = 0; side < 2; ++side) {
            Crossing& crossing = pair.crossings[side];
            if (pair.exposed[side] < 2 && pair.apart >= least_apart) continue;
            const double guess = crossing.on_first;
            const bool found = make_crossing_exact(curves_[pair.first], curves_[pair.second], crossing);
            const double error = pair.apart > flat_apart ? flat_guess_error : guess_error;
            if (!found || std::abs(crossing.on_first - guess) > error / 2) pair.clear = false;
        }
    }

    /// Circles that overlap, also by way of others, become groups: by their first circle, circles ascending.
    void join() {
        std::vector<std::uint32_t> leader(places_.size());
        std::iota(leader.begin(), leader.end(), 0U);
        const auto lead = [&](std::uint32_t circle) {
            while (leader[circle] != circle) circle = leader[circle] = leader[leader[circle]];
            return circle;
        };
        for (const Pair& pair : pairs_) {
            const std::uint32_t a = lead(pair.first), b = lead(pair.second);
            leader[std::max(a, b)] = std::min(a, b);
        }
        group_of_.resize(places_.size());
        for (std::uint32_t circle = 0; circle < places_.size(); ++circle) {
            const std::uint32_t first = lead(circle);
            if (first == circle) groups_.emplace_back();
            group_of_[circle] = first == circle ? static_cast<std::uint32_t>(groups_.size() - 1) : group_of_[first];
            groups_[group_of_[circle]].circles.push_back(circle);
        }
        for (const Pair& pair : pairs_) {
            if (!pair.clear) groups_[group_of_[pair.first]].clear = false;
        }
    }

    [[nodiscard]] std::vector<std::vector<Covered>> covered_azimuths() const {
        std::vector<std::vector<Covered>> covered(places_.size());
        for (std::uint32_t p = 0; p < pairs_.size(); ++p) {
            const Pair& pair = pairs_[p];
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

    void find_arcs() {
        auto covered = covered_azimuths();
        for (std::uint32_t circle = 0; circle < places_.size(); ++circle) {
            Group& group = groups_[group_of_[circle]];
            if (!covered[circle].empty() && group.clear) {
                group.clear = add_arcs(circle, covered[circle], group.arcs);
            }
        }
    }

    /// The azimuths that no disc covers; false where ends are too close to tell.
    static bool add_arcs(std::uint32_t circle, std::vector<Covered>& covered, std::vector<Arc>& arcs) {
        std::ranges::sort(covered, {}, &Covered::begin);
        const auto end = [](const Covered& c) { return c.begin + c.length; };
        // The disc that reaches farthest covers up to here, counted from a turn before.
        const Covered* last = &*std::ranges::max_element(covered, {}, end);
        double reached = end(*last) - turn;
        for (const Covered& c : covered) {
            const double gap = c.begin - reached;
            if (std::abs(gap) < delicate + c.error + last->error) return false;
            if (gap > 0) arcs.push_back({circle, c.begin, reached, c.begin_crossing, last->end_crossing});
            if (end(c) > reached) {
                reached = end(c);
                last = &c;
            }
        }
        return true;
    }

    void append_samples(std::vector<XY>& ring, std::uint32_t circle, double from, double to) const {
        const double step = turn / static_cast<double>(directions_.size());
        const auto count = static_cast<std::int64_t>(directions_.size());
        for (auto i = static_cast<std::int64_t>(std::floor((from - 1e-6) / step));
             static_cast<double>(i) * step > to + 1e-6; --i) {
            ring.push_back(curves_[circle].at(directions_[static_cast<std::size_t>((i % count + count) % count)]));
        }
    }

    [[nodiscard]] std::vector<XY> whole_circle(std::uint32_t circle) const {
        std::vector<XY> ring;
        ring.reserve(directions_.size() + 1);
        append_samples(ring, circle, turn + 2e-6, 2e-6);
        ring.push_back(ring.front());
        return ring;
    }

    [[nodiscard]] XY place(std::uint32_t crossing) const { return pairs_[crossing / 2].crossings[crossing % 2].at; }

    /// The rings of a group of several circles; none where an arc does not go on at its end.
    [[nodiscard]] std::vector<std::vector<XY>> rings(const Group& group) const {
        std::vector<std::pair<std::uint32_t, std::size_t>> starting;  // arcs by the crossing they begin at
        for (std::size_t i = 0; i < group.arcs.size(); ++i) starting.emplace_back(group.arcs[i].from_crossing, i);
        std::ranges::sort(starting);
        std::vector<std::uint8_t> used(group.arcs.size(), 0);
        std::vector<std::vector<XY>> rings;
        for (std::size_t first = 0; first < group.arcs.size(); ++first) {
            if (used[first] != 0) continue;
            std::vector<XY>& ring = rings.emplace_back();
            for (std::size_t i = first; used[i] == 0;) {
                const Arc& arc = group.arcs[i];
                used[i] = 1;
                ring.push_back(place(arc.from_crossing));
                append_samples(ring, arc.circle, arc.from, arc.to);
                const auto next = std::ranges::lower_bound(starting, std::pair{arc.to_crossing, std::size_t{0}});
                if (next == starting.end() || next->first != arc.to_crossing) return {};
                i = next->second;
                if (used[i] != 0 && i != first) return {};
            }
            ring.push_back(ring.front());
        }
        return rings;
    }

    /// Appends a group as a part of its own; false where that takes an overlay.
    bool append(const Group& group, GeometryColumn& parts) const {
        if (group.circles.size() == 1) {
            parts.begin_part();
            parts.append_ring(whole_circle(group.circles.front()));
            return true;
        }
        if (!group.clear) return false;
        const auto found = rings(group);
        const auto is_shell = [](const std::vector<XY>& ring) { return runs_counter_clockwise(ring); };
        if (std::ranges::count_if(found, is_shell) != 1) return false;
        const auto shell = std::ranges::find_if(found, is_shell);
        parts.begin_part();
        parts.append_ring(*shell);
        for (auto ring = found.begin(); ring != found.end(); ++ring) {
            if (ring != shell) parts.append_ring(*ring);
        }
        return true;
    }

    void append_overlay(const Group& group, GeometryColumn& parts) const {
        GeometryColumn circles;
        for (const std::uint32_t circle : group.circles) {
            circles.begin_row(GeometryType::polygon);
            circles.begin_part();
            circles.append_ring(whole_circle(circle));
        }
        append_parts(dissolved(circles), parts);
    }

    static void append_parts(const GeometryColumn& from, GeometryColumn& to) {
        for (std::size_t part = 0; part + 1 < from.ring_offsets.size(); ++part) {
            to.begin_part();
            for (auto ring = from.ring_offsets[part]; ring < from.ring_offsets[part + 1]; ++ring) {
                to.append_ring(from.ring(ring));
            }
        }
    }

    double distance_m_;
    std::vector<LonLat> places_;
    std::vector<CircleCurve> curves_;
    std::vector<CircleCurve::Direction> directions_;
    std::vector<Pair> pairs_;
    std::vector<Group> groups_;
    std::vector<std::uint32_t> group_of_;  // circle
    bool across_antimeridian_ = false;
    Execution execution_;
};

/// Places once each, in an order that does not depend on that of the rows.
std::vector<LonLat> distinct(std::span<const LonLat> places) {
    std::vector<LonLat> sorted;
    std::ranges::copy_if(places, std::back_inserter(sorted), has_position);
    std::ranges::sort(sorted, [](LonLat a, LonLat b) { return std::pair(a.lat, a.lon) < std::pair(b.lat, b.lon); });
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    return sorted;
}

}  // namespace

std::optional<GeometryColumn> united_circles(std::span<const LonLat> places, double distance_m, std::size_t directions,
                                             const Execution& execution) {
    auto sorted = distinct(places);
    if (sorted.empty() || distance_m > largest_m) return std::nullopt;
    const double latitude = std::max(std::abs(sorted.front().lat), std::abs(sorted.back().lat));
    const std::size_t terms = latitude <= northernmost ? CircleCurve::terms(distance_m, latitude) : 0;
    if (terms == 0) return std::nullopt;
    Union circles(std::move(sorted), distance_m, terms, directions, execution);
    if (circles.across_antimeridian()) return std::nullopt;
    return circles.area();
}

}  // namespace sheltermap
