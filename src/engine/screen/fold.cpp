#include "engine/screen/fold.hpp"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <memory>
#include <span>

namespace screen {
namespace {

constexpr std::u32string_view opens = U"([{【〔〖<《「『";
constexpr std::u32string_view closes = U")]}】〕〗>》」』";
constexpr std::u32string_view illegibles = U"*?□■×✕\xFFFD";

// Every letter of the range on a line of its own, through one of ICU's transliterations.
icu::UnicodeString through(const char* name, char32_t first, char32_t last) {
    auto status = U_ZERO_ERROR;
    const std::unique_ptr<icu::Transliterator> way(
        icu::Transliterator::createInstance(name, UTRANS_FORWARD, status));
    base::ensure(U_SUCCESS(status) && way != nullptr, "ICU has this transliteration");
    icu::UnicodeString text;
    for (auto sign = first; sign <= last; ++sign) {
        text.append(static_cast<UChar32>(sign));
        text.append(u'\n');
    }
    way->transliterate(text);
    return text;
}

std::vector<std::string> lines_of(const icu::UnicodeString& text) {
    std::string bytes;
    text.toUTF8String(bytes);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end = bytes.find('\n', at);
        lines.push_back(bytes.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

// A syllable as many speak and type it.
std::string near_of(std::string syllable) {
    for (const auto* initial : {"zh", "ch", "sh"})
        if (syllable.starts_with(initial)) syllable.erase(1, 1);
    if (syllable.starts_with('l')) syllable[0] = 'n';
    if (syllable.ends_with("ang") || syllable.ends_with("eng") || syllable.ends_with("ing"))
        syllable.pop_back();
    return syllable;
}

bool is_syllable(std::string_view text) {
    return !text.empty() && text.size() <= 6 &&
           std::ranges::all_of(text, [](char each) { return each >= 'a' && each <= 'z'; });
}

class Numbers {
public:
    std::uint16_t of(const std::string& text) {
        return numbers_.try_emplace(text, static_cast<std::uint16_t>(numbers_.size() + 1))
            .first->second;
    }

private:
    std::unordered_map<std::string, std::uint16_t> numbers_;
};

icu::UnicodeString unicode(std::string_view text) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

} // namespace

Alike alike(const Letter& kept, const Letter& asked) {
    if (kept.sign == asked.sign) return Alike::same;
    if (asked.sign == illegible_sign) return Alike::illegible;
    if (kept.look != 0 && kept.look == asked.look) return Alike::look;
    if (kept.sound != 0 && kept.sound == asked.sound) return Alike::sound;
    return kept.near != 0 && kept.near == asked.near ? Alike::near : Alike::no;
}

Folding::Folding(const Words& words) {
    const auto simple = through("Traditional-Simplified", first_han, last_han);
    const auto sounds = lines_of(through("Han-Latin; Latin-ASCII; Lower", first_han, last_han));
    constexpr auto count = last_han - first_han + 1;
    base::ensure(
        simple.length() == static_cast<std::int32_t>(2 * count) && sounds.size() == count,
        "one letter, one letter and one syllable");
    Numbers syllables;
    Numbers near;
    for (std::uint32_t i = 0; i < count; ++i) {
        simplified_.push_back(simple.charAt(static_cast<std::int32_t>(2 * i)));
        auto& letter = han_.emplace_back(Letter{first_han + i});
        if (!is_syllable(sounds[i])) continue;
        letter.sound = syllables.of(sounds[i]);
        syllables_.resize(std::max<std::size_t>(syllables_.size(), letter.sound + 1U));
        syllables_[letter.sound] = sounds[i];
        letter.near = near.of(near_of(sounds[i]));
    }
    const auto each_han = [&](std::string_view text, auto change) {
        const auto signs = unicode(text);
        for (std::int32_t i = 0; i < signs.length(); ++i) {
            const char32_t sign = signs.charAt(i);
            if (sign >= first_han && sign <= last_han) change(han_[sign - first_han]);
        }
    };
    // One numeral is never taken for another: 第一 and 第二 are two firms.
    each_han(words.numerals, [](Letter& letter) { letter = {letter.sign}; });
    std::uint16_t group = 0;
    for (const auto& signs : words.look_alikes) {
        ++group;
        each_han(signs, [&](Letter& letter) { letter.look = group; });
    }
}

Letter Folding::letter(char32_t sign) const {
    if (sign < first_han || sign > last_han) return {sign};
    return han_[simplified_[sign - first_han] - first_han];
}

Letters Folding::fold(std::string_view text) const {
    auto status = U_ZERO_ERROR;
    const auto* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
    base::ensure(U_SUCCESS(status), "ICU has NFKC_Casefold");
    const auto folded = form->normalize(unicode(text.substr(0, 4'096)), status);
    base::ensure(U_SUCCESS(status), "ICU normalises any text");
    Letters made;
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const auto sign = static_cast<char32_t>(folded.char32At(i));
        if (opens.contains(sign)) {
            made.push_back({bracket_open});
        } else if (closes.contains(sign)) {
            made.push_back({bracket_close});
        } else if (illegibles.contains(sign)) {
            made.push_back({illegible_sign});
        } else if (u_isalnum(static_cast<UChar32>(sign)) != 0 || sign == U'〇') {
            made.push_back(letter(sign));
        }
    }
    return made;
}

std::string text_of(const Letters& letters) {
    icu::UnicodeString text;
    for (const auto& letter : letters)
        text.append(static_cast<UChar32>(letter.sign));
    std::string made;
    text.toUTF8String(made);
    return made;
}

} // namespace screen
