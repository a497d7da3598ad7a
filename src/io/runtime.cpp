// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/runtime.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/proj_data.hpp"

#include <cpl_conv.h>
#include <gdal.h>
#include <gdal_frmts.h>
#include <gdal_version.h>
#include <geos_c.h>
#include <ogr_srs_api.h>
#include <ogrsf_frmts.h>
#include <proj.h>

#include "base/path_text.hpp"
#include <array>
#include <mutex>

namespace sheltermap::io {
namespace {

std::string major_minor(const std::string& version) {
    return version.substr(0, version.find('.', version.find('.') + 1));
}

/// Patch releases keep their ABI; another minor version in our place means another copy of the library.
void expect(const std::string& library, const std::string& built_with, const std::string& running) {
    if (major_minor(built_with) == major_minor(running)) return;
    throw Error("sheltermap was built with " + library + " " + built_with + " but the process answers with " + library +
                " " + running +
                ": another package has loaded its own copy for the whole process (RTLD_GLOBAL); import "
                "sheltermap first or in a process of its own");
}

void start(const RuntimePaths& paths) {
    const RuntimeVersions running = runtime_versions();
    expect("GDAL", GDAL_RELEASE_NAME, running.gdal);
    expect("GEOS", GEOS_VERSION, running.geos);
    expect("PROJ", std::to_string(PROJ_VERSION_MAJOR) + "." + std::to_string(PROJ_VERSION_MINOR), running.proj);

    if (!paths.proj_data.empty()) use_proj_data(paths.proj_data);
    const std::string proj_folder = path_text(proj_data());
    const std::array<const char*, 2> proj_paths{proj_folder.c_str(), nullptr};
    OSRSetPROJSearchPaths(proj_paths.data());
    OSRSetPROJEnableNetwork(0);
    CPLPushFinderLocation(paths.gdal_data.empty() ? SHELTERMAP_GDAL_DATA_DIR : path_text(paths.gdal_data).c_str());

    RegisterOGRShape();
    RegisterOGRGeoJSON();
    RegisterOGRGeoPackage();
    RegisterOGRFlatGeobuf();
    RegisterOGROpenFileGDB();
    GDALRegister_GTiff();
    GDALRegister_AAIGrid();
    constexpr GIntBig cache_bytes = GIntBig{64} << 20U;  // GDAL would take a twentieth of the machine's memory
    GDALSetCacheMax64(cache_bytes);
}

}  // namespace

void start_runtime(const RuntimePaths& paths) {
    static std::once_flag once;  // stays unset when start() throws: the next call says it again
    std::call_once(once, start, paths);
}

RuntimeVersions runtime_versions() {
    const std::string geos = GEOSversion();
    return {GDALVersionInfo("RELEASE_NAME"), geos.substr(0, geos.find('-')), proj_info().version,
            path_text(proj_data() / "proj.db")};
}

}  // namespace sheltermap::io
