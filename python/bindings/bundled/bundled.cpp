// SPDX-License-Identifier: Apache-2.0
// What the libraries inside a wheel would ask of others (only there: SHELTERMAP_BUNDLED).
#include <cstddef>
#ifdef __linux__
#include <sys/random.h>
#endif

// NOLINTBEGIN(bugprone-reserved-identifier): the names that the linker gives (--wrap)
extern "C" {

/// GDAL's own list of drivers, called by tools that nobody uses here: start_runtime registers those of ours, and the
/// rest stays out of the module.
void GDALAllRegister() {}

#if defined(__x86_64__) && defined(__GLIBC__)
// The versions of 2.35 differ in errno, which nobody reads; with these the module runs on older systems, too.
__asm__(".symver earlier_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver earlier_hypotf, hypotf@GLIBC_2.2.5");
double earlier_hypot(double x, double y) noexcept;
float earlier_hypotf(float x, float y) noexcept;
double __wrap_hypot(double x, double y) noexcept { return earlier_hypot(x, y); }
float __wrap_hypotf(float x, float y) noexcept { return earlier_hypotf(x, y); }

/// Of glibc 2.36; std::random_device asks for it.
unsigned int __wrap_arc4random() {
    unsigned int value = 0;
    while (getrandom(&value, sizeof value, 0) != static_cast<ssize_t>(sizeof value)) {
    }
    return value;
}
#endif
}
// NOLINTEND(bugprone-reserved-identifier)
