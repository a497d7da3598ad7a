// SPDX-License-Identifier: Apache-2.0
#include "io/features.hpp"

#include "sheltermap/base/error.hpp"

#include "io/checks/refusals.hpp"
#include "io/crs_choice.hpp"
#include "io/files/text_file.hpp"
#include "io/gdal_call.hpp"
#include "io/geopackage/read_geopackage.hpp"
#include "io/ogr/flatgeobuf_header.hpp"
#include "io/ogr/ogr_columns.hpp"
#include "io/ogr/ogr_geometry.hpp"
#include "io/ogr/shapefile.hpp"
#include <algorithm>
#include <cctype>

namespace sheltermap::io {
namespace {

std::string where(OGRLayer& from, const Source& source) {
    return "layer '" + std::string(from.GetName()) + "' in " + source.file_name;
}

std::optional<Crs> crs_in(OGRLayer& from, const Source& source) {
    if (const OGRSpatialReference* reference = from.GetSpatialRef(); reference != nullptr) {
        char* wkt = nullptr;
        const char* const options[] = {"FORMAT=WKT2_2019", nullptr};
        const OGRErr failed = reference->exportToWkt(&wkt, options);
        const CplText owned(wkt);
        // "Undefined" systems of GeoPackage are the same as none.
        const bool is_undefined =
            reference->IsLocal() != 0 ||
            std::string_view(reference->GetName() ? reference->GetName() : "").starts_with("Undefined");
        if (failed == OGRERR_NONE && !is_undefined) return Crs(wkt);
    }
    if (source.format == Format::flatgeobuf) {  // a code GDAL's database does not know
        const std::string named = read_flatgeobuf_header(ByteFile(source.gdal_names.front(), source.file_name)).crs;
        if (!named.empty()) return Crs(named);
    }
    return std::nullopt;
}

ReadError damaged_count(const std::string& where, GIntBig promised, std::int64_t read) {
    return ReadError(where + " is damaged: it speaks of " + std::to_string(promised) + " rows and " +
                     std::to_string(read) + " could be read; get the file again");
}

/// One run through a layer.
class LayerRun {
public:
    LayerRun(GDALDataset& dataset, OGRLayer& from, const Source& source, const std::string& gdal_name,
             const ReadOptions& options, GdalCall& call)
        : dataset_(dataset),
          from_(from),
          source_(source),
          gdal_name_(gdal_name),
          options_(options),
          call_(call),
          columns_(*from.GetLayerDefn(), beside()) {
        if (!options.id.empty() && options.id == from.GetFIDColumn())
            layer_.attributes.columns.push_back({options.id, std::vector<std::int64_t>{}, {}});
    }

    Layer read(const Execution& execution) {
        const bool is_spatial = from_.GetGeomType() != wkbNone;
        require_few_columns(static_cast<std::size_t>(from_.GetLayerDefn()->GetFieldCount()), source_.file_name);
        layer_.name = from_.GetName();
        if (is_spatial) layer_.crs = choose_crs(crs_in(from_, source_), options_.crs, where(from_, source_));
        const GIntBig promised = options_.ids ? options_.ids->rows : from_.GetFeatureCount(TRUE);
        if (promised > options_.max_rows) throw too_many_rows(source_.file_name, options_);
        require_silence();
        if (source_.format == Format::geopackage) return read_by_sqlite(promised, execution);
        from_.ResetReading();
        while (OGRFeatureUniquePtr feature{from_.GetNextFeature()}) {
            take(*feature, is_spatial);
            if (rows_ % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
            if (static_cast<std::int64_t>(rows_) > options_.max_rows) throw too_many_rows(source_.file_name, options_);
        }
        require_silence();
        require_count(promised);
        finish();
        return std::move(layer_);
    }

private:
    Layer read_by_sqlite(GIntBig promised, const Execution& execution) {
        Layer layer =
            read_geopackage_rows(gdal_name_, dataset_, from_, promised, where(from_, source_), options_, execution);
        rows_ = layer.attributes.rows;
        if (static_cast<std::int64_t>(rows_) > options_.max_rows) throw too_many_rows(source_.file_name, options_);
        require_silence();
        require_count(promised);
        layer.name = layer_.name;
        layer.crs = layer_.crs;
        return layer;
    }

    [[nodiscard]] OgrColumns::Beside beside() const {
        OgrColumns::Beside beside;
        if (source_.format == Format::shapefile) {
            beside.encoding =
                options_.encoding.empty() ? shapefile_encoding(from_.GetMetadata("SHAPEFILE")) : options_.encoding;
            beside.dbf.emplace(shapefile_member(gdal_name_, ".dbf"));
        } else if (source_.format == Format::flatgeobuf) {
            beside.times.emplace(ByteFile(gdal_name_, source_.file_name));
        }
        return beside;
    }

    void require_silence() {
        if (const auto said = call_.take(); !said.empty()) {
            throw ReadError(where(from_, source_) + " is damaged after row " + std::to_string(rows_) + ": " + said);
        }
    }

    void require_count(GIntBig promised) {
        const auto read = static_cast<GIntBig>(rows_);
        if (source_.format == Format::shapefile && read < promised) {
            const std::int64_t deleted = deleted_records(gdal_name_);
            if (deleted > 0) layer_.notes.push_back(std::to_string(deleted) + " rows marked as deleted were left out");
            promised -= deleted;
        }
        if (promised < 0 || read == promised) return;
        if (options_.ids) {
            throw ReadError(where(from_, source_) + " was changed while it was read: rows " +
                            std::to_string(options_.ids->before + 1) + " to " +
                            std::to_string(options_.ids->before + promised) + " are " + std::to_string(read) +
                            " by now; begin anew when nobody writes to it");
        }
        throw damaged_count(where(from_, source_), promised, read);
    }

    void take(OGRFeature& feature, bool is_spatial) {
        const std::string said = call_.take();
        try {
            columns_.append(feature);
        } catch (const std::invalid_argument& fault) {
            throw ReadError(where(from_, source_) + ", row " + std::to_string(rows_ + 1) + ", " + fault.what());
        }
        if (!layer_.attributes.columns.empty()) {
            std::get<std::vector<std::int64_t>>(layer_.attributes.columns[0].values).push_back(feature.GetFID());
            layer_.attributes.columns[0].valid.push_back(1);
        }
        if (is_spatial) {
            take_geometry(feature, said);
        } else if (!said.empty()) {
            throw ReadError(where(from_, source_) + " is damaged in row " + std::to_string(rows_ + 1) + ": " + said);
        }
        ++rows_;
    }

    void take_geometry(OGRFeature& feature, const std::string& said) {
        if (!said.empty()) {
            layer_.geometry.append_missing();
            return refuse(layer_, rows_, reason::damaged_row, said);
        }
        const TakenGeometry taken = append_ogr(layer_.geometry, feature.GetGeometryRef());
        if (taken.reason != nullptr) refuse(layer_, rows_, taken.reason, taken.detail);
        rows_with_heights_ += taken.has_heights ? 1 : 0;
    }

    void finish() {
        Table table = std::move(columns_).finish(layer_.notes);
        if (!layer_.attributes.columns.empty())
            table.columns.insert(table.columns.begin(), std::move(layer_.attributes.columns[0]));
        layer_.attributes = std::move(table);
        if (rows_with_heights_ > 0) layer_.notes.push_back(heights_note(rows_with_heights_));
    }

    GDALDataset& dataset_;
    OGRLayer& from_;
    const Source& source_;
    const std::string& gdal_name_;
    const ReadOptions& options_;
    GdalCall& call_;
    OgrColumns columns_;
    Layer layer_;
    std::size_t rows_ = 0;
    std::size_t rows_with_heights_ = 0;
};

}  // namespace

Layer read_features(GDALDataset& dataset, OGRLayer& from, const Source& source, const std::string& gdal_name,
                    const ReadOptions& options, GdalCall& call, const Execution& execution) {
    try {
        return LayerRun(dataset, from, source, gdal_name, options, call).read(execution);
    } catch (const std::invalid_argument& fault) {  // a column's name that does not fit the encoding
        throw ReadError(where(from, source) + ", " + fault.what());
    }
}

TableRanges feature_ranges(OGRLayer& from, const Source& source, const std::string& gdal_name,
                           std::int64_t rows_per_range, GdalCall& call, const Execution& execution) {
    TableRanges found = geopackage_ranges(gdal_name, from, where(from, source), rows_per_range, execution);
    const std::int64_t rows = found.ranges.empty() ? 0 : found.ranges.back().before + found.ranges.back().rows;
    const GIntBig promised = from.GetFeatureCount(TRUE);
    if (const auto said = call.take(); !said.empty()) throw ReadError(where(from, source) + " is damaged: " + said);
    if (promised >= 0 && promised != rows) throw damaged_count(where(from, source), promised, rows);
    return found;
}

}  // namespace sheltermap::io
