// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/crs.hpp"

#include "sheltermap/base/error.hpp"

#include "base/excerpt.hpp"
#include "crs_state.hpp"
#include "lks2020.hpp"
#include "proj.hpp"
#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace sheltermap {
namespace {

bool is_code(std::string_view text) {
    const auto colon = text.find(':');
    const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), is_word) &&
           std::all_of(text.begin() + static_cast<std::ptrdiff_t>(colon) + 1, text.end(), is_word);
}

/// Only forms that name or describe a system: a PROJ pipeline or "+init" could name a file.
bool is_accepted_form(std::string_view text) {
    return is_code(text) || text.starts_with("urn:ogc:def:crs:") || text.starts_with('{') ||
           (text.find('[') != std::string_view::npos && std::isupper(static_cast<unsigned char>(text[0])) != 0);
}

const ShippedCrs* shipped(std::string_view code) {
    const auto* found = std::find_if(std::begin(shipped_crs), std::end(shipped_crs),
                                     [&](const ShippedCrs& crs) { return crs.code == code; });
    return found == std::end(shipped_crs) ? nullptr : found;
}

std::string code_of(const PJ* crs) {
    const char* authority = proj_get_id_auth_name(crs, 0);
    const char* code = proj_get_id_code(crs, 0);
    return authority != nullptr && code != nullptr ? std::string(authority) + ":" + code : std::string();
}

/// The EPSG code of a definition that does not state one, where PROJ is all but certain of it (90 of 100).
std::string identified_code(PJ_CONTEXT* context, const PJ* crs) {
    int* confidence = nullptr;
    PJ_OBJ_LIST* matches = proj_identify(context, crs, "EPSG", nullptr, &confidence);
    std::string code;
    if (matches != nullptr && proj_list_get_count(matches) > 0 && confidence[0] >= 90) {
        code = code_of(PjObject(proj_list_get(context, matches, 0)).get());
    }
    proj_int_list_destroy(confidence);
    proj_list_destroy(matches);
    return code;
}

/// A PROJ that does not know LKS-2020 cannot identify it either; its name is unmistakable.
std::string lks2020_code(const PJ* crs, bool geographic) {
    const std::string_view name = proj_get_name(crs);
    const bool lks2020 =
        name.find("LKS-2020") != std::string_view::npos || name.find("LKS_2020") != std::string_view::npos;
    if (!lks2020) return {};
    return geographic ? "EPSG:10305" : "EPSG:10306";
}

/// Coordinates are two-dimensional here: heights of compound and 3D systems are left aside.
PjObject horizontal(PJ_CONTEXT* context, PjObject crs) {
    if (proj_get_type(crs.get()) == PJ_TYPE_COMPOUND_CRS) crs.reset(proj_crs_get_sub_crs(context, crs.get(), 0));
    if (proj_get_type(crs.get()) == PJ_TYPE_BOUND_CRS) return crs;
    PjObject flat(proj_crs_demote_to_2D(context, nullptr, crs.get()));
    return flat ? std::move(flat) : std::move(crs);
}

bool is_geographic_type(const PJ* crs) {
    const PJ_TYPE type = proj_get_type(crs);
    return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

/// Whether two coordinates say where on Earth: those of geocentric, vertical and local systems do not.
bool is_geographic_or_projected(PJ_CONTEXT* context, const PJ* crs) {
    const PjObject base(proj_get_type(crs) == PJ_TYPE_BOUND_CRS ? proj_get_source_crs(context, crs) : nullptr);
    const PJ* plain = base ? base.get() : crs;
    return is_geographic_type(plain) || proj_get_type(plain) == PJ_TYPE_PROJECTED_CRS;
}

bool equals_crs84(PJ_CONTEXT* context, const PJ* crs) {
    const PjObject crs84(proj_create(context, "OGC:CRS84"));
    return crs84 &&
           proj_is_equivalent_to_with_ctx(context, crs, crs84.get(), PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS) != 0;
}

std::optional<AreaOfUse> area_of(PJ_CONTEXT* context, const PJ* crs) {
    AreaOfUse box{};
    if (proj_get_area_of_use(context, crs, &box.west, &box.south, &box.east, &box.north, nullptr) == 0 ||
        box.west < -180) {
        return std::nullopt;  // PROJ writes -1000 where it does not know
    }
    return box;
}

/// EPSG's parameters "false easting", "easting at false origin", "easting at projection centre"; each northing follows.
constexpr std::array<int, 3> easting_codes{8806, 8826, 8816};

std::optional<XY> false_origin_of(PJ_CONTEXT* context, const PJ* crs) {
    const PjObject projection(proj_crs_get_coordoperation(context, crs));
    if (!projection) return std::nullopt;
    XY origin{0, 0};
    for (int i = 0; i < proj_coordoperation_get_param_count(context, projection.get()); ++i) {
        const char* code = nullptr;
        double value = 0, to_metres = 1;
        if (proj_coordoperation_get_param(context, projection.get(), i, nullptr, nullptr, &code, &value, nullptr,
                                          &to_metres, nullptr, nullptr, nullptr, nullptr) == 0 ||
            code == nullptr)
            continue;
        const std::string_view name = code;
        for (const int easting : easting_codes) {
            if (name == std::to_string(easting)) origin.x = value;
            if (name == std::to_string(easting + 1)) origin.y = value;
        }
    }
    return origin;
}

PjObject parse(PJ_CONTEXT* context, const std::string& definition) {
    if (is_accepted_form(definition)) {
        PjObject crs(proj_create(context, definition.c_str()));
        const ShippedCrs* own = crs ? nullptr : shipped(definition);
        if (own != nullptr) crs.reset(proj_create(context, std::string(own->wkt).c_str()));
        if (crs && proj_is_crs(crs.get()) != 0) {
            PjObject flat = horizontal(context, std::move(crs));
            if (is_geographic_or_projected(context, flat.get())) return flat;
            throw CrsError("'" + excerpt(definition, 60) +
                           "' is neither a geographic nor a projected reference system: two coordinates in it do not "
                           "say where on Earth a place is; convert the layer to one like 'EPSG:4326' or 'EPSG:3059'");
        }
    }
    throw CrsError("'" + excerpt(definition, 60) +
                   "' is not a coordinate reference system PROJ knows; give one like 'EPSG:4326' (degrees), "
                   "'EPSG:3059' (LKS-92), 'EPSG:10306' (LKS-2020) or its WKT");
}

/// Whether a definition projects as the database's entry of its code does; a wrong code must not change coordinates.
bool projects_alike(PJ_CONTEXT* context, const PJ* given, const PJ* entry) {
    const PjObject one(proj_crs_get_coordoperation(context, given));
    const PjObject other(proj_crs_get_coordoperation(context, entry));
    if (!one || !other) return !one && !other;
    return proj_is_equivalent_to_with_ctx(context, one.get(), other.get(), PJ_COMP_EQUIVALENT) != 0;
}

/// What is known under a code: PROJ's own entry, else one we ship.
struct KnownCrs {
    PjObject definition;
    std::string operand;
    bool shipped = false;
};
KnownCrs known_crs(PJ_CONTEXT* context, const std::string& code) {
    if (code.empty()) return {};
    if (PjObject entry{proj_create(context, code.c_str())}) return {std::move(entry), code, false};
    const ShippedCrs* own = shipped(code);
    if (own == nullptr) return {};
    return {PjObject(proj_create(context, std::string(own->wkt).c_str())), std::string(own->operand), true};
}

std::string code_for(PJ_CONTEXT* context, const PJ* crs) {
    std::string code = code_of(crs);
    if (code.empty()) code = lks2020_code(crs, is_geographic_type(crs));
    return code.empty() ? identified_code(context, crs) : code;
}

}  // namespace

bool AreaOfUse::contains(LonLat place, double margin_deg) const noexcept {
    const double w = west - margin_deg;
    const double e = east + margin_deg;
    const bool lon_inside = west <= east ? place.lon >= w && place.lon <= e : place.lon >= w || place.lon <= e;
    return lon_inside && place.lat >= south - margin_deg && place.lat <= north + margin_deg;
}

// Names of datums move between EPSG releases ("LKS92" became "LKS-92"), and PROJ and GDAL go by them: where the
// database knows the code, its own entry is taken, not the definition a newer library wrote.
Crs::Crs(const std::string& definition) {
    const PjContext context = new_proj_context();
    PjObject crs = parse(context.get(), definition);
    auto state = std::make_shared<State>();
    state->code = code_for(context.get(), crs.get());
    KnownCrs known = known_crs(context.get(), state->code);
    if (known.definition && projects_alike(context.get(), crs.get(), known.definition.get())) {
        crs = std::move(known.definition);
        state->shipped = known.shipped;
    } else {
        state->code.clear();
    }
    const char* wkt = proj_as_wkt(context.get(), crs.get(), PJ_WKT2_2019, nullptr);
    if (wkt == nullptr) throw CrsError("'" + excerpt(definition, 60) + "' cannot be written as WKT");
    state->wkt = wkt;
    state->operand = state->code.empty() ? state->wkt : known.operand;
    state->name = proj_get_name(crs.get());
    state->geographic = is_geographic_type(crs.get());
    state->lonlat = state->geographic && equals_crs84(context.get(), crs.get());
    state->area = area_of(context.get(), crs.get());
    if (!state->geographic) state->false_origin = false_origin_of(context.get(), crs.get());
    state_ = std::move(state);
}

const std::string& Crs::name() const noexcept { return state_->name; }
const std::string& Crs::code() const noexcept { return state_->code; }
const std::string& Crs::wkt() const noexcept { return state_->wkt; }
bool Crs::is_geographic() const noexcept { return state_->geographic; }
bool Crs::is_lonlat() const noexcept { return state_->lonlat; }
const std::optional<AreaOfUse>& Crs::area_of_use() const noexcept { return state_->area; }
const std::optional<XY>& Crs::false_origin() const noexcept { return state_->false_origin; }

}  // namespace sheltermap
