// SPDX-License-Identifier: Apache-2.0
#include "io/gdal_call.hpp"

#include <cpl_conv.h>

#include "io/files/encoding.hpp"
#include <algorithm>
#include <array>
#include <new>
#include <string_view>

namespace sheltermap::io {
namespace {

/// Messages that say nothing about the rows that are read.
bool is_harmless(std::string_view message) {
    const auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
    // Written by a newer GDAL; the tables are the same.
    if (says("GeoPackage user_version") && says("partially supported")) return true;
    // A hint about speed.
    if (says("organizePolygons() received a polygon with more than 100 parts")) return true;
    // A code that PROJ does not know yet (LKS-2020); a CRS that stays unknown is reported by the reader.
    return says("PROJ: ") && says("crs not found");
}

}  // namespace

GdalCall::GdalCall() {
    CPLPushErrorHandlerEx(collect, this);
    constexpr std::array<std::pair<const char*, const char*>, 6> safe_options{{
        {"OGR_SQLITE_LOAD_EXTENSIONS", ""},
        {"OGR_SQLITE_PRAGMA", ""},
        {"SHAPE_RESTORE_SHX", "NO"},
        {"OGR_GEOMETRY_ACCEPT_UNCLOSED_RING", "YES"},  // with a warning, which then names the row
        {"GDAL_DISABLE_READDIR_ON_OPEN", "NO"},
        {"OPENFILEGDB_USE_SPATIAL_INDEX", "NO"},
    }};
    for (const auto& [name, value] : safe_options) set_option(name, value);
}

GdalCall::~GdalCall() {
    for (auto option = options_before_.rbegin(); option != options_before_.rend(); ++option) {
        CPLSetThreadLocalConfigOption(option->first.c_str(), option->second ? option->second->c_str() : nullptr);
    }
    CPLPopErrorHandler();
}

void GdalCall::set_option(const char* name, const char* value) {
    const char* before = CPLGetThreadLocalConfigOption(name, nullptr);
    options_before_.emplace_back(name, before != nullptr ? std::optional<std::string>(before) : std::nullopt);
    CPLSetThreadLocalConfigOption(name, value);
}

void GdalCall::collect(CPLErr severity, CPLErrorNum number, const char* message) {
    if (severity < CE_Warning || is_harmless(message)) return;
    auto& call = *static_cast<GdalCall*>(CPLGetErrorHandlerUserData());
    call.is_out_of_memory_ |= number == CPLE_OutOfMemory;
    auto& messages = call.messages_;
    constexpr std::size_t enough_to_understand = 20;
    std::string text = escaped(message);  // some hold bytes of the file
    if (messages.size() < enough_to_understand && std::ranges::find(messages, text) == messages.end())
        messages.push_back(std::move(text));
}

std::string GdalCall::take() {
    if (std::exchange(is_out_of_memory_, false)) {
        messages_.clear();
        throw std::bad_alloc();
    }
    std::string all;
    for (const auto& message : messages_) all += (all.empty() ? "" : "; ") + message;
    messages_.clear();
    return all;
}

}  // namespace sheltermap::io
