// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include <cpl_string.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include "io/gdal_call.hpp"
#include "io/ogr/ogr_fields.hpp"
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace sheltermap::io {

/// The one type all rows have; for single and multiple ones of a kind the multiple one; missing where they differ.
[[nodiscard]] GeometryType common_type(const Layer& layer);
/// Whether any row has one.
[[nodiscard]] bool has_geometries(const Layer& layer);
/// Reads every row back; throws WriteError where there are not as many as in the layers.
void require_rows(const std::filesystem::path& path, const std::filesystem::path& target,
                  std::span<const Layer* const> layers);

/// One data set being written through GDAL; what it says on the way becomes a WriteError.
class OgrWriter {
public:
    /// `target` is the file named in messages, which `path` will become.
    OgrWriter(const char* driver, const std::filesystem::path& path, std::filesystem::path target);
    /// To go on with what was written and closed before.
    OgrWriter(const std::filesystem::path& path, std::filesystem::path target);
    /// A layer without rows; where rows of several kinds, or none, leave its type open, of the type that is said.
    OGRLayer& create(const Layer& layer, CPLStringList options, const OgrFields::Shape& shape = {},
                     OGRwkbGeometryType otherwise = wkbUnknown);
    /// Throws WriteError where it has a name already or GDAL refuses it.
    void add_domain(std::unique_ptr<OGRFieldDomain> domain);
    void fill(OGRLayer& out, const Layer& layer, const Execution& execution);
    /// Must be called at the end: much is written only here.
    void close();
    /// The day that SOURCE_DATE_EPOCH names; empty where it is not set.
    [[nodiscard]] static std::string source_day();

private:
    explicit OgrWriter(std::filesystem::path target);
    void require(bool done);
    void require(bool done, const std::string& said) const;
    std::filesystem::path target_;
    GdalCall call_;
    GDALDatasetUniquePtr dataset_;
};

}  // namespace sheltermap::io
