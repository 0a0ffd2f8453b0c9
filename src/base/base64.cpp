#include "base/base64.hpp"

#include <openssl/evp.h>

namespace base {

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // the encoder ends with a zero byte
    const auto* in = reinterpret_cast<const unsigned char*>(bytes.data());
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()), in, static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

Result<std::string> from_base64(std::string_view text) {
    const auto error = [] {
        return invalid(
            "base.base64",
            {"不是有效的 Base64 文本。", "Not Base64 text."},
            {"请检查内容是否完整。", "Check that it is complete."});
    };
    if (text.size() % 4 != 0 || text.size() > 1U << 30U) return error();
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(
        reinterpret_cast<unsigned char*>(bytes.data()),
        reinterpret_cast<const unsigned char*>(text.data()),
        static_cast<int>(text.size()));
    // The decoder takes padding anywhere as zero bits; it belongs at the end only.
    const auto first_pad = text.find('=');
    if (size < 0 || (first_pad != std::string_view::npos && first_pad + 2 < text.size())) {
        return error();
    }
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        padding += 1;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

} // namespace base
