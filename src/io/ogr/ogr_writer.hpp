// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include <cpl_string.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include "io/gdal_call.hpp"
#include <filesystem>
#include <string>

namespace sheltermap::io {

/// The one type all rows have; for single and multiple ones of a kind the multiple one; missing where they differ.
[[nodiscard]] GeometryType common_type(const Layer& layer);

/// One data set being written through GDAL; what it says on the way becomes a WriteError.
class OgrWriter {
public:
    /// `target` is the file named in messages, which `path` will become.
    OgrWriter(const char* driver, const std::filesystem::path& path, std::filesystem::path target);
    /// A layer without rows.
    OGRLayer& create(const Layer& layer, CPLStringList options);
    void fill(OGRLayer& out, const Layer& layer, const Execution& execution);
    /// Must be called at the end: much is written only here.
    void close();

private:
    void honour_source_date();
    void require(bool done);
    void require(bool done, const std::string& said) const;
    std::filesystem::path target_;
    GdalCall call_;
    GDALDatasetUniquePtr dataset_;
};

}  // namespace sheltermap::io
