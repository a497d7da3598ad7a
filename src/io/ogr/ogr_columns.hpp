// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/table.hpp"

#include <ogr_feature.h>

#include "io/declared_column.hpp"
#include "io/ogr/dbf.hpp"
#include "io/ogr/flatgeobuf_times.hpp"
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// An empty column for a field that does not hold bytes.
[[nodiscard]] DeclaredColumn declared_column(const OGRFieldDefn& field, std::string name);

/// Fills columns from the fields of OGR features, row after row.
class OgrColumns {
public:
    /// What GDAL does not tell of the cells.
    struct Beside {
        std::string encoding = {};         ///< of the texts, empty for UTF-8
        std::optional<DbfCells> dbf = {};  ///< has all cells that are no texts; GDAL is told to pass over them
        std::optional<FlatgeobufTimes> times = {};
    };
    OgrColumns(OGRFeatureDefn& definition, Beside beside);
    /// Appends a row. Throws std::invalid_argument, naming the column, for a text that does not fit the encoding.
    void append(OGRFeature& feature);
    /// The columns; `notes` tells what was left out or changed.
    [[nodiscard]] Table finish(std::vector<std::string>& notes) &&;

private:
    struct Field {
        int index = 0;
        bool is_list = false;  ///< written as JSON
        bool is_in_dbf = false;
        DeclaredColumn column;
    };
    [[nodiscard]] std::string text_of(OGRFeature& feature, const Field& field) const;
    [[nodiscard]] std::string text(const char* raw, const std::string& column) const;
    [[nodiscard]] std::string readable(std::string_view raw) const;
    void append_value(OGRFeature& feature, Field& field) const;
    void append_cell(std::string_view cell, DeclaredColumn& column) const;
    void append_unset(OGRFeature& feature, Field& field);
    Beside beside_;
    std::vector<Field> fields_;
    std::vector<std::string> left_out_;
    std::vector<std::string> doubled_;  ///< what became of names that several columns have
    std::size_t rows_ = 0;
};

}  // namespace sheltermap::io
