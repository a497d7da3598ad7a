// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/joining.hpp"

#include "network/meeting.hpp"
#include "network/segments.hpp"
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace sheltermap {
namespace {

/// A point that a street is to lead through: behind a vertex of it, or before its first where `part` is below 0.
struct Insertion {
    std::uint32_t street;
    std::uint64_t vertex;
    double part;
    std::uint32_t point;
    friend auto operator<=>(const Insertion&, const Insertion&) = default;
};

/// The end of a street.
struct End {
    std::uint32_t street;
    std::uint64_t vertex;
    bool first;
};

/// Joins ends, or crossings, once.
class Joiner {
public:
    Joiner(Streets& streets, const JoinOptions& options) : streets_(streets), options_(options), segments_(streets) {}

    std::uint64_t join_ends(const Execution& execution) {
        const std::vector<End> ends = open_ends();
        std::vector<std::uint8_t> has_near(ends.size(), 0);  // most have nothing beside them
        parallel_for(ends.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) has_near[i] = near(ends[i]).empty() ? 0 : 1;
        });
        std::uint64_t joined = 0;
        for (std::size_t i = 0; i < ends.size(); ++i) {
            if (has_near[i] != 0 && join_end(ends[i])) ++joined;
        }
        insert();
        return joined;
    }

    std::uint64_t join_crossings() {
        std::set<std::uint32_t> places;
        segments_.pairs([&](const Segment& one, const Segment& other) {
            if (!meet_on_their_way(streets_.streets[one.street], streets_.streets[other.street])) return;
            if (const auto found = meeting(one, other)) places.insert(meet(one, other, *found));
        });
        insert();
        return places.size();
    }

private:
    struct Candidate {
        double distance_m;
        const Segment* segment;
        double part;
        friend bool operator<(const Candidate& a, const Candidate& b) {
            return std::tuple(a.distance_m, a.segment->vertex) < std::tuple(b.distance_m, b.segment->vertex);
        }
    };

    /// The ends of streets, one at each point; none at barriers.
    [[nodiscard]] std::vector<End> open_ends() const {
        std::vector<bool> seen(streets_.points.size(), false);
        std::vector<End> ends;
        for (std::uint32_t street = 0; street < streets_.streets.size(); ++street) {
            const std::uint64_t begin = streets_.offsets[street];
            const std::uint64_t end = streets_.offsets[street + 1];
            if (end - begin < 2) continue;
            for (const End& each : {End{street, begin, true}, End{street, end - 1, false}}) {
                const std::uint32_t point = point_of(each);
                if (streets_.blocked[point] != 0 || seen[point]) continue;
                seen[point] = true;
                ends.push_back(each);
            }
        }
        return ends;
    }

    [[nodiscard]] std::uint32_t point_of(const End& end) const { return streets_.vertices[end.vertex]; }

    /// The streets near an end, nearest first, without those that it is at already.
    [[nodiscard]] std::vector<Candidate> near(const End& end) const {
        const std::uint32_t point = point_of(end);
        const XY at = grid_xy(streets_.points[point]);
        const LocalMetres metres(at);
        std::vector<Candidate> found;
        std::vector<std::uint32_t> next_to_it;
        const double reach_m = options_.ends_within_m;
        const double farthest_m = std::max(reach_m, on_line_m);
        segments_.near(at, metres.lon_e7(reach_m), metres.lat_e7(reach_m), [&](const Segment& segment) {
            if (segment.first == point || segment.second == point) {
                next_to_it.push_back(segment.first == point ? segment.second : segment.first);
                return;
            }
            if (!metres.may_be_within(farthest_m, at, segment)) return;
            const double part = metres.nearest_part(at, segment);
            const double distance_m = metres.distance(at, along(segment, part));
            if (distance_m > farthest_m) return;
            if (meets_at_end(streets_.streets[end.street], streets_, segment, part)) {
                found.push_back({distance_m, &segment, part});
            }
        });
        std::erase_if(found, [&](const Candidate& each) {
            return std::any_of(next_to_it.begin(), next_to_it.end(), [&](std::uint32_t next) {
                return (each.segment->first == next || each.segment->second == next) &&
                       metres.distance(at, grid_xy(streets_.points[next])) <= 2 * reach_m;
            });
        });
        std::sort(found.begin(), found.end());
        return found;
    }

    bool join_end(const End& end) {
        const std::uint32_t point = point_of(end);
        const std::vector<Candidate> found = near(end);
        const bool is_on_one = !found.empty() && found.front().distance_m <= on_line_m;
        std::vector<const Candidate*> joined;
        for (const Candidate& each : found) {
            if (each.distance_m <= on_line_m) {
                put_on(*each.segment, each.part, point);
            } else if (!meet_before_end(end, point, *each.segment)) {
                if (is_on_one || std::any_of(joined.begin(), joined.end(), [&](const Candidate* other) {
                        return is_reached_by(*other, each, point);
                    })) {
                    continue;
                }
                lead_to(end, point, each, static_cast<double>(joined.size()));
            }
            joined.push_back(&each);
        }
        return !joined.empty();
    }

    /// Whether a street need not be led to from an end that another one is joined to: it is the same one, shares a
    /// point with it there, or lies behind it.
    [[nodiscard]] bool is_reached_by(const Candidate& joined, const Candidate& each, std::uint32_t point) const {
        const Segment& one = *joined.segment;
        const Segment& other = *each.segment;
        if (one.street == other.street) return true;
        const XY at = grid_xy(streets_.points[point]);
        const LocalMetres metres(at);
        for (const std::uint32_t shared : {one.first, one.second}) {
            if ((shared == other.first || shared == other.second) &&
                metres.distance(at, grid_xy(streets_.points[shared])) <= 2 * options_.ends_within_m) {
                return true;
            }
        }
        const Segment lead{other.street, point, no_point, other.vertex, at, along(other, each.part)};
        return crossing(lead, one).has_value();  // NOLINT(readability-suspicious-call-argument): the order is free
    }

    /// Lets a street that reaches over another one a little meet it where they cross.
    bool meet_before_end(const End& end, std::uint32_t point, const Segment& other) {
        const std::uint64_t last = end.first ? end.vertex : end.vertex - 1;
        const Segment own{end.street,
                          streets_.vertices[last],
                          streets_.vertices[last + 1],
                          last,
                          grid_xy(streets_.points[streets_.vertices[last]]),
                          grid_xy(streets_.points[streets_.vertices[last + 1]])};
        const auto over = crossing(own, other);
        if (!over) return false;
        const LocalMetres metres(over->at);
        if (metres.distance(over->at, grid_xy(streets_.points[point])) > 2 * options_.ends_within_m) return false;
        meet(own, other, *over);
        return true;
    }

    /// Leads a street from its end to another one beside it, behind those that it is joined to already.
    void lead_to(const End& end, std::uint32_t point, const Candidate& other, double behind) {
        const std::uint32_t there = put_on(*other.segment, other.part, no_point);
        if (!led_.insert(std::minmax(point, there)).second) return;
        insertions_.push_back({end.street, end.vertex, end.first ? -1 - behind : behind, there});
    }

    /// Lets both lead through the point where they meet.
    std::uint32_t meet(const Segment& one, const Segment& other, const Meeting& found) {
        const std::uint32_t point = put_on(one, found.part_of_one, found.point, found.at);
        return put_on(other, found.part_of_other, point);
    }

    /// Lets a street lead through a point; without one, through a new point of the grid there or the vertex that is
    /// there already. Returns it.
    std::uint32_t put_on(const Segment& segment, double part, std::uint32_t point) {
        return put_on(segment, part, point, along(segment, part));
    }
    std::uint32_t put_on(const Segment& segment, double part, std::uint32_t point, XY at) {
        const GridPoint place{static_cast<std::int32_t>(std::lround(at.x)),
                              static_cast<std::int32_t>(std::lround(at.y))};
        if (point == no_point && place == streets_.points[segment.first]) return segment.first;
        if (point == no_point && place == streets_.points[segment.second]) return segment.second;
        if (point == segment.first || point == segment.second) return point;
        if (point == no_point) {
            const auto [entry, fresh] = made_.try_emplace(place, static_cast<std::uint32_t>(streets_.points.size()));
            if (fresh) {
                streets_.points.push_back(place);
                streets_.blocked.push_back(0);
            }
            point = entry->second;
        }
        // At the far end it stands behind that vertex, so that the vertex stays on the way.
        const bool far = part == 1;
        insertions_.push_back({segment.street, segment.vertex + (far ? 1 : 0), far ? 0 : part, point});
        return point;
    }

    void insert() {
        if (insertions_.empty()) return;
        std::sort(insertions_.begin(), insertions_.end());
        std::vector<std::uint32_t> vertices;
        std::vector<std::uint64_t> offsets{0};
        auto next = insertions_.begin();
        for (std::uint32_t street = 0; street < streets_.streets.size(); ++street) {
            const auto take = [&](std::uint64_t vertex, bool before) {
                for (; next != insertions_.end() && next->street == street && next->vertex == vertex &&
                       (next->part < 0) == before;
                     ++next) {
                    if (vertices.size() == offsets.back() || vertices.back() != next->point) {
                        vertices.push_back(next->point);
                    }
                }
            };
            for (std::uint64_t i = streets_.offsets[street]; i < streets_.offsets[street + 1]; ++i) {
                take(i, true);
                vertices.push_back(streets_.vertices[i]);
                take(i, false);
            }
            offsets.push_back(vertices.size());
        }
        streets_.vertices = std::move(vertices);
        streets_.offsets = std::move(offsets);
    }

    Streets& streets_;
    const JoinOptions& options_;
    const Segments segments_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> led_;  // ends that were led to each other
    std::map<GridPoint, std::uint32_t> made_;
    std::vector<Insertion> insertions_;
};

}  // namespace

Joined join_streets(Streets& streets, const JoinOptions& options, const Execution& execution) {
    if (!(options.ends_within_m >= 0) || std::isinf(options.ends_within_m)) {
        throw std::invalid_argument("ends are joined within a distance in metres, not negative: it is " +
                                    std::to_string(options.ends_within_m));
    }
    Joined joined;
    if (options.ends_within_m > 0) joined.ends = Joiner(streets, options).join_ends(execution);
    if (options.crossings) joined.crossings = Joiner(streets, options).join_crossings();  // of ends led on, too
    return joined;
}

}  // namespace sheltermap
