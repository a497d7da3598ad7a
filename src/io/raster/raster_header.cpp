// SPDX-License-Identifier: Apache-2.0
#include "io/raster/raster_header.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/placement.hpp"
#include "sheltermap/io/runtime.hpp"

#include <ogr_spatialref.h>

#include "base/path_text.hpp"
#include "io/crs_choice.hpp"
#include "io/files/source.hpp"
#include "io/raster/ascii_cells.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>

namespace sheltermap::io {
namespace {

namespace fs = std::filesystem;
using Header = RasterFile::Header;

bool is_ascii_grid(const fs::path& path) {
    const std::string ending = lower(path_text(path.extension()));
    if (ending == ".asc") return true;
    if (ending == ".tif" || ending == ".tiff") return false;
    throw ReadError(path_text(path.filename()) +
                    ": the ending says no raster that can be read; known are .tif, .tiff (GeoTIFF) and .asc (ASCII "
                    "grid); convert it to GeoTIFF (QGIS: Export, Save As)");
}

/// What is declared is compared with the size of the file before anything is made as large as that.
void require_possible_size(GDALRasterBand& band, bool is_ascii, std::uintmax_t bytes, const std::string& name,
                           int bands, const RasterOptions& options) {
    const std::int64_t columns = band.GetXSize(), rows = band.GetYSize();
    int across = 0, down = 0;
    band.GetBlockSize(&across, &down);
    const auto impossible = [&](const std::string& why) {
        throw ReadError(name + " declares " + std::to_string(columns) + " x " + std::to_string(rows) + " cells, " +
                        why);
    };
    if (columns < 1 || rows < 1 || across < 1 || down < 1) impossible("which is no raster");
    if (std::int64_t{across} * down > options.max_block_cells) {
        impossible("and blocks of " + std::to_string(across) + " x " + std::to_string(down) +
                   ", too large to be read piece by piece; save it in tiles (GDAL: gdal_translate -co TILED=YES)");
    }
    // An ASCII grid has a digit and what parts it from the next for each cell, a TIFF where each block begins and how
    // long it is, even of blocks that were never written; two bytes each at the least.
    const std::int64_t blocks = ((columns + across - 1) / across) * ((rows + down - 1) / down);
    const auto least = is_ascii ? 2 * columns * rows - 1 : 4 * blocks;
    if (static_cast<std::uintmax_t>(least) > bytes || bands > 10'000) {
        impossible("which cannot be in a file of " + std::to_string(bytes) +
                   " bytes: it is cut or damaged; get the file again");
    }
}

Grid grid_of(GDALDataset& dataset, const std::string& name) {
    std::array<double, 6> affine{};
    if (dataset.GetGeoTransform(affine.data()) != CE_None) {
        throw ReadError(name +
                        " does not say where its cells are (no geotransform in the file; files beside it are not "
                        "read); save it as a GeoTIFF that does (GDAL: gdal_translate, gdalwarp)");
    }
    if (!std::ranges::all_of(affine, [](double each) { return std::isfinite(each); }))
        throw ReadError(name + " is damaged: the place or size of its cells is not a finite number");
    if (affine[2] != 0 || affine[4] != 0) {
        throw ReadError(name +
                        " is rotated: its rows do not run along an axis of its CRS; warp it to one whose rows do "
                        "(GDAL: gdalwarp)");
    }
    if (affine[1] == 0 || affine[5] == 0) throw ReadError(name + " is damaged: its cells have no size");
    if (affine[1] < 0) {
        throw ReadError(name +
                        " is mirrored: its columns run westwards; warp it to one whose columns run eastwards "
                        "(GDAL: gdalwarp)");
    }
    return {.columns = dataset.GetRasterXSize(),
            .rows = dataset.GetRasterYSize(),
            .corner = {affine[0], affine[3]},
            .step = {affine[1], affine[5]}};
}

std::optional<Crs> crs_in(GDALDataset& dataset) {
    const OGRSpatialReference* reference = dataset.GetSpatialRef();
    if (reference == nullptr || reference->IsLocal() != 0) return std::nullopt;
    char* wkt = nullptr;
    const char* const options[] = {"FORMAT=WKT2_2019", nullptr};
    const OGRErr failed = reference->exportToWkt(&wkt, options);
    const CplText owned(wkt);
    return failed == OGRERR_NONE ? std::optional(Crs(wkt)) : std::nullopt;
}

std::string extent(const XY& lower, const XY& upper) {
    return "(" + number_text(lower.x) + ", " + number_text(lower.y) + ") to (" + number_text(upper.x) + ", " +
           number_text(upper.y) + ")";
}

/// The cells must be where the CRS has places. A grid in degrees may begin at any meridian, and its first and last rows
/// may have their middles on the poles.
void require_possible_place(const Grid& grid, const Crs& crs, const std::string& name) {
    const XY corner = grid.corner;
    const XY end{corner.x + static_cast<double>(grid.columns) * grid.step.x,
                 corner.y + static_cast<double>(grid.rows) * grid.step.y};
    const XY lower{corner.x, std::min(corner.y, end.y)}, upper{end.x, std::max(corner.y, end.y)};
    const std::string told =
        name + " lies outside the area of " + label(crs) + ": it goes from " + extent(lower, upper) + "; ";
    if (crs.is_geographic()) {
        constexpr double most_lon = 540, turn = 360;
        const double most_lat = 90 + std::abs(grid.step.y);
        if (lower.x < -most_lon || upper.x > most_lon || lower.y < -most_lat || upper.y > most_lat)
            throw CrsError(told + "these are not degrees; give the CRS they are in: crs='EPSG:3059' for LKS-92 metres");
        if (upper.x - lower.x > turn + grid.step.x * 1e-6) {
            throw CrsError(
                told + "that is more than once round the Earth, and cells would count twice; cut it to 360 degrees");
        }
        return;
    }
    // Its middle: around a whole world are cells that are nowhere.
    const std::array<XY, 1> middle{XY{std::midpoint(lower.x, upper.x), std::midpoint(lower.y, upper.y)}};
    switch (placement(middle, {}, crs, {.threads = 1, .stop = {}}).verdicts[0]) {
        case Plausibility::plausible:
        case Plausibility::nowhere:  // which is the middle of a world
            return;
        case Plausibility::degrees:
            throw CrsError(told + "these are degrees; give the CRS they are in: crs='EPSG:4326'");
        case Plausibility::kilometres:
            throw CrsError(told + "times 1,000 it fits: are these kilometres?");
        case Plausibility::swapped:
        case Plausibility::outside:
            throw CrsError(told + "the CRS is another one: correct it in the file (GDAL: gdal_edit.py -a_srs)");
    }
}

/// As cells of the type hold it.
double as_held(double nodata, GDALDataType type) {
    if (type != GDT_Float32 || !std::isfinite(nodata)) return nodata;
    constexpr double most = std::numeric_limits<float>::max();
    return static_cast<double>(static_cast<float>(std::clamp(nodata, -most, most)));
}

std::optional<double> nodata_of(GDALRasterBand& band, const RasterOptions& options, const std::string& name) {
    int is_set = 0;
    double in_file = 0;
    if (band.GetRasterDataType() == GDT_Int64) {
        in_file = static_cast<double>(band.GetNoDataValueAsInt64(&is_set));
    } else if (band.GetRasterDataType() == GDT_UInt64) {
        in_file = static_cast<double>(band.GetNoDataValueAsUInt64(&is_set));
    } else {
        in_file = band.GetNoDataValue(&is_set);
    }
    const GDALDataType type = band.GetRasterDataType();
    if (is_set != 0) {
        const double held = as_held(in_file, type);
        if (options.nodata && as_held(*options.nodata, type) != held &&
            !(std::isnan(*options.nodata) && std::isnan(held))) {
            throw ReadError(name + " says that cells of " + number_text(in_file) + " have no value, not those of " +
                            number_text(*options.nodata) + " as nodata= says; leave nodata= out, or correct the file");
        }
        return std::isnan(held) ? std::nullopt : std::optional(held);  // NaN never is a value
    }
    if (!options.nodata || std::isnan(*options.nodata)) return std::nullopt;
    return as_held(*options.nodata, type);
}

void require_numbers(GDALRasterBand& band, const std::string& name) {
    if (GDALDataTypeIsComplex(band.GetRasterDataType()) != 0)
        throw ReadError(name + " holds complex numbers, which are no values of anything here");
    if (!std::isfinite(band.GetScale()) || !std::isfinite(band.GetOffset()) || band.GetScale() == 0)
        throw ReadError(name + " is damaged: scale and offset of its values are not possible");
}

}  // namespace

void set_raster_options(GdalCall& call) {
    // No side files, whatever they say: .aux.xml, .ovr, .msk, world files.
    call.set_option("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
    call.set_option("GDAL_PAM_ENABLED", "NO");
    call.set_option("GTIFF_POINT_GEO_IGNORE", "NO");
    call.set_option("GDAL_NUM_THREADS", "1");
}

GDALDatasetUniquePtr open_raster(const fs::path& path, bool is_ascii, const std::string& file_name, GdalCall& call) {
    start_runtime();
    set_raster_options(call);
    const std::array<const char*, 2> allowed{is_ascii ? "AAIGrid" : "GTiff", nullptr};
    // GDAL would guess whole numbers from the first lines, and cut those that follow.
    const std::array<const char*, 2> open_options{is_ascii ? "DATATYPE=Float64" : "NUM_THREADS=1", nullptr};
    const std::array<const char*, 1> siblings{nullptr};
    GDALDatasetUniquePtr dataset(GDALDataset::Open(path_text(path).c_str(),
                                                   GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                                   allowed.data(), open_options.data(), siblings.data()));
    const std::string said = call.take();
    if (!dataset) {
        throw ReadError(file_name + " cannot be read as " + (is_ascii ? "an ASCII grid" : "a GeoTIFF") +
                        (said.empty() ? "" : ": " + said));
    }
    if (!said.empty()) throw ReadError(file_name + " is damaged: " + said);
    return dataset;
}

Header read_header(const fs::path& given, const RasterOptions& options) {
    const fs::path path = existing_file(given);
    const bool is_ascii = is_ascii_grid(path);
    const std::string name = path_text(path.filename());
    GdalCall call;
    const auto dataset = open_raster(fs::absolute(path), is_ascii, name, call);
    const int bands = dataset->GetRasterCount();
    if (bands < 1) throw ReadError(name + " holds no raster");
    if (options.band < 1 || options.band > bands) {
        throw ReadError(name + " has " + std::to_string(bands) + (bands == 1 ? " band" : " bands") + ", and no band " +
                        std::to_string(options.band));
    }
    GDALRasterBand& band = *dataset->GetRasterBand(options.band);
    require_possible_size(band, is_ascii, fs::file_size(path), name, bands, options);
    if (is_ascii) require_whole_ascii(path, name, band.GetXSize(), band.GetYSize());
    require_numbers(band, name);
    const Grid grid = grid_of(*dataset, name);
    Crs crs = choose_crs(crs_in(*dataset), options.crs, name);
    require_possible_place(grid, crs, name);
    const auto nodata = nodata_of(band, options, name);
    int across = 0, down = 0;
    band.GetBlockSize(&across, &down);
    const char* pixel_type = band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE");
    const int mask = band.GetMaskFlags();
    int has_nodata = 0;
    (void)band.GetNoDataValue(&has_nodata);
    if (const std::string said = call.take(); !said.empty()) throw ReadError(name + " is damaged: " + said);
    return {.path = fs::absolute(path),
            .file_name = name,
            .grid = grid,
            .crs = std::move(crs),
            .band = options.band,
            .bands = bands,
            .block_columns = across,
            .block_rows = down,
            .type = band.GetRasterDataType(),
            .is_signed_byte = pixel_type != nullptr && std::string_view(pixel_type) == "SIGNEDBYTE",
            .has_mask = (mask & (GMF_PER_DATASET | GMF_ALPHA)) != 0,
            .is_ascii = is_ascii,
            .nodata = nodata,
            .may_look_like_none = has_nodata == 0 && !options.nodata,
            .scale = band.GetScale(),
            .offset = band.GetOffset(),
            .lowest = options.lowest};
}

}  // namespace sheltermap::io
