#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(Base64, agrees_with_the_vectors_of_rfc_4648) {
    const std::pair<const char*, const char*> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, text] : vectors) {
        EXPECT_EQ(base64(plain), text);
        EXPECT_EQ(from_base64(text).value(), plain);
    }
}

TEST(Base64, refuses_what_is_not_base64) {
    for (const auto* text : {"Zg=", "Zg", "Zm9*", "Z===Zg=="}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
}

TEST(Base64, keeps_every_byte) {
    std::string bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    EXPECT_EQ(from_base64(base64(bytes)).value(), bytes);
}

} // namespace
} // namespace base
