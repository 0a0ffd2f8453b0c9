#include "base/base64.hpp"
#include "engine/seal/digest.hpp"
#include "engine/seal/key.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace {

std::string bytes_of(std::string_view hex_text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex_text.size(); i += 2) {
        out += static_cast<char>(std::stoi(std::string(hex_text.substr(i, 2)), nullptr, 16));
    }
    return out;
}

// What the shared inputs hold, or nothing where they are absent.
std::string shared_text(const std::string& name) {
    const char* told = std::getenv("RONGQIAO_SHARED");
    const auto folder = std::filesystem::path(told != nullptr ? told : SOURCE_DIR "/../shared");
    std::ifstream in(folder / "data" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// "Name = value" lines in their order.
std::vector<std::pair<std::string, std::string>> vector_lines(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(" = ");
        if (at != std::string::npos) found.emplace_back(line.substr(0, at), line.substr(at + 3));
    }
    return found;
}

// r || s of a DER signature of two integers.
std::string fixed_signature(const std::string& der) {
    std::string out;
    std::size_t at = 2;
    for (int part = 0; part < 2; ++part) {
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(der[at + 1]));
        auto number = der.substr(at + 2, length);
        number.erase(0, number.find_first_not_of('\0'));
        out.append(32 - number.size(), '\0');
        out += number;
        at += 2 + length;
    }
    return out;
}

std::string text_of(const base::Digest& digest) { return base::hex(digest); }

} // namespace

TEST(Sm3, gives_the_digests_of_the_standard) {
    EXPECT_EQ(
        text_of(seal::sm3("abc")),
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    std::string long_one;
    for (int i = 0; i < 16; ++i)
        long_one += "abcd";
    EXPECT_EQ(
        text_of(seal::sm3(long_one)),
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    const auto both = seal::digests("abc");
    EXPECT_EQ(both.sm3, seal::sm3("abc"));
    EXPECT_EQ(both.sha256, base::sha256("abc"));
}

TEST(Sm3, gives_the_digests_of_the_shared_vectors) {
    const auto lines = vector_lines(shared_text("vec-sm-openssl/evpmd_sm3.txt"));
    if (lines.empty()) GTEST_SKIP() << "no shared vectors here";
    std::string input;
    int compared = 0;
    for (const auto& [name, value] : lines) {
        if (name == "Input") input = bytes_of(value);
        if (name != "Output") continue;
        EXPECT_EQ(text_of(seal::sm3(input)), base::hex(bytes_of(value)));
        ++compared;
    }
    EXPECT_EQ(compared, 6);
}

TEST(Keyed, gives_the_code_of_rfc_4231) {
    EXPECT_EQ(
        text_of(seal::keyed("Jefe", "what do ya want for nothing?")),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Ed25519, signs_as_rfc_8032_says) {
    struct Case {
        std::string seed, open, message, signature;
    };

    const Case cases[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
         "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
         "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    };
    for (const auto& each : cases) {
        const auto key =
            seal::PrivateKey::read(seal::Algorithm::ed25519, base::Secret(bytes_of(each.seed)));
        ASSERT_TRUE(key);
        EXPECT_EQ(base::hex(key->public_key().bytes()), each.open);
        const auto message = bytes_of(each.message);
        EXPECT_EQ(base::hex(key->sign(message)), each.signature);
        EXPECT_TRUE(key->public_key().verify(message, bytes_of(each.signature)));
        EXPECT_FALSE(key->public_key().verify(message + "x", bytes_of(each.signature)));
    }
}

TEST(Sm2, verifies_the_shared_vectors) {
    const auto text = shared_text("vec-sm-openssl/evppkey_sm2.txt");
    if (text.empty()) GTEST_SKIP() << "no shared vectors here";
    const std::string_view head = "-----BEGIN PRIVATE KEY-----\n";
    const auto from = text.find(head) + head.size();
    auto pem = text.substr(from, text.find("-----END") - from);
    std::erase(pem, '\n');
    const auto pkcs8 = base::from_base64(pem);
    ASSERT_TRUE(pkcs8);
    const auto scalar = pkcs8->substr(pkcs8->find(bytes_of("0201010420")) + 5, 32);
    const auto key =
        seal::PrivateKey::read(seal::Algorithm::sm2_sm3, base::Secret(std::string(scalar)));
    ASSERT_TRUE(key);
    EXPECT_EQ(key->public_key().bytes(), pkcs8->substr(pkcs8->size() - 65));
    std::string digest;
    std::string kind;
    int compared = 0;
    for (const auto& [name, value] : vector_lines(text)) {
        if (name == "Verify" || name == "Decrypt") kind = name;
        if (name == "Input") digest = bytes_of(value);
        if (name != "Output" || kind != "Verify") continue;
        auto signature = fixed_signature(bytes_of(value));
        EXPECT_TRUE(seal::verify_sm2_digest(key->public_key(), digest, signature));
        signature[40] = static_cast<char>(signature[40] ^ 1);
        EXPECT_FALSE(seal::verify_sm2_digest(key->public_key(), digest, signature));
        ++compared;
    }
    EXPECT_EQ(compared, 2);
}

// The example of GB/T 32918.2 appendix A for this curve, as draft-shen-sm2-ecdsa and GM/T 0003.5
// print it.
TEST(Sm2, verifies_the_example_of_the_standard) {
    const auto key = seal::PrivateKey::read(
        seal::Algorithm::sm2_sm3,
        base::Secret(bytes_of("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")));
    ASSERT_TRUE(key);
    EXPECT_EQ(
        base::hex(key->public_key().bytes()),
        "04"
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
    const auto signature =
        bytes_of("F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
                 "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA");
    EXPECT_TRUE(key->public_key().verify("message digest", signature));
    EXPECT_FALSE(key->public_key().verify("message digesT", signature));
}

TEST(Keys, sign_and_verify_and_refuse_what_was_changed) {
    for (const auto algorithm : {seal::Algorithm::ed25519, seal::Algorithm::sm2_sm3}) {
        const auto key = seal::PrivateKey::generate(algorithm);
        const auto other = seal::PrivateKey::generate(algorithm);
        const std::string message = "一笔质押只登记一次";
        const auto signature = key.sign(message);
        ASSERT_EQ(signature.size(), seal::signature_bytes);
        EXPECT_TRUE(key.public_key().verify(message, signature));
        EXPECT_FALSE(other.public_key().verify(message, signature));
        EXPECT_FALSE(key.public_key().verify(message, signature + "x"));
        EXPECT_FALSE(key.public_key().verify(message, ""));
        for (std::size_t bit = 0; bit < signature.size() * 8; bit += 7) {
            auto changed = signature;
            changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
            EXPECT_FALSE(key.public_key().verify(message, changed)) << bit;
        }
        const auto again = seal::PrivateKey::read(algorithm, key.reveal());
        ASSERT_TRUE(again);
        EXPECT_EQ(again->public_key().bytes(), key.public_key().bytes());
        const auto copied = key.public_key();
        EXPECT_TRUE(copied.verify(message, again->sign(message)));
    }
}

TEST(Keys, refuse_bytes_that_are_none) {
    using seal::Algorithm;
    const std::string zeros(32, '\0');
    EXPECT_FALSE(seal::PrivateKey::read(Algorithm::sm2_sm3, base::Secret(std::string(zeros))));
    EXPECT_FALSE(seal::PrivateKey::read(Algorithm::sm2_sm3, base::Secret(std::string(32, '\xff'))));
    EXPECT_FALSE(seal::PrivateKey::read(Algorithm::sm2_sm3, base::Secret("short")));
    EXPECT_FALSE(seal::PrivateKey::read(Algorithm::ed25519, base::Secret("short")));
    EXPECT_FALSE(seal::PublicKey::read(Algorithm::ed25519, "short"));
    EXPECT_FALSE(seal::PublicKey::read(Algorithm::sm2_sm3, zeros));
    std::string off_the_curve(65, '\x01');
    off_the_curve.front() = 4;
    EXPECT_FALSE(seal::PublicKey::read(Algorithm::sm2_sm3, off_the_curve));
}
