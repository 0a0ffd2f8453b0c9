// Text into letters that can be compared: full width, compatibility forms and traditional letters
// are folded away (ICU: NFKC without case, Traditional-Simplified), and each letter knows how it
// sounds (ICU: Han-Latin) and what it is taken for.
#pragma once

#include "engine/screen/words.hpp"

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace screen {

inline constexpr std::size_t letters_most = 64; // of one name; longer ones are refused

struct Letter {
    char32_t sign = 0;
    std::uint16_t sound = 0; // syllable without tone; 0: it has none
    std::uint16_t near = 0;  // the syllable as many speak it: zh as z, ng as n, l as n
    std::uint16_t look = 0;  // group of look-alikes; 0: none
    friend bool operator==(const Letter&, const Letter&) = default;
};

using Letters = std::vector<Letter>;

// An illegible letter in a name that is asked for: * ? □ ×.
inline constexpr char32_t illegible_sign = U'□';
inline constexpr char32_t bracket_open = U'(';
inline constexpr char32_t bracket_close = U')';

enum class Alike { same, look, sound, near, illegible, no };

// `asked` may be illegible.
[[nodiscard]] Alike alike(const Letter& kept, const Letter& asked);

class Folding {
public:
    explicit Folding(const Words& words);

    // Letters, digits, and brackets as ( and ); blanks and other signs are gone. Bytes that are not
    // UTF-8 become illegible letters.
    [[nodiscard]] Letters fold(std::string_view text) const;
    [[nodiscard]] Letter letter(char32_t sign) const;

    // How it sounds, without tone: wei. Empty when it has no sound.
    [[nodiscard]] const std::string& syllable(const Letter& letter) const {
        return syllables_[letter.sound];
    }

private:
    static constexpr char32_t first_han = 0x3400;
    static constexpr char32_t last_han = 0x9fff;

    std::vector<char16_t> simplified_; // by letter, from first_han
    std::vector<Letter> han_;          // the same
    std::vector<std::string> syllables_;
};

[[nodiscard]] std::string text_of(const Letters& letters);

} // namespace screen
