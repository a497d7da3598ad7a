// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/streets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <unordered_map>

namespace sheltermap {
namespace {

constexpr std::uint32_t no_street = std::numeric_limits<std::uint32_t>::max();

void require_length(std::size_t given, std::size_t rows, const char* what) {
    if (given != 0 && given != rows) {
        throw std::invalid_argument(std::string(what) + " must have one entry per row: " + std::to_string(given) +
                                    " for " + std::to_string(rows) + " rows");
    }
}

bool is_one(std::span<const std::uint8_t> column, std::size_t row) { return !column.empty() && column[row] != 0; }

/// A speed of a row in metres per second.
float speed_m_s(std::span<const double> kmh, std::size_t row, double default_kmh, const char* what) {
    double speed = kmh.empty() ? default_kmh : kmh[row];
    if (std::isnan(speed)) speed = default_kmh;
    const auto m_s = static_cast<float>(speed / 3.6);
    if (!std::isfinite(m_s) || speed < 0) {
        throw std::invalid_argument(std::string(what) + ": row " + std::to_string(row + 1) + " has " +
                                    std::to_string(speed) + " km/h; a speed is a finite number, not negative");
    }
    return m_s;
}

/// Gives points their numbers. Inner vertices of a bridge or tunnel are points of its own (`street`).
/// A table with open addresses: a map of nodes takes three times as long for a million points.
class PointNumbers {
public:
    explicit PointNumbers(Streets& streets) : streets_(streets) { make_slots(16); }

    std::uint32_t number(GridPoint at, std::uint32_t street) {
        if (2 * streets_.points.size() >= slots_.size()) make_slots(bits_ + 1);
        std::size_t slot = first_slot(at, street);
        for (; slots_[slot] != none; slot = (slot + 1) & (slots_.size() - 1)) {
            if (streets_.points[slots_[slot]] == at && own_of_[slots_[slot]] == street) return slots_[slot];
        }
        const auto number = static_cast<std::uint32_t>(streets_.points.size());
        slots_[slot] = number;
        streets_.points.push_back(at);
        streets_.blocked.push_back(0);
        own_of_.push_back(street);
        return number;
    }

private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    [[nodiscard]] std::size_t first_slot(GridPoint at, std::uint32_t street) const noexcept {
        std::uint64_t mixed =
            (std::uint64_t{static_cast<std::uint32_t>(at.lon_e7)} << 32U) | static_cast<std::uint32_t>(at.lat_e7);
        mixed = (mixed ^ (mixed >> 31U) ^ street) * 0x9E3779B97F4A7C15U;
        return static_cast<std::size_t>((mixed ^ (mixed >> 32U)) * 0x9E3779B97F4A7C15U >> (64 - bits_));
    }
    void make_slots(unsigned bits) {
        bits_ = bits;
        slots_.assign(std::size_t{1} << bits, none);
        for (std::uint32_t number = 0; number < own_of_.size(); ++number) {
            std::size_t slot = first_slot(streets_.points[number], own_of_[number]);
            while (slots_[slot] != none) slot = (slot + 1) & (slots_.size() - 1);
            slots_[slot] = number;
        }
    }

    Streets& streets_;
    std::vector<std::uint32_t> own_of_;  // per point the street whose own it is, or no_street
    std::vector<std::uint32_t> slots_;
    unsigned bits_ = 0;
};

class NameNumbers {
public:
    explicit NameNumbers(std::vector<std::string>& names) : names_(names) {}

    std::uint32_t number(const std::string& name) {
        if (name.empty()) return 0;
        const auto [entry, fresh] = numbers_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
        if (fresh) names_.push_back(name);
        return entry->second;
    }

private:
    std::vector<std::string>& names_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// A segment is straight in longitude and latitude, so one across the antimeridian would go around the world.
void require_narrow(std::span<const XY> line, std::size_t row) {
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (std::abs(line[i].x - line[i - 1].x) <= 180) continue;
        throw std::invalid_argument("streets: row " + std::to_string(row + 1) + " goes from longitude " +
                                    std::to_string(line[i - 1].x) + " to " + std::to_string(line[i].x) +
                                    " in one step; cut it at the antimeridian");
    }
}

bool is_line(GeometryType type) { return type == GeometryType::line_string || type == GeometryType::multi_line_string; }

}  // namespace

GridPoint to_grid(LonLat place) {
    if (!(std::abs(place.lon) <= 214) || !(std::abs(place.lat) <= 90)) {
        throw std::invalid_argument("a vertex at longitude " + std::to_string(place.lon) + ", latitude " +
                                    std::to_string(place.lat) + " is no place of a street");
    }
    return {static_cast<std::int32_t>(std::llround(place.lon * 1e7)),
            static_cast<std::int32_t>(std::llround(place.lat * 1e7))};
}

Streets streets_of_lines(const GeometryColumn& lines, const LineTraits& traits) {
    require_length(traits.forward_kmh.size(), lines.size(), "forward_kmh");
    require_length(traits.backward_kmh.size(), lines.size(), "backward_kmh");
    require_length(traits.bridge.size(), lines.size(), "bridge");
    require_length(traits.tunnel.size(), lines.size(), "tunnel");
    require_length(traits.level.size(), lines.size(), "level");
    require_length(traits.name.size(), lines.size(), "name");
    Streets streets;
    PointNumbers points(streets);
    NameNumbers names(streets.names);
    for (std::size_t row = 0; row < lines.size(); ++row) {
        if (lines.types[row] == GeometryType::missing) continue;
        if (!is_line(lines.types[row])) {
            throw std::invalid_argument("streets: row " + std::to_string(row + 1) + " is a " +
                                        std::string(name(lines.types[row])) + " where lines belong");
        }
        const bool bridge = is_one(traits.bridge, row);
        const bool tunnel = is_one(traits.tunnel, row);
        const auto level = static_cast<std::int8_t>((bridge ? 1 : 0) - (tunnel && !bridge ? 1 : 0));
        const Street street{
            .forward_m_s = speed_m_s(traits.forward_kmh, row, traits.default_kmh, "forward_kmh"),
            .backward_m_s = speed_m_s(traits.backward_kmh, row, traits.default_kmh, "backward_kmh"),
            .flags = static_cast<std::uint8_t>((bridge ? street_bridge : 0) | (tunnel ? street_tunnel : 0)),
            .layer = traits.level.empty() ? level : traits.level[row],
            .name = traits.name.empty() ? 0 : names.number(traits.name[row]),
            .way_id = static_cast<std::int64_t>(row)};
        const auto first = lines.ring_offsets[static_cast<std::size_t>(lines.part_offsets[row])];
        const auto last = lines.ring_offsets[static_cast<std::size_t>(lines.part_offsets[row + 1])];
        for (auto part = first; part < last; ++part) {
            const auto ring = lines.ring(part);
            const auto own = bridge || tunnel ? static_cast<std::uint32_t>(streets.streets.size()) : no_street;
            for (std::size_t i = 0; i < ring.size(); ++i) {
                const bool inner = i > 0 && i + 1 < ring.size();
                streets.vertices.push_back(points.number(to_grid({ring[i].x, ring[i].y}), inner ? own : no_street));
            }
            require_narrow(ring, row);
            streets.streets.push_back(street);
            streets.offsets.push_back(streets.vertices.size());
        }
    }
    return streets;
}

}  // namespace sheltermap
