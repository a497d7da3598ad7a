// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/placement.hpp"

#include "geodesy/place_groups.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace sheltermap {
namespace {

constexpr double metres_per_degree = 111'200;
constexpr double across_the_border_m = 50'000;
constexpr double farthest_m = 600'000;               // of eastings and northings
constexpr double farthest_in_degrees_m = 3'000'000;  // which say the same place wherever it is
constexpr double stray_m = 200'000;
constexpr double apart_m = 50'000;
constexpr double among_others = 0.05;     // of the gap: so near the others do strays lie once their axes are swapped
constexpr double near_origin_m = 10'000;  // of a country in kilometres, all are nearer
constexpr double hair_deg = 1e-7;         // a centimetre: what is lost on the way to another system and back
constexpr double around_origin_m = 200'000;
constexpr double grid_step_m = 100;

XY with_axes_swapped(XY at) { return {at.y, at.x}; }

/// Where a system is made for, and how far from there a place lies.
class Area {
public:
    explicit Area(const Crs& crs) : area_(crs.area_of_use().value_or(AreaOfUse{-180, -90, 180, 90})) {}

    [[nodiscard]] bool is_world() const noexcept { return area_.west <= -179 && area_.east >= 179; }

    /// 0 inside, infinite for what is no place on Earth.
    [[nodiscard]] double metres_beyond(LonLat at) const noexcept {
        if (!has_position(at) || std::abs(at.lon) > 180 || std::abs(at.lat) > 90)
            return std::numeric_limits<double>::infinity();
        if (area_.contains(at)) return 0;
        const double east = std::fmod(at.lon - area_.east + 720, 360);
        const double west = std::fmod(area_.west - at.lon + 720, 360);
        const double lon = area_.contains({at.lon, (area_.south + area_.north) / 2}) ? 0 : std::min(east, west);
        const double lat = std::max({0.0, area_.south - at.lat, at.lat - area_.north});
        return std::hypot(lon * std::cos(at.lat * std::numbers::pi / 180), lat) * metres_per_degree;
    }

private:
    AreaOfUse area_;
};

bool is_whole(double value, double of) { return std::abs(std::remainder(value, of)) < hair_deg; }

/// Judges the corners of rows, at first each by itself; the upper corners, if any, follow all lower ones.
class Judgement {
public:
    Judgement(std::span<const XY> coordinates, std::size_t rows, const Crs& crs, const Execution& execution)
        : given_(coordinates),
          rows_(rows),
          crs_(crs),
          execution_(execution),
          area_(crs),
          places_(to_lonlat(coordinates, crs, execution)),
          verdicts_(coordinates.size(), Plausibility::plausible) {
        sort_out();
        judge_units();
        judge_beyond();
        judge_origins();
        if (!crs.is_geographic()) judge_together();
    }

    [[nodiscard]] const std::vector<LonLat>& places() const noexcept { return places_; }
    [[nodiscard]] const std::vector<Plausibility>& verdicts() const noexcept { return verdicts_; }
    [[nodiscard]] std::vector<LonLat> swapped_places(std::span<const std::size_t> at) const {
        std::vector<XY> turned(at.size());
        std::ranges::transform(at, turned.begin(), [&](std::size_t i) { return with_axes_swapped(given_[i]); });
        return to_lonlat(turned, crs_, execution_);
    }
    /// Per corner, whether it lies up to 50 km outside the area of use, and inside with the axes swapped.
    [[nodiscard]] std::vector<bool> doubtful() const {
        std::vector<bool> flags(given_.size(), false);
        for (const std::size_t i : doubtful_) flags[i] = true;
        return flags;
    }
    void refuse_as_swapped(std::size_t at) { verdicts_[at] = Plausibility::swapped; }

private:
    [[nodiscard]] bool is_point(std::size_t i) const {
        const std::size_t other = i < rows_ ? i + rows_ : i - rows_;
        return other >= given_.size() || given_[other] == given_[i];
    }

    /// Puts aside what needs a second look.
    void sort_out() {
        const auto& false_origin = crs_.false_origin();
        for (std::size_t i = 0; i < given_.size(); ++i) {
            const XY at = given_[i];
            if (!std::isfinite(at.x) || !std::isfinite(at.y)) continue;
            ++finite_;
            const bool at_zero = !crs_.is_lonlat() && std::abs(places_[i].lon) < hair_deg &&
                                 std::abs(places_[i].lat) < hair_deg;  // (0, 0) that was converted
            if ((at_zero || at == XY{0, 0} || at == false_origin) && is_point(i)) {
                origins_.push_back(i);
            } else if (!crs_.is_geographic() && std::abs(at.x) < near_origin_m && std::abs(at.y) < near_origin_m) {
                small_.push_back(i);
            } else if (area_.metres_beyond(places_[i]) > 0) {
                beyond_.push_back(i);
            }
        }
    }

    /// Numbers close to (0, 0) of a projected system. Those of a place near a pole may be meant.
    void judge_units() {
        if (small_.empty()) return;
        const auto is_degrees = [&](std::size_t i) {
            return std::abs(given_[i].x) <= 180 && std::abs(given_[i].y) <= 90;
        };
        const bool all_degrees = small_.size() + origins_.size() == finite_ && std::ranges::all_of(small_, is_degrees);
        std::vector<XY> metres(small_.size());
        std::ranges::transform(small_, metres.begin(),
                               [&](std::size_t i) { return XY{given_[i].x * 1000, given_[i].y * 1000}; });
        const auto there = to_lonlat(metres, crs_, execution_);
        for (std::size_t k = 0; k < small_.size(); ++k) {
            const std::size_t i = small_[k];
            const double as_given_m = area_.metres_beyond(places_[i]);
            const auto fits = [&](LonLat at) {
                const double beyond_m = area_.metres_beyond(at);
                return !area_.is_world() && (beyond_m == 0 || (beyond_m <= farthest_m && as_given_m > farthest_m));
            };
            const bool at_a_pole = std::abs(places_[i].lat) > 89;
            const bool fit_as_degrees =
                all_degrees || fits({given_[i].x, given_[i].y}) || fits({given_[i].y, given_[i].x});
            if (!at_a_pole && is_degrees(i) && fit_as_degrees) {
                verdicts_[i] = Plausibility::degrees;
            } else if (!at_a_pole && fits(there[k])) {
                verdicts_[i] = Plausibility::kilometres;
            } else if (as_given_m > 0) {
                beyond_.push_back(i);
            }
        }
    }

    void judge_beyond() {
        const double limit_m = crs_.is_geographic() ? farthest_in_degrees_m : farthest_m;
        const auto turned = swapped_places(beyond_);
        for (std::size_t k = 0; k < beyond_.size(); ++k) {
            const double as_given_m = area_.metres_beyond(places_[beyond_[k]]);
            const double swapped_m = area_.metres_beyond(turned[k]);
            const bool at_zero = given_[beyond_[k]] == XY{0, 0};  // a corner of something that reaches elsewhere
            if (as_given_m > limit_m || at_zero) {
                verdicts_[beyond_[k]] =
                    swapped_m <= limit_m && !at_zero ? Plausibility::swapped : Plausibility::outside;
            } else if (swapped_m == 0 && as_given_m > across_the_border_m) {
                verdicts_[beyond_[k]] = Plausibility::swapped;
            } else if (swapped_m == 0) {
                doubtful_.push_back(beyond_[k]);
            } else {
                ++only_as_given_;
            }
        }
    }

    /// A grid of squares has a corner at the origin, and others beside it; nothing else has.
    void judge_origins() {
        std::vector<std::pair<XY, Plausibility>> known;
        for (const std::size_t i : origins_) {
            auto found = std::ranges::find(known, given_[i], &std::pair<XY, Plausibility>::first);
            if (found == known.end()) {
                const bool is_on_a_grid = known.size() < 3 && has_neighbours_on_a_grid(i);
                known.emplace_back(given_[i], is_on_a_grid ? Plausibility::plausible : Plausibility::nowhere);
                found = std::prev(known.end());
            }
            verdicts_[i] = found->second;
        }
    }

    [[nodiscard]] bool has_neighbours_on_a_grid(std::size_t origin) const {
        const LonLat here = places_[origin];
        const double east_of_degree_m = metres_per_degree * std::cos(here.lat * std::numbers::pi / 180);
        std::size_t others = 0, round = 0;
        bool has_neighbour = false;
        for (std::size_t i = 0; i < given_.size(); ++i) {
            if (given_[i] == given_[origin] || !has_position(places_[i])) continue;
            ++others;
            const bool is_round = is_whole(given_[i].x, grid_step_m) && is_whole(given_[i].y, grid_step_m);
            if (crs_.is_geographic() || is_round) ++round;
            has_neighbour |= std::hypot((places_[i].lat - here.lat) * metres_per_degree,
                                        (places_[i].lon - here.lon) * east_of_degree_m) < around_origin_m;
        }
        return has_neighbour && 2 * round > others;
    }

    /// In a system like LKS-92 eastings and northings are of one size, and swapped ones may land inside or next door.
    void judge_together() {
        const auto fits_only_swapped =
            static_cast<std::size_t>(std::ranges::count(verdicts_, Plausibility::swapped) + std::ssize(doubtful_));
        if (fits_only_swapped == 0 || only_as_given_ > 0) return;
        std::vector<std::size_t> inside;
        for (std::size_t i = 0; i < given_.size(); ++i) {
            if (verdicts_[i] == Plausibility::plausible && area_.metres_beyond(places_[i]) == 0) inside.push_back(i);
        }
        const auto turned = swapped_places(inside);
        const bool fit_either_way =
            std::ranges::all_of(turned, [&](LonLat at) { return area_.metres_beyond(at) == 0; });
        if (!fit_either_way || inside.size() > fits_only_swapped) return;
        for (const std::size_t i : inside) refuse_as_swapped(i);
        for (const std::size_t i : doubtful_) refuse_as_swapped(i);
        doubtful_.clear();
    }

    std::span<const XY> given_;
    std::size_t rows_;
    const Crs& crs_;
    const Execution& execution_;
    Area area_;
    std::vector<LonLat> places_;
    std::vector<Plausibility> verdicts_;
    std::vector<std::size_t> origins_, small_, beyond_, doubtful_;
    std::size_t finite_ = 0;
    std::size_t only_as_given_ = 0;  ///< outside the area of use, near it, and not inside with the axes swapped
};

}  // namespace

Placement placement(std::span<const XY> lower, std::span<const XY> upper, const Crs& crs, const Execution& execution) {
    std::vector<XY> corners(lower.begin(), lower.end());
    corners.insert(corners.end(), upper.begin(), upper.end());
    const std::size_t rows = lower.size();
    Judgement judged(corners, rows, crs, execution);
    Placement result;
    const auto settle = [&] {
        result.verdicts.assign(judged.verdicts().begin(), judged.verdicts().begin() + std::ssize(lower));
        for (std::size_t row = 0; row < upper.size(); ++row) {
            if (result.verdicts[row] == Plausibility::plausible) result.verdicts[row] = judged.verdicts()[rows + row];
        }
    };
    settle();

    std::vector<Envelope> boxes(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (result.verdicts[row] != Plausibility::plausible) continue;
        for (std::size_t corner = row; corner < corners.size(); corner += rows) {
            if (const LonLat at = judged.places()[corner]; has_position(at)) boxes[row].add(XY{at.lon, at.lat});
        }
    }
    const PlaceGroups groups(boxes);
    const std::vector<bool> doubtful = judged.doubtful();
    const double far_m = std::max(stray_m, 2 * groups.reach_of_most_m());
    for (const ApartRows& apart : groups.apart()) {
        const auto turned = judged.swapped_places(apart.rows);
        const bool fits_swapped = std::ranges::all_of(turned, [&](LonLat at) {
            return has_position(at) && std::abs(at.lat) <= 90 &&
                   groups.metres_to_most(at) <= among_others * apart.gap_m;
        });
        const bool is_far = apart.gap_m >= far_m && !groups.is_scattered();
        if (apart.gap_m < apart_m || !(is_far || fits_swapped)) continue;
        std::vector<std::size_t> kept;
        for (const std::size_t row : apart.rows) {
            if (fits_swapped && (doubtful[row] || (!upper.empty() && doubtful[row + rows]))) {
                judged.refuse_as_swapped(row);
            } else {
                kept.push_back(row);
            }
        }
        if (!kept.empty()) result.strays.push_back({std::move(kept), apart.gap_m, fits_swapped});
    }
    settle();
    return result;
}

}  // namespace sheltermap
