// Regular expressions in RE2's syntax. RE2 itself stays inside pattern.cpp; it matches in time
// linear in the text, whatever the pattern.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rule {

// Steps to compile one, beside a step a byte.
inline constexpr std::int64_t pattern_cost = 500;

class Patterns {
public:
    Patterns();
    ~Patterns();
    Patterns(const Patterns&) = delete;
    Patterns& operator=(const Patterns&) = delete;

    [[nodiscard]] bool kept(std::string_view pattern) const;
    // Compiles and keeps it; says what is wrong, or nothing.
    std::string keep(std::string_view pattern);
    // Whether the pattern is found in the text; nothing when it is no pattern. One that was not
    // kept is compiled for this once.
    [[nodiscard]] std::optional<bool> found(std::string_view pattern, std::string_view text) const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace rule
