// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace sheltermap::io {

/// A place beside `target` to write to before it is put in `target`'s place; on the same file system, hidden, with the
/// same ending, and unlike any other. Left-overs of processes that no longer run are removed on the way.
///
///     const auto fresh = sibling_for("town.graph");
///     graph.save(fresh);
///     replace(fresh, "town.graph");
[[nodiscard]] std::filesystem::path sibling_for(const std::filesystem::path& target);

/// Puts the file or folder `fresh` in the place of `target`, so that whoever looks, and whatever dies in between, finds
/// the old or the new one. Syncs first. A folder in the place is exchanged in one step and removed after.
/// Throws WriteError, naming cause and free space; `target` is then as it was.
void replace(const std::filesystem::path& fresh, const std::filesystem::path& target);

}  // namespace sheltermap::io
