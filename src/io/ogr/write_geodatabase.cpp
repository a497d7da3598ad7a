// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "io/files/lock_files.hpp"
#include "io/files/write_failure.hpp"
#include "io/formats_out.hpp"
#include "io/ogr/geodatabase_ids.hpp"
#include "io/ogr/ogr_writer.hpp"
#include "io/ogr/whole_numbers.hpp"
#include <ios>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sheltermap::io {
namespace {

using Codes = std::vector<std::pair<std::string, std::string>>;

/// A folder of that name may be somebody's, for all one knows.
void require_geodatabase_or_nothing(const std::filesystem::path& target) {
    std::error_code unreachable;
    if (!std::filesystem::is_directory(target, unreachable) || std::filesystem::is_empty(target, unreachable)) return;
    if (std::filesystem::exists(target / "a00000001.gdbtable", unreachable)) return require_unlocked(target);
    throw write_failure(target,
                        "it is a folder that holds something else than a File Geodatabase; choose another name");
}

/// The domains of a geodatabase; columns with the same codes share one.
class Domains {
public:
    explicit Domains(OgrWriter& writer) : writer_(writer) {}

    const std::string& name_of(const Layer& layer, const std::string& column, OGRFieldType type, const Codes& codes) {
        const auto [found, is_new] = names_.try_emplace({type, codes});
        if (is_new) found->second = add(layer.name, column, type, codes);
        return found->second;
    }

private:
    std::string add(const std::string& layer, const std::string& column, OGRFieldType type, const Codes& codes) {
        std::string name = column;
        for (int number = 1; !taken_.insert(name).second; ++number)
            name = layer + "_" + column + (number == 1 ? "" : "_" + std::to_string(number));
        std::vector<OGRCodedValue> values;
        for (const auto& [code, said] : codes) values.push_back({CPLStrdup(code.c_str()), CPLStrdup(said.c_str())});
        writer_.add_domain(std::make_unique<OGRCodedFieldDomain>(
            name, "", type, type == OFTInteger ? OFSTInt16 : OFSTNone, std::move(values)));
        return name;
    }
    OgrWriter& writer_;
    std::map<std::pair<OGRFieldType, Codes>, std::string> names_;
    std::set<std::string> taken_;
};

/// What a field is called, which codes it has and which of ArcGIS's types: this version knows no whole numbers of 64
/// bits and no booleans.
void geodatabase_field(OGRFieldDefn& field, const Column& column, const Layer& layer, Domains& domains) {
    if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&column.values))
        field.SetType(type_for(range_of(*numbers, column.valid)));
    const auto words = layer.words.columns.find(column.name);
    const bool is_told = words != layer.words.columns.end();
    if (is_told && !words->second.label.empty()) field.SetAlternativeName(words->second.label.c_str());
    if (std::holds_alternative<Booleans>(column.values)) {
        field.SetSubType(OFSTInt16);
        const auto& [yes, no] = layer.words.yes_no;
        field.SetDomainName(domains.name_of(layer, "yes_no", OFTInteger, {{"0", no}, {"1", yes}}));
    } else if (is_told && !words->second.codes.empty() && std::holds_alternative<Texts>(column.values)) {
        field.SetDomainName(domains.name_of(layer, column.name, OFTString, words->second.codes));
    }
}

}  // namespace

void write_geodatabase(const std::filesystem::path& path, const std::filesystem::path& target,
                       std::span<const Layer* const> layers, const Execution& execution) {
    require_geodatabase_or_nothing(target);
    OgrWriter writer("OpenFileGDB", path, target);
    Domains domains(writer);
    for (const Layer* layer : layers) {
        if (layer->crs && common_type(*layer) == GeometryType::missing && has_geometries(*layer)) {
            throw WriteError(path_text(target) + " cannot be written: layer '" + layer->name +
                             "' holds geometries of several kinds, and a feature class holds points, lines or areas; "
                             "write a layer of each");
        }
        CPLStringList options;
        if (!layer->words.title.empty()) options.SetNameValue("LAYER_ALIAS", layer->words.title.c_str());
        const auto shape = [&](OGRFieldDefn& field, const Column& column) {
            geodatabase_field(field, column, *layer, domains);
        };
        writer.fill(writer.create(*layer, options, shape, wkbPoint), *layer, execution);
    }
    writer.close();
    try {
        settle_ids(path);
    } catch (const std::ios_base::failure& error) {
        throw write_failure(target, error.code().message());
    }
    require_rows(path, target, layers);
}

}  // namespace sheltermap::io
