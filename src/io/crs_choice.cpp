// SPDX-License-Identifier: Apache-2.0
#include "io/crs_choice.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/io/runtime.hpp"

#include <ogr_spatialref.h>

#include "io/gdal_call.hpp"
#include "io/text.hpp"

namespace sheltermap::io {
namespace {

bool is_same(const Crs& a, const Crs& b) {
    if (!a.code().empty() && !b.code().empty()) return a.code() == b.code() || (a.is_lonlat() && b.is_lonlat());
    start_runtime();
    const GdalCall call;
    OGRSpatialReference left, right;
    if (left.importFromWkt(a.wkt().c_str()) != OGRERR_NONE || right.importFromWkt(b.wkt().c_str()) != OGRERR_NONE)
        return false;
    const char* const options[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES",
                                   "CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS", nullptr};
    return left.IsSame(&right, options) != 0;
}

std::string full_label(const Crs& crs) { return label(crs) + (crs.code().empty() ? "" : " (" + crs.name() + ")"); }

}  // namespace

Crs with_usual_code(const Crs& crs) { return crs.is_lonlat() ? Crs("EPSG:4326") : crs; }

Crs choose_crs(const std::optional<Crs>& in_file, const std::string& given, const std::string& where) {
    if (given.empty()) {
        if (in_file) return with_usual_code(*in_file);
        throw CrsError(where +
                       " has no CRS; pass the one its coordinates are in, for example crs='EPSG:3059' for LKS-92");
    }
    const Crs asked(given);
    if (in_file && !is_same(*in_file, asked)) {
        throw CrsError(where + " is in " + full_label(*in_file) + ", not in " + full_label(asked) +
                       " as crs= says; leave crs= out, or correct the file");
    }
    return with_usual_code(in_file ? *in_file : asked);
}

}  // namespace sheltermap::io
