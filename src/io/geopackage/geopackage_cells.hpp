// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/table.hpp"

#include <ogr_feature.h>

#include "io/geopackage/sqlite_database.hpp"
#include <optional>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// One column of a GeoPackage's table, filled cell by cell as long as the cells are plain.
class PlainColumn {
public:
    /// None for a type that is not plain: bytes, lists.
    static std::optional<PlainColumn> of(const OGRFieldDefn& definition);
    /// False, and then no longer of use, where the cell is not of the column's type in the usual form.
    [[nodiscard]] bool append(const SqliteStatement& row, int index);

    Column column;
    bool has_zones = false, lacks_zones = false;  ///< of times

private:
    explicit PlainColumn(const OGRFieldDefn& definition, decltype(Column::values) values);
    bool append_text(std::string_view text);
    OGRFieldType type_;
};

/// Columns of the same type and name one after the other.
[[nodiscard]] Column joined(std::vector<Column> pieces);

}  // namespace sheltermap::io
