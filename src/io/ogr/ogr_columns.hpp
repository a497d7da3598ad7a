// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/table.hpp"

#include <ogr_feature.h>

#include <string>
#include <vector>

namespace sheltermap::io {

/// Fills columns from the fields of OGR features, row after row.
class OgrColumns {
public:
    /// `encoding` is that of the texts, empty for UTF-8.
    OgrColumns(OGRFeatureDefn& definition, std::string encoding);

    /// Appends a row; returns what is wrong with a value that was left out, empty where all are right.
    /// Throws std::invalid_argument, naming the column, for a text that does not fit the encoding.
    [[nodiscard]] std::string append(OGRFeature& feature);
    /// The columns; `notes` tells what was left out or changed.
    [[nodiscard]] Table finish(std::vector<std::string>& notes) &&;

private:
    struct Field {
        int index = 0;
        bool as_json = false;  ///< a list, written as JSON
        Column column;
        bool has_zones = false, lacks_zones = false;  ///< of times
    };
    /// Gives columns of one name a number behind it, the first one too: nobody may take one for the other.
    void tell_apart_doubles();
    [[nodiscard]] std::string text_of(OGRFeature& feature, const Field& field) const;
    [[nodiscard]] std::string text(const char* raw, const std::string& column) const;
    /// False for a date that is none, which is left out.
    [[nodiscard]] bool append_value(OGRFeature& feature, Field& field) const;

    std::string encoding_;
    std::vector<Field> fields_;
    std::vector<std::string> left_out_;
    std::vector<std::string> doubled_;  ///< what became of names that several columns have
    std::size_t rows_ = 0;
};

}  // namespace sheltermap::io
