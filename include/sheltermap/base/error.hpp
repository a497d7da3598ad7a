// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace sheltermap {

/// Something is wrong with the data, a file or the environment. The message names what, which and what to do.
/// A caller's mistake (lengths that differ, k = 0) is a std::invalid_argument instead.
///
///     try {
///         const io::Layer homes = io::read_layer("homes.gpkg");
///     } catch (const Error& error) {
///         std::cerr << error.what() << "\n";  // a ReadError or a CrsError, say
///     }
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A file cannot be read, or not wholly.
class ReadError : public Error {
public:
    using Error::Error;
};

/// A file cannot be written; what stood in its place before is untouched.
class WriteError : public Error {
public:
    using Error::Error;
};

/// A coordinate reference system is missing, unknown or does not fit the coordinates.
class CrsError : public Error {
public:
    using Error::Error;
};

/// A geometry cannot be used as it is.
class GeometryError : public Error {
public:
    using Error::Error;
};

/// The computation was stopped through its stop token before it was done.
class Cancelled : public std::runtime_error {
public:
    Cancelled() : std::runtime_error("cancelled") {}
};

}  // namespace sheltermap
