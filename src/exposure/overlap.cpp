// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/overlap.hpp"

#include "sheltermap/base/error.hpp"

#include "clip_polygon.hpp"
#include "feature_clip.hpp"
#include "geometry/envelope.hpp"
#include "index/envelope_tree.hpp"
#include "zone_shapes.hpp"
#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t features_per_block = 64;

bool is_linear(GeometryType type) {
    return type == GeometryType::line_string || type == GeometryType::multi_line_string;
}

void require_input(const GeometryColumn& features, const GeometryColumn& zones, const OverlapOptions& options) {
    const auto refuse = [](const char* what, const GeometryColumn& column, std::size_t row, const char* wanted) {
        throw std::invalid_argument(std::string(what) + ": row " + std::to_string(row + 1) + " is a " +
                                    std::string(name(column.types[row])) + ", not " + wanted);
    };
    for (std::size_t row = 0; row < features.size(); ++row) {
        const GeometryType type = features.types[row];
        if (type != GeometryType::missing && !is_areal(type) && !is_linear(type)) {
            refuse("features", features, row, "a polygon or a line");
        }
    }
    for (std::size_t row = 0; row < zones.size(); ++row) {
        if (zones.types[row] != GeometryType::missing && !is_areal(zones.types[row])) {
            refuse("zones", zones, row, "a polygon");
        }
    }
    if (!options.zone_name.empty() && options.zone_name.size() != zones.size()) {
        throw std::invalid_argument("zone_name must have one entry per zone");
    }
}

class Overlayer {
public:
    Overlayer(const GeometryColumn& features, const GeometryColumn& zones, const OverlapOptions& options,
              const Execution& execution)
        : features_(features), tree_(envelopes(zones, execution)), clip_zones_(zones), options_(options) {}

    /// Appends a feature to a result.
    void overlay(std::size_t row, ZoneShapes& shapes, Overlap& result) {
        double whole = nan;
        double inside = nan;
        if (features_.types[row] != GeometryType::missing) {
            FeatureClip feature(features_, row, clip_zones_, shapes);
            whole = feature.whole();
            inside = overlay(row, feature, result);
        }
        result.whole.push_back(whole);
        result.inside.push_back(inside);
        result.offsets.push_back(static_cast<std::int64_t>(result.zone.size()));
    }

private:
    /// The pairs of a feature; returns how much of it lies in any zone.
    double overlay(std::size_t row, FeatureClip& feature, Overlap& result) {
        double inside = 0;
        const std::size_t first = result.zone.size();
        const auto near = zones_near(row);
        std::vector<std::int32_t> all;
        for (std::size_t begin = 0, end = 0; begin < near.size(); begin = end) {
            while (end < near.size() && name(near[end]) == name(near[begin])) ++end;
            const auto polygons = std::span(near).subspan(begin, end - begin);
            const Clip part = feature.clip(polygons, options_.shapes);
            if (!(part.amount > 0)) continue;  // it only touches
            all.insert(all.end(), polygons.begin(), polygons.end());
            result.zone.push_back(name(near[begin]));
            result.amount.push_back(part.amount);
            inside = std::max(inside, part.amount);
            if (part.shape) result.shape.append_row(*part.shape, 0);
        }
        if (result.zone.size() - first < 2 || inside >= feature.whole()) return inside;
        return std::max(inside, feature.clip(all, false).amount);
    }

    [[nodiscard]] std::int64_t name(std::int32_t polygon) const {
        return options_.zone_name.empty() ? polygon : options_.zone_name[static_cast<std::size_t>(polygon)];
    }
    /// The polygons whose boxes a feature's box meets, by the name of their zone.
    [[nodiscard]] std::vector<std::int32_t> zones_near(std::size_t row) const {
        std::vector<std::int32_t> near;
        tree_.find(envelope(features_.row_vertices(row)), near);
        if (!options_.zone_name.empty()) std::ranges::stable_sort(near, {}, [this](auto zone) { return name(zone); });
        return near;
    }

    const GeometryColumn& features_;
    EnvelopeTree tree_;
    ClipPolygons clip_zones_;
    const OverlapOptions& options_;
};

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

Overlap joined(const std::vector<Overlap>& blocks) {
    Overlap result;
    for (const Overlap& block : blocks) {
        const auto before = static_cast<std::int64_t>(result.zone.size());
        for (std::size_t i = 1; i < block.offsets.size(); ++i) result.offsets.push_back(before + block.offsets[i]);
        append(result.zone, block.zone);
        append(result.amount, block.amount);
        append(result.whole, block.whole);
        append(result.inside, block.inside);
        for (std::size_t row = 0; row < block.shape.size(); ++row) result.shape.append_row(block.shape, row);
    }
    return result;
}

}  // namespace

Overlap overlap(const GeometryColumn& features, const GeometryColumn& zones, const OverlapOptions& options,
                const Execution& execution) {
    require_input(features, zones, options);
    Overlayer overlayer(features, zones, options, execution);
    ZoneShapePool pool(zones);
    std::vector<Overlap> blocks((features.size() + features_per_block - 1) / features_per_block);
    parallel_for(features.size(), features_per_block, execution, [&](std::size_t begin, std::size_t end) {
        const auto shapes = pool.lease();
        for (std::size_t row = begin; row < end && !execution.stop.stop_requested(); ++row) {
            try {
                overlayer.overlay(row, *shapes, blocks[begin / features_per_block]);
            } catch (const GeometryError& error) {
                throw GeometryError("features: row " + std::to_string(row + 1) + ": " + error.what());
            }
        }
    });
    return joined(blocks);
}

}  // namespace sheltermap
