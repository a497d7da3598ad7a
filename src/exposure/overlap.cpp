// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/overlap.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/sum.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"
#include "sheltermap/geometry/envelope.hpp"

#include "zone_shapes.hpp"
#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t features_per_block = 16;

bool is_linear(GeometryType type) {
    return type == GeometryType::line_string || type == GeometryType::multi_line_string;
}

double measure(const GeometryColumn& column, std::size_t row) {
    return is_areal(column.types[row]) ? lonlat_area_m2(column, row) : lonlat_length_m(column, row);
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

/// What a feature has in common with some polygons, each part of it once.
struct Clip {
    double amount = 0;
    GeometryColumn shape;  // one row
};

/// The part of a feature in the union of some polygons: what lies in the first, then what of the rest lies in the
/// second, and so on. The union itself, of polygons that may be a country's, is never made.
Clip clipped(const GEOSGeometry* feature, bool areal, const std::vector<const GEOSGeometry*>& polygons) {
    auto* const handle = geos().handle;
    const GeometryType type = areal ? GeometryType::multi_polygon : GeometryType::multi_line_string;
    GeometryColumn parts;
    GeosGeometry rest;
    Sum amount;
    for (std::size_t i = 0; i < polygons.size(); ++i) {
        const GEOSGeometry* const open = rest ? rest.get() : feature;
        const GeosGeometry part = checked(GEOSIntersection_r(handle, open, polygons[i]), "intersection");
        append_geos_parts(parts, part.get(), type);
        amount.add(measure(parts, i));
        if (i + 1 < polygons.size()) rest = checked(GEOSDifference_r(handle, open, polygons[i]), "difference");
    }
    return {.amount = amount.value(), .shape = polygons.size() == 1 ? std::move(parts) : merged(parts)};
}

/// The overlap of one feature, as Overlap has it for all.
struct OfFeature {
    std::vector<std::int64_t> zone;
    std::vector<double> amount;
    double whole = nan;
    double inside = nan;
    GeometryColumn shape;
};

class Overlayer {
public:
    Overlayer(const GeometryColumn& features, const GeometryColumn& zones, const OverlapOptions& options)
        : features_(features), boxes_(envelopes(zones)), options_(options) {}

    [[nodiscard]] OfFeature overlay(std::size_t row, ZoneShapes& shapes) const {
        OfFeature result;
        if (features_.types[row] == GeometryType::missing) return result;
        result.whole = measure(features_, row);
        result.inside = 0;
        const GeosGeometry feature = to_geos(features_, row);
        std::vector<const GEOSGeometry*> all;
        for (const auto& [zone, touched] : touched_zones(row, feature.get(), shapes)) {
            Clip part{.amount = result.whole, .shape = {}};
            if (touched.covered) {
                part.shape.append_row(features_, row);
            } else {
                part = clipped(feature.get(), is_areal(features_.types[row]), touched.polygons);
            }
            if (!(part.amount > 0)) continue;  // it only touches
            all.insert(all.end(), touched.polygons.begin(), touched.polygons.end());
            result.zone.push_back(zone);
            result.amount.push_back(
                std::min(part.amount, result.whole));  // rounding must not make a share of 1 + 1e-16
            result.inside = std::max(result.inside, result.amount.back());
            if (options_.shapes) result.shape.append_row(part.shape, 0);
        }
        if (result.zone.size() > 1 && result.inside < result.whole) {
            const Clip any = clipped(feature.get(), is_areal(features_.types[row]), all);
            result.inside = std::clamp(any.amount, result.inside, result.whole);
        }
        return result;
    }

private:
    struct Touched {
        std::vector<const GEOSGeometry*> polygons;
        bool covered = false;  // one of them holds the whole feature
    };

    [[nodiscard]] std::map<std::int64_t, Touched> touched_zones(std::size_t row, const GEOSGeometry* feature,
                                                                ZoneShapes& shapes) const {
        std::map<std::int64_t, Touched> touched;
        const Envelope here = envelope(features_.row_vertices(row));
        for (std::size_t zone = 0; zone < boxes_.size(); ++zone) {  // a look at a box is nothing beside one overlay
            if (!here.meets(boxes_[zone])) continue;
            const ZoneShape& shape = shapes.at(zone);
            if (!shape.intersects(feature)) continue;
            Touched& entry =
                touched[options_.zone_name.empty() ? static_cast<std::int64_t>(zone) : options_.zone_name[zone]];
            entry.polygons.push_back(shape.geometry());
            entry.covered = entry.covered || shape.covers(feature);
        }
        return touched;
    }

    const GeometryColumn& features_;
    std::vector<Envelope> boxes_;
    const OverlapOptions& options_;
};

Overlap as_columns(const std::vector<OfFeature>& parts) {
    Overlap result;
    for (const OfFeature& part : parts) {
        result.zone.insert(result.zone.end(), part.zone.begin(), part.zone.end());
        result.amount.insert(result.amount.end(), part.amount.begin(), part.amount.end());
        result.offsets.push_back(static_cast<std::int64_t>(result.zone.size()));
        result.whole.push_back(part.whole);
        result.inside.push_back(part.inside);
        for (std::size_t row = 0; row < part.shape.size(); ++row) result.shape.append_row(part.shape, row);
    }
    return result;
}

}  // namespace

Overlap overlap(const GeometryColumn& features, const GeometryColumn& zones, const OverlapOptions& options,
                const Execution& execution) {
    require_input(features, zones, options);
    const Overlayer overlayer(features, zones, options);
    ZoneShapePool pool(zones);
    std::vector<OfFeature> parts(features.size());
    parallel_for(features.size(), features_per_block, execution, [&](std::size_t begin, std::size_t end) {
        const auto shapes = pool.lease();
        for (std::size_t row = begin; row < end && !execution.stop.stop_requested(); ++row) {
            try {
                parts[row] = overlayer.overlay(row, *shapes);
            } catch (const GeometryError& error) {
                throw GeometryError("features: row " + std::to_string(row + 1) + ": " + error.what());
            }
        }
    });
    return as_columns(parts);
}

}  // namespace sheltermap
