// The errors of the store itself, each with its one sentence.
#pragma once

#include "base/result.hpp"

namespace store::faults {

base::Error command_id();
base::Error command_reused();
base::Error busy();
base::Error fault(std::string detail);
base::Error unavailable(std::string detail);
base::Error locked(std::string detail);
base::Error newer(std::string detail);
base::Error damaged(std::string detail);
base::Error log_damaged(std::string where, std::string detail);
base::Error exists(std::string detail);

} // namespace store::faults
