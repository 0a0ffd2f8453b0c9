#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

// FIPS 180-4 example messages.
TEST(Digest, sha256_agrees_with_published_vectors) {
    const std::pair<std::string, const char*> cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'),
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (const auto& [bytes, want] : cases)
        EXPECT_EQ(base::hex(base::sha256(bytes)), want);
}

TEST(Digest, random_text_is_hexadecimal_and_new) {
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        const auto text = base::random_hex(16);
        ASSERT_EQ(text.size(), 32U);
        ASSERT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
        ASSERT_TRUE(seen.insert(text).second);
    }
    EXPECT_EQ(base::hex(std::string_view("\x00\xFF\x10", 3)), "00ff10");
}

} // namespace
