// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Put before a function whose loops are worth the machine's widest vectors: it is compiled for several instruction
/// sets, and the loader picks the best one the processor has. What it calls must be inlined to profit. Its results are
/// the same bytes everywhere, because nothing is contracted or reordered (CMakeLists.txt, -ffp-contract=off).
///
/// Needs the loader's ifunc, so on other systems, and under sanitizers, there is one version.
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define SHELTERMAP_VECTOR_CLONES __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define SHELTERMAP_VECTOR_CLONES
#endif
