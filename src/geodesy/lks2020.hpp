// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace sheltermap {

/// A reference system that came into PROJ's database after the oldest PROJ we run on (9.1), as EPSG defines it.
struct ShippedCrs {
    std::string_view code;
    std::string_view wkt;
    /// What PROJ computes with: EPSG:10840 is a null shift to WGS 84, accuracy 1 m.
    std::string_view operand;
};

/// LKS-2020, in force in Latvia since 2026-10-01: EPSG v12.029, datum 1356, conversion 19990 (the one of LKS-92).
inline constexpr std::array shipped_crs{
    ShippedCrs{
        .code = "EPSG:10305",
        .wkt =
            R"wkt(GEOGCRS["LKS-2020",DATUM["Latvian coordinate system 2020",ELLIPSOID["GRS 1980",6378137,298.257222101,)wkt"
            R"wkt(LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],CS[ellipsoidal,2],)wkt"
            R"wkt(AXIS["geodetic latitude (Lat)",north,ORDER[1],ANGLEUNIT["degree",0.0174532925199433]],)wkt"
            R"wkt(AXIS["geodetic longitude (Lon)",east,ORDER[2],ANGLEUNIT["degree",0.0174532925199433]],)wkt"
            R"wkt(USAGE[SCOPE["Horizontal component of 3D system."],AREA["Latvia - onshore and offshore."],)wkt"
            R"wkt(BBOX[55.67,19.06,58.09,28.24]],ID["EPSG",10305]])wkt",
        .operand = "+proj=longlat +ellps=GRS80 +towgs84=0,0,0 +type=crs"},
    ShippedCrs{
        .code = "EPSG:10306",
        .wkt =
            R"wkt(PROJCRS["LKS-2020 / Latvia TM",BASEGEOGCRS["LKS-2020",DATUM["Latvian coordinate system 2020",)wkt"
            R"wkt(ELLIPSOID["GRS 1980",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,)wkt"
            R"wkt(ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",10305]],CONVERSION["Latvian Transverse Mercator",)wkt"
            R"wkt(METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,)wkt"
            R"wkt(ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],PARAMETER["Longitude of natural origin",24,)wkt"
            R"wkt(ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8802]],PARAMETER["Scale factor at natural origin",)wkt"
            R"wkt(0.9996,SCALEUNIT["unity",1],ID["EPSG",8805]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1],)wkt"
            R"wkt(ID["EPSG",8806]],PARAMETER["False northing",-6000000,LENGTHUNIT["metre",1],ID["EPSG",8807]]],)wkt"
            R"wkt(CS[Cartesian,2],AXIS["northing (X)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (Y)",east,)wkt"
            R"wkt(ORDER[2],LENGTHUNIT["metre",1]],USAGE[SCOPE["Cadastre, engineering survey, topographic mapping."],)wkt"
            R"wkt(AREA["Latvia - onshore and offshore."],BBOX[55.67,19.06,58.09,28.24]],ID["EPSG",10306]])wkt",
        .operand = "+proj=tmerc +lat_0=0 +lon_0=24 +k=0.9996 +x_0=500000 +y_0=-6000000 +ellps=GRS80 +towgs84=0,0,0 "
                   "+units=m +type=crs"},
};

}  // namespace sheltermap
