// SPDX-License-Identifier: Apache-2.0
// Writes a layer, and reads it again.
#include "sheltermap/io/reader.hpp"
#include "sheltermap/io/writer.hpp"

#include <iostream>

int main(int, char** arguments) {
    sheltermap::io::Layer layer{.name = "shelters", .crs = sheltermap::Crs("EPSG:3059")};
    layer.attributes = {.rows = 1, .columns = {{"places", std::vector<std::int64_t>{120}, {1}}}};
    layer.geometry.append_point({506'000, 311'000});
    sheltermap::io::write_layers(arguments[1], {layer});
    const auto read = sheltermap::io::read_layer(arguments[1]);
    std::cout << read.attributes.rows << " row in " << read.crs->name() << "\n";
    return read.attributes.rows == 1 && read.crs->code() == "EPSG:3059" ? 0 : 1;
}
