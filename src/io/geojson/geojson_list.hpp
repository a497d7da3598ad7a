// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/geojson/geojson_features.hpp"
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// Takes the list of features that the cursor over `text` stands before, and consumes it: on several threads, each from
/// a place where a feature seems to begin. What a thread took counts only if all before it ends exactly there, so that
/// the result, faults included, is that of a single walk from front to back. Blocks come in order.
///
/// Throws JsonFault for the first fault in the syntax, ReadError where there are more rows than allowed, Cancelled.
[[nodiscard]] std::vector<FeatureBlock> take_features(JsonCursor& cursor, std::string_view text,
                                                      const std::string& file_name, const ReadOptions& options,
                                                      const Execution& execution);

}  // namespace sheltermap::io
