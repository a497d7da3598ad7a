// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/writer.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/io/atomic.hpp"

#include "base/path_text.hpp"
#include "io/files/shapefile_members.hpp"
#include "io/files/write_failure.hpp"
#include "io/formats_out.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>

namespace sheltermap::io {
namespace {

namespace fs = std::filesystem;

/// The file beside the target, or the folder, gone at the end unless it took the target's place.
class DraftFile {
public:
    explicit DraftFile(const fs::path& target) : path_(sibling_for(target)) {}
    ~DraftFile() {
        std::error_code ignored;
        for (const char* ending : {"", "-journal", "-wal", "-shm"})
            fs::remove_all(fs::path(path_).concat(ending), ignored);
        if (is_shapefile(path_)) remove_shapefile(path_);
    }
    DraftFile(const DraftFile&) = delete;
    DraftFile& operator=(const DraftFile&) = delete;
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    fs::path path_;
};

/// Databases take column names that differ only in case as the same.
void require_unique_columns(const Layer& layer) {
    std::set<std::string> seen;
    for (const Column& column : layer.attributes.columns) {
        if (!seen.insert(lower(column.name)).second) {
            throw std::invalid_argument("layer '" + layer.name + "' has two columns named '" + column.name +
                                        "' (case aside)");
        }
    }
}

/// Most formats would end the text there without a word.
void require_no_zero_bytes(const Layer& layer) {
    for (const Column& column : layer.attributes.columns) {
        const auto* texts = std::get_if<Texts>(&column.values);
        if (texts == nullptr) continue;
        const std::size_t zero = texts->bytes.find('\0');
        if (zero == std::string::npos) continue;
        const auto after = std::ranges::upper_bound(texts->offsets, static_cast<std::int64_t>(zero));
        throw std::invalid_argument("layer '" + layer.name + "', column '" + column.name + "', row " +
                                    std::to_string(after - texts->offsets.begin()) +
                                    ": the text holds a zero byte, which files cannot hold; take it out");
    }
}

void require_consistent(const Layer& layer) {
    if (!layer.crs && layer.geometry.size() > 0) {
        throw CrsError("layer '" + layer.name + "' has geometries and no CRS; set one before writing");
    }
    if (layer.crs && layer.geometry.size() != layer.attributes.rows) {
        throw std::invalid_argument("layer '" + layer.name + "' has as many geometries as rows of attributes, or none");
    }
    require_unique_columns(layer);
    require_no_zero_bytes(layer);
}

/// The same layers, each looked at as it comes.
LayerStream checked(const LayerStream& layers) {
    return [&layers, names = std::set<std::string>()]() mutable {
        auto layer = layers();
        if (layer == nullptr) {
            if (names.empty()) throw std::invalid_argument("there is no layer to write");
            return layer;
        }
        if (!names.insert(lower(layer->name)).second)
            throw std::invalid_argument("two layers are named '" + layer->name + "'");
        require_consistent(*layer);
        return layer;
    };
}

const Layer& only(std::span<const Layer* const> layers, const fs::path& target) {
    if (layers.size() != 1) throw std::invalid_argument(path_text(target) + " holds one layer; write several as .gpkg");
    return *layers.front();
}

/// What libraries say of the draft, said of the file that it was to become.
std::string without_draft(std::string said, const fs::path& draft, const fs::path& target) {
    const std::string hidden = path_text(draft.filename()), name = path_text(target.filename());
    for (auto at = said.find(hidden); at != std::string::npos; at = said.find(hidden, at + name.size()))
        said.replace(at, hidden.size(), name);
    return said;
}

void write_draft(const fs::path& draft, const fs::path& target, const LayerStream& stream, const Execution& execution) {
    const std::string ending = lower(path_text(target.extension()));
    if (ending == ".gpkg") return write_geopackage(draft, target, stream, execution);
    std::vector<std::shared_ptr<const Layer>> held;
    while (auto layer = stream()) held.push_back(std::move(layer));
    std::vector<const Layer*> layers;
    layers.reserve(held.size());
    for (const auto& layer : held) layers.push_back(layer.get());
    if (ending == ".geojson" || ending == ".json") return write_geojson(draft, target, only(layers, target), execution);
    if (ending == ".gdb") return write_geodatabase(draft, target, layers, execution);
    if (ending == ".shp") return write_shapefile(draft, target, only(layers, target), execution);
    if (ending == ".fgb") return write_flatgeobuf(draft, target, only(layers, target), execution);
    if (ending == ".csv") return write_csv(draft, target, only(layers, target), execution);
    throw std::invalid_argument(
        path_text(target) +
        ": the ending must be .gpkg, .gdb, .geojson, .shp, .fgb or .csv (in Python .parquet, .zip and "
        ".xlsx too)");
}

}  // namespace

void write_layers(const fs::path& path, const std::vector<Layer>& layers, const Execution& execution) {
    auto next = layers.begin();
    const auto stream = [&]() -> std::shared_ptr<const Layer> {
        return next == layers.end() ? nullptr : std::shared_ptr<const Layer>(std::shared_ptr<const Layer>(), &*next++);
    };
    write_layers(path, stream, execution);
}

void write_layers(const fs::path& path, const LayerStream& layers, const Execution& execution) {
    try {
        const DraftFile draft(path);
        try {
            write_draft(draft.path(), path, checked(layers), execution);
        } catch (const WriteError& error) {
            throw WriteError(without_draft(error.what(), draft.path(), path));
        } catch (const ReadError& error) {
            throw write_failure(
                path, "what was written cannot be read back: " + without_draft(error.what(), draft.path(), path));
        }
        if (is_shapefile(path)) {
            replace_shapefile(draft.path(), path);
        } else {
            replace(draft.path(), path);
        }
    } catch (const fs::filesystem_error& error) {
        throw write_failure(path, error.code().message());
    }
}

}  // namespace sheltermap::io
