// The documents that the program itself can write: openapi.json, permissions.md,
// pack-schema/*.json.
#pragma once

#include "base/result.hpp"

#include <filesystem>

namespace app {

base::Result<> write_documents(
    const std::filesystem::path& pack, const std::filesystem::path& folder);

} // namespace app
