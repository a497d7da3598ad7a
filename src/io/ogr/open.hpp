// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include "io/files/source.hpp"
#include "io/gdal_call.hpp"
#include <string>

namespace sheltermap::io {

/// Opens what `locate` let pass with the one driver its ending stands for; `gdal_name` is one of the source's.
/// Throws ReadError where the file is damaged, cut, or of another format than its ending says.
[[nodiscard]] GDALDatasetUniquePtr open_dataset(const Source& source, const std::string& gdal_name, GdalCall& call);

/// The layer asked for; without a name the only one that has geometries, or the only one at all.
/// Throws ReadError that lists the layers.
[[nodiscard]] OGRLayer& choose_layer(GDALDataset& dataset, const Source& source, const std::string& name);

}  // namespace sheltermap::io
