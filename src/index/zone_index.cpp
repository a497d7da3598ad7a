// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/zone_index.hpp"

#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>

#include "geometry/prepared_polygon.hpp"
#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

namespace bg = boost::geometry;
using Point = bg::model::point<double, 2, bg::cs::cartesian>;
using Box = bg::model::box<Point>;
using Entry = std::pair<Box, std::int32_t>;
using Tree = bg::index::rtree<Entry, bg::index::quadratic<16>>;

std::vector<PreparedPolygon> prepare(const GeometryColumn& zones) {
    if (zones.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw std::invalid_argument("more than 2^31 - 1 zones");
    }
    std::vector<PreparedPolygon> prepared;
    prepared.reserve(zones.size());
    for (std::size_t row = 0; row < zones.size(); ++row) {
        if (!is_areal(zones.types[row]) && zones.types[row] != GeometryType::missing) {
            throw std::invalid_argument("zones: row " + std::to_string(row + 1) + " is a " +
                                        std::string(name(zones.types[row])) + ", not a polygon");
        }
        prepared.emplace_back(zones, row);
    }
    return prepared;
}

Tree envelopes(const std::vector<PreparedPolygon>& polygons) {
    std::vector<Entry> entries;
    for (std::size_t row = 0; row < polygons.size(); ++row) {
        const auto& box = polygons[row].envelope();
        if (box.min_x > box.max_x) continue;  // no vertices
        entries.emplace_back(Box({box.min_x, box.min_y}, {box.max_x, box.max_y}), static_cast<std::int32_t>(row));
    }
    return Tree(entries.begin(), entries.end());  // bulk loading
}

}  // namespace

struct ZoneIndex::State {
    std::vector<PreparedPolygon> polygons;
    Tree tree;
    explicit State(const GeometryColumn& zones) : polygons(prepare(zones)), tree(envelopes(polygons)) {}
};

ZoneIndex::ZoneIndex(const GeometryColumn& zones) : state_(std::make_unique<const State>(zones)) {}
ZoneIndex::~ZoneIndex() = default;
ZoneIndex::ZoneIndex(ZoneIndex&&) noexcept = default;
ZoneIndex& ZoneIndex::operator=(ZoneIndex&&) noexcept = default;

std::size_t ZoneIndex::size() const noexcept { return state_->polygons.size(); }

std::vector<std::int32_t> ZoneIndex::find(LonLat point) const {
    std::vector<std::int32_t> rows;
    if (!has_position(point)) return rows;
    const Point at(point.lon, point.lat);
    for (auto it = state_->tree.qbegin(bg::index::intersects(at)); it != state_->tree.qend(); ++it) {
        if (state_->polygons[static_cast<std::size_t>(it->second)].covers({point.lon, point.lat})) {
            rows.push_back(it->second);
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

}  // namespace sheltermap
