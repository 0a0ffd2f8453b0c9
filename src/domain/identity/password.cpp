#include "domain/identity/password.hpp"

#include <argon2.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

namespace identity {
namespace {

constexpr std::size_t shortest = 8;
constexpr std::size_t longest = 128;
constexpr std::size_t classes_least = 3;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;

std::string lower_ascii(std::string text) {
    for (auto& letter : text) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return text;
}

std::size_t classes_of(std::string_view text) {
    std::array<bool, 4> seen{};
    for (const char letter : text) {
        if (letter >= 'a' && letter <= 'z') {
            seen[0] = true;
        } else if (letter >= 'A' && letter <= 'Z') {
            seen[1] = true;
        } else if (letter >= '0' && letter <= '9') {
            seen[2] = true;
        } else {
            seen[3] = true;
        }
    }
    return static_cast<std::size_t>(std::ranges::count(seen, true));
}

base::Error weak(base::Text why) {
    return base::invalid(
        "identity.password_weak",
        std::move(why),
        {"请设置 8 位以上、含大写、小写、数字、符号中三类且不含登录名的密码。",
         "Choose 8 or more characters of three kinds among upper case, lower case, digits and "
         "signs, without the login in it."});
}

} // namespace

base::Result<> check_password(const base::Secret& password, std::string_view login) {
    const auto& text = password.reveal();
    if (text.size() < shortest) return weak({"密码太短。", "The password is too short."});
    if (text.size() > longest) return weak({"密码太长。", "The password is too long."});
    if (classes_of(text) < classes_least) {
        return weak({"密码字符种类太少。", "The password has too few kinds of characters."});
    }
    if (lower_ascii(text).find(lower_ascii(std::string(login))) != std::string::npos) {
        return weak({"密码不能包含登录名。", "The password contains the login."});
    }
    return {};
}

std::string hash_password(const base::Secret& password, const HashCost& cost) {
    std::array<unsigned char, salt_bytes> salt{};
    base::ensure(RAND_bytes(salt.data(), static_cast<int>(salt.size())) == 1, "random bytes");
    const auto& text = password.reveal();
    std::string encoded(
        argon2_encodedlen(cost.passes, cost.memory_kib, 1, salt_bytes, hash_bytes, Argon2_id),
        '\0');
    const int outcome = argon2id_hash_encoded(
        cost.passes,
        cost.memory_kib,
        1,
        text.data(),
        text.size(),
        salt.data(),
        salt.size(),
        hash_bytes,
        encoded.data(),
        encoded.size());
    base::ensure(outcome == ARGON2_OK, "argon2id has memory");
    encoded.resize(encoded.find('\0'));
    return encoded;
}

bool verify_password(const base::Secret& password, const std::string& encoded) {
    const auto& text = password.reveal();
    return argon2id_verify(encoded.c_str(), text.data(), text.size()) == ARGON2_OK;
}

} // namespace identity
