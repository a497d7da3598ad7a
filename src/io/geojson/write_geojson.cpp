// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "base/utf8.hpp"
#include "io/files/block_file.hpp"
#include "io/formats_out.hpp"
#include "io/geojson/geojson_text.hpp"
#include <algorithm>
#include <string>
#include <vector>

namespace sheltermap::io {
namespace {

/// The column of the first text in these rows that is not UTF-8, which JSON must be.
std::string faulty_column(const Layer& layer, std::size_t begin, std::size_t end) {
    for (const Column& column : layer.attributes.columns) {
        const auto* texts = std::get_if<Texts>(&column.values);
        for (std::size_t row = begin; row < end; ++row) {
            if (!is_utf8(column.name) || (texts != nullptr && !is_utf8((*texts)[row])))
                return "column '" + column.name + "' in row " + std::to_string(row + 1);
        }
    }
    return "the layer's name";
}

/// Everything from the start of the file to its end, block by block.
class GeoJsonDocument {
public:
    GeoJsonDocument(const Layer& layer, const GeometryColumn& lonlat) : layer_(layer), features_(layer, lonlat) {}

    [[nodiscard]] std::size_t rows() const noexcept { return layer_.attributes.rows; }
    [[nodiscard]] std::string block(std::size_t begin, std::size_t end) const {
        std::string text = begin == 0 ? head() : std::string();
        for (std::size_t row = begin; row < end; ++row) {
            if (row > 0) text += ",\n";
            features_.append(text, row);
            if (row == begin) text.reserve(text.size() * (end - begin) * 5 / 4);
        }
        if (end == rows()) text += "\n]}\n";
        if (!is_utf8(text))
            throw WriteError(faulty_column(layer_, begin, end) + " holds bytes that are not UTF-8, which JSON must be");
        return text;
    }

private:
    [[nodiscard]] std::string head() const {
        std::string text = R"({"type":"FeatureCollection","name":)";
        append_json_text(text, layer_.name);
        return text + ",\"features\":[\n";
    }
    const Layer& layer_;
    FeatureText features_;
};

}  // namespace

void write_geojson(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                   const Execution& execution) {
    const bool is_lonlat = !layer.crs || layer.crs->is_lonlat();
    const GeometryColumn transformed =
        is_lonlat ? GeometryColumn() : to_lonlat(layer.geometry, *layer.crs, 0.01, execution);
    const GeoJsonDocument document(layer, is_lonlat ? layer.geometry : transformed);
    BlockFile file(path, target);
    // At least one block, for the frame around no rows.
    parallel_for(std::max<std::size_t>(document.rows(), 1), rows_per_block, execution,
                 [&](std::size_t begin, std::size_t end) {
                     std::string text;
                     try {
                         text = document.block(begin, std::min(end, document.rows()));
                     } catch (...) {
                         file.give_up();
                         throw;
                     }
                     file.write(begin / rows_per_block, text, execution.stop);
                 });
    file.close();
}

}  // namespace sheltermap::io
