// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cpl_conv.h>
#include <cpl_error.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sheltermap::io {

struct CplFree {
    void operator()(char* text) const noexcept { CPLFree(text); }
};
/// A text that GDAL hands over.
using CplText = std::unique_ptr<char, CplFree>;

/// While it lives, GDAL's messages on this thread are collected here instead of going to stderr, and the options that
/// decide what GDAL may touch have our values, whatever the environment says.
///
///     GdalCall call;
///     auto dataset = open_dataset(source, call);
///     if (const auto said = call.take(); !said.empty()) throw ReadError(said);
class GdalCall {
public:
    GdalCall();
    ~GdalCall();
    GdalCall(const GdalCall&) = delete;
    GdalCall& operator=(const GdalCall&) = delete;

    /// Warnings and errors since the last call, joined by "; "; empty when there were none. Throws std::bad_alloc
    /// where one was that memory is out, which says nothing of the file.
    [[nodiscard]] std::string take();
    /// Sets one more option of GDAL for this thread until the end of the call.
    void set_option(const char* name, const char* value);

private:
    static void collect(CPLErr severity, CPLErrorNum number, const char* message);
    std::vector<std::string> messages_;
    bool is_out_of_memory_ = false;
    std::vector<std::pair<std::string, std::optional<std::string>>> options_before_;
};

}  // namespace sheltermap::io
