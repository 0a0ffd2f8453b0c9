// See Database::backup and restore.
#pragma once

#include "base/result.hpp"

#include <filesystem>

namespace store {

base::Result<> copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace store
