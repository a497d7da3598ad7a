// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson_text.hpp"

#include "sheltermap/base/error.hpp"

#include "io/geojson/decimal_text.hpp"
#include "io/geojson/geojson_shape.hpp"
#include <cmath>

namespace sheltermap::io {
namespace {

bool needs_escape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

struct AppendValue {
    std::string& out;
    const Column& column;
    std::size_t row;

    void operator()(const std::vector<std::int64_t>& values) const { append_number(out, values[row]); }
    void operator()(const std::vector<double>& values) const {
        if (std::isnan(values[row])) {
            out += "null";
        } else if (std::isfinite(values[row])) {
            append_number(out, values[row]);
        } else {
            throw WriteError("column '" + column.name + "' is infinite in row " + std::to_string(row + 1) +
                             ", which JSON cannot say");
        }
    }
    void operator()(const Texts& texts) const { append_json_text(out, texts[row]); }
    void operator()(const Booleans& flags) const { out += flags.values[row] != 0 ? "true" : "false"; }
    void operator()(const Dates&) const { append_json_text(out, cell_text(column, row)); }
    void operator()(const Times&) const { append_json_text(out, cell_text(column, row)); }
};

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    out += '"';
    std::size_t plain = 0;  // where what was not appended yet begins
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!needs_escape(text[at])) continue;
        out.append(text, plain, at - plain);
        plain = at + 1;
        const auto code = static_cast<unsigned char>(text[at]);
        if (code < 0x20) {
            ((out += "\\u00") += hexadecimal[code >> 4U]) += hexadecimal[code & 15U];
        } else {
            (out += '\\') += text[at];
        }
    }
    out.append(text, plain);
    out += '"';
}

FeatureText::FeatureText(const Layer& layer, const GeometryColumn& lonlat)
    : layer_(layer), lonlat_(lonlat), id_(layer.id_column.empty() ? nullptr : layer.attributes.find(layer.id_column)) {
    for (const Column& column : layer.attributes.columns) {
        std::string key(keys_.empty() ? "" : ",");
        append_json_text(key, column.name);
        keys_.push_back(key + ":");
    }
}

void FeatureText::append(std::string& out, std::size_t row) const {
    out += R"({"type":"Feature",)";
    if (id_ != nullptr && id_->valid[row] != 0) {
        out += R"("id":)";
        std::visit(AppendValue{out, *id_, row}, id_->values);
        out += ',';
    }
    out += R"("properties":{)";
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const Column& column = layer_.attributes.columns[i];
        out += keys_[i];
        if (column.valid[row] == 0) {
            out += "null";
        } else {
            std::visit(AppendValue{out, column, row}, column.values);
        }
    }
    out += R"(},"geometry":)";
    if (layer_.crs) {
        append_geojson_shape(out, lonlat_, row);
    } else {
        out += "null";
    }
    out += '}';
}

}  // namespace sheltermap::io
