// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sheltermap {

/// A box in degrees; west may be greater than east where it crosses 180°.
struct AreaOfUse {
    double west, south, east, north;
    [[nodiscard]] bool contains(LonLat place, double margin_deg = 0) const noexcept;
};

/// A coordinate reference system. Cheap to copy, immutable, usable from any number of threads.
///
///     const Crs lks92("EPSG:3059");
///     const auto places = to_lonlat(eastings_and_northings, lks92);
///
/// Coordinates always come easting (longitude) first, whatever the authority says.
class Crs {
public:
    /// Takes "EPSG:3059", "OGC:CRS84", WKT or PROJJSON; never a file, a URL or a PROJ pipeline.
    /// Knows LKS-2020 (EPSG:10305, EPSG:10306) with every PROJ, by the definition that ships with this library.
    /// Of a compound or three-dimensional system the horizontal part counts.
    /// Throws CrsError for anything else, and for what is neither geographic nor projected (geocentric, vertical,
    /// local).
    explicit Crs(const std::string& definition);

    [[nodiscard]] const std::string& name() const noexcept;  ///< as people call it: "LKS-92 / Latvia TM"
    [[nodiscard]] const std::string& code() const noexcept;  ///< "EPSG:3059", or empty when it has none
    [[nodiscard]] const std::string& wkt() const noexcept;   ///< WKT2:2019
    [[nodiscard]] bool is_geographic() const noexcept;
    /// Already WGS 84 longitude and latitude: coordinates need no transformation.
    [[nodiscard]] bool is_lonlat() const noexcept;
    [[nodiscard]] const std::optional<AreaOfUse>& area_of_use() const noexcept;
    /// The easting and northing that a projection gives the point it is made around; none of other systems.
    [[nodiscard]] const std::optional<XY>& false_origin() const noexcept;

    struct State;  ///< what PROJ knows of it; only this room looks inside
    [[nodiscard]] const State& state() const noexcept { return *state_; }

private:
    std::shared_ptr<const State> state_;
};

/// How coordinates get from one system to another.
struct TransformationInfo {
    std::string name;                  ///< the operation as EPSG names it
    std::optional<double> accuracy_m;  ///< as EPSG states it
};
/// Throws CrsError where only a ballpark transformation (one that ignores the datum) is known.
[[nodiscard]] TransformationInfo describe_transformation(const Crs& from, const Crs& to);

/// WGS 84 positions of coordinates in `crs`. Rows that are not finite, or that PROJ cannot transform, give NaN.
/// Throws CrsError as describe_transformation does.
[[nodiscard]] std::vector<LonLat> to_lonlat(std::span<const XY> coordinates, const Crs& crs,
                                            const Execution& execution = {});
/// The way back.
[[nodiscard]] std::vector<XY> from_lonlat(std::span<const LonLat> places, const Crs& crs,
                                          const Execution& execution = {});

/// A column of lines or polygons in WGS 84. Edges are straight in `crs`; vertices are added until no edge of the
/// result is farther than `max_deviation_m` from the edge it stands for.
[[nodiscard]] GeometryColumn to_lonlat(const GeometryColumn& column, const Crs& crs, double max_deviation_m = 0.01,
                                       const Execution& execution = {});
/// A column of any type in `crs`, vertex by vertex.
[[nodiscard]] GeometryColumn from_lonlat(const GeometryColumn& column, const Crs& crs, const Execution& execution = {});

}  // namespace sheltermap
