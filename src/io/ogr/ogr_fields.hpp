// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/table.hpp"

#include <ogrsf_frmts.h>

#include <cstddef>
#include <functional>

namespace sheltermap::io {

/// The columns of a table as OGR fields.
class OgrFields {
public:
    /// Keeps a reference to the table.
    explicit OgrFields(const Table& table) : table_(table) {}
    /// What a format has to say of a field before it is made: another type, an alias, a domain.
    using Shape = std::function<void(OGRFieldDefn& field, const Column& column)>;
    /// Creates the fields in a new layer; false where GDAL refuses one.
    [[nodiscard]] bool create_in(OGRLayer& layer, const Shape& shape = {}) const;
    /// Puts a row's values into a feature of that layer.
    void fill(OGRFeature& feature, std::size_t row) const;

private:
    const Table& table_;
};

}  // namespace sheltermap::io
