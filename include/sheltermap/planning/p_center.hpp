// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/planning/siting.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstddef>

namespace sheltermap {

/// At most so many new sites.
///
///     const PCenterOptions options{.p = 2};
struct PCenterOptions {
    std::size_t p = 1;
    SitingOptions siting{};
};

/// The sites from which the row that has farthest to go has the least: p-center (Hakimi 1965). `objective` is that
/// cost, `bound` a lower bound of it.
///
///     const Siting five = p_center(reach, {.p = 5});
///     std::cout << "nobody has more than " << five.objective << " m to go\n";
///
/// The radii are the costs of the reach; each is a question of set covering (Daskin 1995), and the smallest that p
/// sites answer is searched for by halving. Rows without an arc to a candidate or a locked facility are told in
/// `unreached`. Where p sites do not reach all others at any cost, objective is infinite and all of them are told;
/// `bound` is infinite too where that is proven. Throws std::invalid_argument as maximal_covering does.
[[nodiscard]] Siting p_center(const Reach& reach, const PCenterOptions& options, const Execution& execution = {});

}  // namespace sheltermap
