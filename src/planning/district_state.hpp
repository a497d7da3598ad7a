// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/planning/districts.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

inline std::span<const std::int32_t> neighbours_of(const WorkUnits& units, std::int32_t unit) {
    const auto row = static_cast<std::size_t>(unit);
    const auto begin = static_cast<std::size_t>(units.offsets[row]);
    return std::span(units.neighbour).subspan(begin, static_cast<std::size_t>(units.offsets[row + 1]) - begin);
}

/// Throws std::invalid_argument where columns do not fit each other or a neighbour is no unit.
void require_fitting(const WorkUnits& units);
/// The same where work, rules or the number of districts cannot be meant, or the units are not connected.
void require_sound(const WorkUnits& units, const DistrictRules& rules);
/// The same where the districts of the units are not among the first `count`; -1 is none.
void require_districts(const WorkUnits& units, std::span<const std::int32_t> district, std::size_t count);

/// A division into districts, with what is known of each, kept up to date as units change hands.
class DistrictState {
public:
    /// What must outlive it.
    DistrictState(const WorkUnits& units, const DistrictRules& rules, std::vector<std::int32_t> district);

    [[nodiscard]] const std::vector<std::int32_t>& district() const noexcept { return district_; }
    [[nodiscard]] std::int32_t of(std::int32_t unit) const noexcept {
        return district_[static_cast<std::size_t>(unit)];
    }
    [[nodiscard]] std::size_t districts() const noexcept { return all_.size(); }
    [[nodiscard]] double load(std::size_t district) const noexcept { return load_of(district, all_[district].work); }
    [[nodiscard]] std::int64_t units_in(std::size_t district) const noexcept { return all_[district].units; }
    [[nodiscard]] bool is_seat(std::int32_t unit) const;
    /// The seat of a district, or where it has none its first unit.
    [[nodiscard]] std::int32_t stays_in(std::size_t district) const;

    /// What its load would be with so much more work.
    [[nodiscard]] double load_with(std::size_t district, std::int64_t more) const noexcept {
        return load_of(district, all_[district].work + more);
    }
    /// How far a load is beyond the tolerance.
    [[nodiscard]] double beyond(double load) const noexcept;
    [[nodiscard]] double shape_of(std::size_t district) const noexcept { return all_[district].shape(); }
    /// How much less compact a district is with, or without, a unit.
    [[nodiscard]] double shape_change(std::size_t district, std::int32_t unit, bool joins) const;
    [[nodiscard]] Loads loads() const;

    /// Whether the district stays connected, and is left with a unit, without this one.
    [[nodiscard]] bool may_leave(std::int32_t unit);
    /// Moves a unit to another district; -1 is none.
    void move(std::int32_t unit, std::int32_t to);

private:
    struct District {
        std::int64_t work = 0, units = 0;
        double weight = 0, squares = 0, travel = 0;
        std::array<double, 3> moment{};

        [[nodiscard]] double shape() const noexcept;
        void add(double weight_of_unit, const std::array<double, 3>& place, double cost) noexcept;
    };

    [[nodiscard]] double load_of(std::size_t district, std::int64_t work) const noexcept {
        return static_cast<double>(work) / target_[district];
    }
    [[nodiscard]] double cost(std::size_t district, std::int32_t unit) const;
    void count(std::int32_t unit, std::int32_t in, int sign);

    const WorkUnits* units_;
    const DistrictRules* rules_;
    std::vector<std::int32_t> district_;
    std::vector<double> target_;  // work that makes a load of 1
    std::vector<District> all_;
    std::array<double, 3> origin_{};
    std::vector<std::uint32_t> seen_;  // per unit the last search that came by
    std::uint32_t search_ = 0;
    std::vector<std::int32_t> stack_;
};

/// Units without which their districts would fall apart.
[[nodiscard]] std::vector<bool> joints(const WorkUnits& units, std::span<const std::int32_t> district);

}  // namespace sheltermap
