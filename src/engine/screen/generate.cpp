#include "engine/screen/generate.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <set>

namespace screen {
namespace {

using Text = std::u32string;

std::string utf8(const Text& signs) {
    Letters letters;
    for (const auto sign : signs)
        letters.push_back({sign});
    return text_of(letters);
}

// Signs as they stand, nothing folded.
Text typed_signs(std::string_view text) {
    Text made;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto size = byte < 0x80 ? 1U : byte < 0xe0 ? 2U : byte < 0xf0 ? 3U : 4U;
        char32_t sign = size == 1 ? byte : byte & (0xffU >> (size + 1U));
        for (std::size_t k = 1; k < size && i + k < text.size(); ++k)
            sign = (sign << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
        made += sign;
        i += size;
    }
    return made;
}

struct Parts {
    std::string division;
    Text trade;
    Text industry;
    std::string form;

    [[nodiscard]] std::string name() const {
        return division + utf8(trade) + utf8(industry) + form;
    }
};

// Draws what names are made of.
class Maker {
public:
    Maker(const Names& names, std::uint64_t seed)
        : names_(names)
        , random_(seed) {
        for (const auto& region : names.words().regions) {
            divisions_.push_back(region.name);
            divisions_.insert(divisions_.end(), region.inside.begin(), region.inside.end());
        }
        letters_ = typed_signs(names.words().trade_letters);
        // Any letter may stand in by mistake, not only those that trade names use.
        for (char32_t sign = 0x4e00; sign < 0x9fa6; ++sign) {
            const auto letter = names.folding().letter(sign);
            if (letter.sign != sign || letter.sound == 0) continue;
            alike_[{0, letter.sound}] += sign;
            alike_[{1, letter.near}] += sign;
            if (letter.look != 0) alike_[{2, letter.look}] += sign;
        }
    }

    // Letters at the front of the list are more usual than those at its end, as in life.
    char32_t letter() { return letters_[random_.below(1 + random_.below(letters_.size()))]; }

    Text trade() {
        const auto draw = random_.below(10);
        Text made;
        for (std::size_t left = draw < 6 ? 2 : draw < 8 ? 3 : 4; left > 0; --left)
            made += letter();
        return made;
    }

    std::string division() { return random_.pick(divisions_); }

    Text industry() { return typed_signs(random_.pick(names_.words().industries)); }

    Parts parts() {
        Parts made;
        if (random_.chance(90)) made.division = division();
        made.trade = trade();
        made.industry = industry();
        const auto& forms = names_.words().forms;
        made.form = random_.chance(90) ? forms.front().name : random_.pick(forms).name;
        return made;
    }

    // A letter that sounds (0), nearly sounds (1) or looks (2) like this one, and is another.
    std::optional<char32_t> alike_letter(char32_t sign, int how) {
        const auto letter = names_.folding().letter(sign);
        const auto key = how == 0 ? letter.sound : how == 1 ? letter.near : letter.look;
        if (key == 0) return std::nullopt;
        auto choice = alike_[{how, key}];
        std::erase_if(choice, [&](char32_t each) {
            const auto other = names_.folding().letter(each);
            return each == sign || (how == 1 && other.sound == letter.sound);
        });
        if (choice.empty()) return std::nullopt;
        return random_.pick(choice);
    }

    // Unlike in sound and look.
    char32_t unlike(char32_t sign) {
        for (;;) {
            const auto other = letter();
            if (alike(names_.folding().letter(sign), names_.folding().letter(other)) == Alike::no)
                return other;
        }
    }

    base::Random& random() { return random_; }

    [[nodiscard]] const Names& names() const { return names_; }

private:
    const Names& names_;
    base::Random random_;
    std::vector<std::string> divisions_;
    Text letters_;
    std::map<std::pair<int, std::uint16_t>, Text> alike_;
};

// What the table says of a name: which of its letters are which part.
std::optional<Parts> parts_of(const Names& names, const std::string& text) {
    const auto name = names.split(text);
    Parts made;
    made.division = text_of(name.division);
    made.trade = typed_signs(text_of(name.trade));
    made.industry = typed_signs(text_of(name.industry));
    if (name.form >= 0) made.form = names.form(name.form).name;
    if (made.trade.size() < 2 || !name.branch.empty()) return std::nullopt;
    return made;
}

Text core_of(const Parts& parts) { return parts.trade + parts.industry; }

// A place of the trade name and industry; letters of a short trade name are not touched where
// another letter would make another firm.
std::optional<std::string> change_core(Maker& maker, const Parts& parts, Kind kind) {
    auto core = core_of(parts);
    auto& random = maker.random();
    const auto rebuilt = [&] { return parts.division + utf8(core) + parts.form; };
    auto at = random.below(core.size());
    switch (kind) {
    case Kind::sound:
    case Kind::near_sound:
    case Kind::look: {
        const auto how = kind == Kind::sound ? 0 : kind == Kind::near_sound ? 1 : 2;
        const auto other = maker.alike_letter(core[at], how);
        if (!other) return std::nullopt;
        core[at] = *other;
        return rebuilt();
    }
    case Kind::swapped:
        at = random.below(core.size() - 1);
        if (core[at] == core[at + 1]) return std::nullopt;
        std::swap(core[at], core[at + 1]);
        return rebuilt();
    case Kind::lost:
        if (core.size() < 4) return std::nullopt;
        core.erase(at, 1);
        return rebuilt();
    case Kind::added: core.insert(at + 1, 1, maker.letter()); return rebuilt();
    case Kind::doubled: core.insert(at, 1, core[at]); return rebuilt();
    case Kind::illegible: core[at] = U'□'; return rebuilt();
    case Kind::other_letter:
        if (at < (parts.trade.size() < 4 ? parts.trade.size() : 2)) return std::nullopt;
        core[at] = maker.unlike(core[at]);
        return rebuilt();
    default: return std::nullopt;
    }
}

// Any place of the whole name, whatever stands there; a letter is any of Unicode's common block.
std::optional<std::string> change_blindly(Maker& maker, const std::string& name, Kind kind) {
    auto signs = typed_signs(name);
    if (signs.size() < 4) return std::nullopt;
    auto& random = maker.random();
    const auto any = [&] { return static_cast<char32_t>(0x4e00 + random.below(0x51a6)); };
    const auto at = random.below(signs.size());
    switch (kind) {
    case Kind::blind_lost: signs.erase(at, 1); break;
    case Kind::blind_added: signs.insert(at, 1, any()); break;
    case Kind::blind_doubled: signs.insert(at, 1, signs[at]); break;
    case Kind::blind_swapped: std::swap(signs[at], signs[at > 0 ? at - 1 : 1]); break;
    case Kind::blind_letter: signs[at] = any(); break;
    case Kind::cut_short: signs.resize(signs.size() - 1 - random.below(3)); break;
    case Kind::in_pinyin: {
        std::string spelled;
        for (const auto& letter : maker.names().folding().fold(name))
            spelled += maker.names().folding().syllable(letter);
        if (spelled.empty()) return std::nullopt;
        return spelled;
    }
    default: return std::nullopt;
    }
    return utf8(signs);
}

std::string wide(const std::string& text) {
    Text made;
    for (const auto sign : typed_signs(text))
        made += sign > 0x20 && sign < 0x7f ? sign + 0xfee0 : sign;
    return utf8(made);
}

std::optional<std::string> traditional(const Folding& folding, const std::string& text) {
    auto signs = typed_signs(text);
    bool changed = false;
    for (auto& sign : signs) {
        for (char32_t other = 0x4e00; other < 0x9fa6; ++other) {
            if (other == sign || folding.letter(other).sign != sign) continue;
            sign = other;
            changed = true;
            break;
        }
    }
    if (!changed) return std::nullopt;
    return utf8(signs);
}

std::optional<std::string> change_form(Maker& maker, const Parts& parts, Kind kind) {
    if (parts.form.empty()) return std::nullopt;
    auto made = parts;
    auto form = typed_signs(parts.form);
    if (kind == Kind::no_form) {
        made.form.clear();
    } else if (kind == Kind::other_form) {
        made.form = maker.random().pick(maker.names().words().forms).name;
    } else if (kind == Kind::form_short) {
        const auto& forms = maker.names().words().forms;
        const auto known = std::ranges::find(forms, parts.form, &FormRow::name);
        if (known->also.empty()) return std::nullopt;
        made.form = maker.random().pick(known->also);
    } else {
        if (form.size() < 4) return std::nullopt;
        const auto at = maker.random().below(form.size());
        if (maker.random().chance(50)) {
            form.erase(at, 1);
        } else {
            const auto other = maker.alike_letter(form[at], 0);
            if (!other) return std::nullopt;
            form[at] = *other;
        }
        made.form = utf8(form);
    }
    return made.name();
}

std::optional<std::string> change_division(const Parts& parts, Kind kind) {
    if (parts.division.empty()) return std::nullopt;
    auto made = parts;
    if (kind == Kind::division_with_end) {
        made.division += "市";
        return made.name();
    }
    made.division.clear();
    if (kind == Kind::no_division) return made.name();
    return utf8(parts.trade) + "（" + parts.division + "）" + utf8(parts.industry) + parts.form;
}

std::optional<std::string> change_other(Maker& maker, const Parts& parts, Kind kind) {
    auto made = parts;
    switch (kind) {
    case Kind::other_trade: made.trade = maker.trade(); break;
    case Kind::other_letter_in_trade: {
        // Of four letters, one of the first two.
        const auto at = maker.random().below(std::min<std::size_t>(
            made.trade.size(), made.trade.size() < 4 ? made.trade.size() : 2));
        made.trade[at] = maker.unlike(made.trade[at]);
        break;
    }
    case Kind::other_division:
        if (made.division.empty()) return std::nullopt;
        made.division = maker.division();
        break;
    case Kind::other_industry: {
        if (made.industry.empty()) return std::nullopt;
        const auto other = maker.industry();
        const bool shares =
            std::ranges::any_of(other, [&](char32_t sign) { return made.industry.contains(sign); });
        if (shares) return std::nullopt;
        made.industry = other;
        break;
    }
    case Kind::another_firm: made = maker.parts(); break;
    default: return std::nullopt;
    }
    return made.name();
}

std::optional<std::string> change(Maker& maker, const std::string& name, Kind kind) {
    const auto parts = parts_of(maker.names(), name);
    if (!parts) return std::nullopt;
    switch (kind) {
    case Kind::same: return name;
    case Kind::no_division:
    case Kind::division_in_brackets:
    case Kind::division_with_end: return change_division(*parts, kind);
    case Kind::form_short:
    case Kind::no_form:
    case Kind::other_form:
    case Kind::form_slip: return change_form(maker, *parts, kind);
    case Kind::brackets_and_blanks:
        return " " + parts->division + " 【" + utf8(parts->trade) + "】 " + utf8(parts->industry) +
               "· " + parts->form;
    case Kind::full_width:
        return wide("(" + parts->division + ") " + utf8(core_of(*parts)) + parts->form);
    case Kind::traditional: return traditional(maker.names().folding(), name);
    case Kind::two_slips: {
        const auto first = change_division(*parts, Kind::no_division);
        const auto rest = first ? parts_of(maker.names(), *first) : std::nullopt;
        return rest ? change_core(maker, *rest, Kind::sound) : std::nullopt;
    }
    case Kind::blind_lost:
    case Kind::blind_added:
    case Kind::blind_doubled:
    case Kind::blind_swapped:
    case Kind::blind_letter:
    case Kind::cut_short:
    case Kind::in_pinyin: return change_blindly(maker, name, kind);
    case Kind::other_trade:
    case Kind::other_letter_in_trade:
    case Kind::other_division:
    case Kind::other_industry:
    case Kind::another_firm: return change_other(maker, *parts, kind);
    case Kind::sound:
    case Kind::near_sound:
    case Kind::look:
    case Kind::swapped:
    case Kind::lost:
    case Kind::added:
    case Kind::doubled:
    case Kind::illegible:
    case Kind::other_letter: return change_core(maker, *parts, kind);
    }
    return std::nullopt;
}

using Firm = std::pair<std::string, std::string>; // trade name, industry

// Which firms are listed, and in which divisions: so that an other firm is none of them.
class Listed {
public:
    Listed(const Names& names, std::span<const Entry> entries)
        : names_(names) {
        for (const auto& entry : entries) {
            const auto name = names.split(entry.name);
            firms_[firm(name)].push_back(name);
        }
    }

    [[nodiscard]] bool has(const std::string& text) const {
        const auto name = names_.split(text);
        const auto same = firms_.find(firm(name));
        if (same == firms_.end()) return false;
        return std::ranges::any_of(same->second, [&](const Name& each) {
            return each.division.empty() || name.division.empty() ||
                   names_.areas(each.area, name.area) != Areas::apart;
        });
    }

private:
    static Firm firm(const Name& name) { return {text_of(name.trade), text_of(name.industry)}; }

    const Names& names_;
    std::map<Firm, std::vector<Name>> firms_;
};

} // namespace

std::vector<Entry> generate_entries(const Names& names, std::size_t count, std::uint64_t seed) {
    Maker maker(names, seed);
    std::set<std::string> known;
    std::vector<Entry> made;
    while (made.size() < count) {
        auto name = maker.parts().name();
        if (!known.insert(name).second) continue;
        Entry entry;
        entry.name = std::move(name);
        entry.list = List::black;
        entry.source = "合成 / synthetic";
        entry.line = static_cast<std::int64_t>(made.size()) + 2;
        made.push_back(std::move(entry));
    }
    return made;
}

std::vector<Slip> perturb(
    const Names& names, std::span<const Entry> entries, std::size_t each, std::uint64_t seed) {
    std::vector<Slip> made;
    if (entries.empty()) return made;
    Maker maker(names, seed);
    const Listed listed(names, entries);
    std::vector<Kind> kinds;
    for (int number = 0; number <= static_cast<int>(Kind::another_firm); ++number)
        kinds.push_back(static_cast<Kind>(number));
    // Blind ones last, since what is drawn before must not hang on them.
    std::ranges::stable_partition(
        kinds, [](Kind kind) { return kind < first_blind || kind >= first_other; });
    for (const auto kind : kinds) {
        std::size_t taken = 0;
        for (std::size_t turn = 0; taken < each && turn < 20 * each; ++turn) {
            const auto& entry = entries[maker.random().below(entries.size())];
            auto name = change(maker, entry.name, kind);
            if (!name || (kind != Kind::same && *name == entry.name)) continue;
            const bool other = kind >= first_other;
            if (other && listed.has(*name)) continue;
            made.push_back({*std::move(name), kind, other ? 0 : entry.line});
            ++taken;
        }
    }
    return made;
}

void Measure::count(Kind kind, bool found) {
    auto& row = kinds_[kind];
    row.kind = kind;
    ++row.asked;
    row.found += found ? 1 : 0;
}

Measured Measure::measured() const {
    Measured made;
    for (const auto& [kind, row] : kinds_) {
        made.kinds.push_back(row);
        const bool drawn = kind < first_blind;
        const bool blind = !drawn && kind < first_other;
        (drawn ? made.listed : blind ? made.blind : made.others) += row.asked;
        (drawn ? made.listed_found : blind ? made.blind_found : made.others_found) += row.found;
    }
    return made;
}

} // namespace screen
