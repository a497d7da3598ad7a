// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/files/source.hpp"

namespace sheltermap::io {

/// Reads a CSV file. GDAL's own driver takes short rows in silence, so this library reads CSV itself.
/// Rows that cannot be used are on the layer's list; the checks every format shares are still to be made.
[[nodiscard]] Layer read_csv(const Source& source, const ReadOptions& options, const Execution& execution);

}  // namespace sheltermap::io
