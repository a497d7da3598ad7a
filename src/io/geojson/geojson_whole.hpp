// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/geojson/json_cursor.hpp"
#include <cstddef>
#include <optional>
#include <string>

namespace sheltermap::io {

/// What a collection of features says about those that are not in it, as services do that hand them out in pages:
/// `exceededTransferLimit` of ArcGIS, `numberMatched` and links of OGC API, `totalFeatures` of GeoServer, `next`.
class PageSigns {
public:
    /// Takes a member of the collection, which may be one of these or anything else.
    void take(const std::string& key, const JsonValue& value);
    /// Throws ReadError where by its own words the file does not have all the features there are. A count that is
    /// reached outweighs a link: pages that were put together may keep those of one of them.
    void require_whole(std::size_t features, const std::string& file_name) const;

private:
    struct Count {
        std::string key;
        std::size_t features;
    };
    static void take_count(const std::string& key, const JsonValue& value, std::optional<Count>& larger);
    void take_limit(const JsonValue& value);
    void take_links(const JsonValue& links);
    std::optional<Count> total_;     ///< of the features there are
    std::optional<Count> returned_;  ///< of those in the file
    std::string more_;               ///< the member that says there are more
};

}  // namespace sheltermap::io
