// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// Appends a text in JSON's quotes.
void append_json_text(std::string& out, std::string_view text);

/// The rows of a layer as GeoJSON features.
class FeatureText {
public:
    /// Keeps references: `lonlat` is the layer's geometry in WGS 84, unused for a table.
    FeatureText(const Layer& layer, const GeometryColumn& lonlat);
    /// Appends a row; throws WriteError for what JSON cannot say. Safe from several threads.
    void append(std::string& out, std::size_t row) const;

private:
    const Layer& layer_;
    const GeometryColumn& lonlat_;
    const Column* id_;               ///< of the features; null for none
    std::vector<std::string> keys_;  ///< of every column, with what stands before and after
};

}  // namespace sheltermap::io
