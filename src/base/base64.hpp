// Bytes as text, RFC 4648 §4 (the standard alphabet, padded).
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace base {

[[nodiscard]] std::string base64(std::string_view bytes);
// `base.base64` when the text is not of that form.
Result<std::string> from_base64(std::string_view text);

} // namespace base
