# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` leaves: libraries, headers, a package for find_package(sheltermap) with the components core, io
# and osm, and the same for pkg-config.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/sheltermap")
# What programs link beside a component, by the names of pkg-config.
set(core_requires "proj >= 9.1, geos >= 3.11")
set(core_libs "-pthread -lstdc++ -lm")
set(io_requires "sheltermap-core = ${PROJECT_VERSION}, gdal >= 3.6, sqlite3 >= 3.40")
set(osm_requires "sheltermap-core = ${PROJECT_VERSION}, zlib, expat")
set(osm_libs "-lbz2")  # which brings no file for pkg-config
set(core_description "Distances, nearest facilities, coverage, streets, exposure, planning")
set(io_description "Files in and out")
set(osm_description "Streets and base maps from OpenStreetMap files")

foreach(component core io osm)
    set_target_properties(sheltermap_${component} PROPERTIES EXPORT_NAME ${component})
    install(TARGETS sheltermap_${component} EXPORT sheltermap-${component} ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
            FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
    install(EXPORT sheltermap-${component} NAMESPACE sheltermap:: DESTINATION "${package_dir}"
            FILE sheltermap-${component}.cmake)
    set(DESCRIPTION "${${component}_description}")
    set(REQUIRES "${${component}_requires}")
    set(LIBS "${${component}_libs}")
    configure_file(cmake/sheltermap.pc.in "${PROJECT_BINARY_DIR}/sheltermap-${component}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/sheltermap-${component}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
configure_package_config_file(cmake/sheltermap-config.cmake.in "${PROJECT_BINARY_DIR}/sheltermap-config.cmake"
                              INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
# Before 1.0 a new minor version may change what programs see.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/sheltermap-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/sheltermap-config.cmake" "${PROJECT_BINARY_DIR}/sheltermap-config-version.cmake"
        DESTINATION "${package_dir}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
