#include "engine/screen/name.hpp"

#include <algorithm>
#include <array>

namespace screen {
namespace {

std::u32string signs_of(const Letters& letters, std::size_t from = 0, std::size_t count = 64) {
    std::u32string made;
    for (auto i = from; i < std::min(letters.size(), from + count); ++i)
        made += letters[i].sign;
    return made;
}

bool sounds_same(const Letter& one, const Letter& other) {
    return one.sign == other.sign || (one.sound != 0 && one.sound == other.sound);
}

Letters part(const Letters& letters, std::size_t from, std::size_t to) {
    return {
        letters.begin() + static_cast<std::ptrdiff_t>(from),
        letters.begin() + static_cast<std::ptrdiff_t>(to)};
}

void cut(Letters& letters, std::size_t from, std::size_t to) {
    letters.erase(
        letters.begin() + static_cast<std::ptrdiff_t>(from),
        letters.begin() + static_cast<std::ptrdiff_t>(to));
}

// Whether `written`, the end of a name, is `form` with one letter lost, doubled, changed for
// another, or two neighbours swapped; letters that sound the same are the same.
bool one_slip(std::span<const Letter> written, std::span<const Letter> form) {
    std::size_t front = 0;
    const auto shorter = std::min(written.size(), form.size());
    while (front < shorter && sounds_same(written[front], form[front]))
        ++front;
    std::size_t back = 0;
    while (back < shorter - front &&
           sounds_same(written[written.size() - 1 - back], form[form.size() - 1 - back]))
        ++back;
    const auto left_written = written.size() - front - back;
    const auto left_form = form.size() - front - back;
    if (left_written <= 1 && left_form <= 1) return true;
    return left_written == 2 && left_form == 2 && sounds_same(written[front], form[front + 1]) &&
           sounds_same(written[front + 1], form[front]);
}

} // namespace

Names::Names(const Vocabulary& vocabulary)
    : words_(vocabulary.words)
    , folding_(words_) {
    const auto folded = [&](const std::string& text) { return signs_of(folding_.fold(text)); };
    for (const auto& end : words_.district_ends)
        district_ends_.push_back(folded(end));
    for (const auto& word : words_.not_districts)
        not_districts_.push_back(folded(word));
    for (const auto& industry : words_.industries) {
        const auto signs = folded(industry);
        industries_.emplace(signs, 0);
        longest_industry_ = std::max(longest_industry_, signs.size());
    }
    for (const auto& branch : words_.branches)
        branches_.push_back(folding_.fold(branch));
    add_areas(vocabulary);
    add_forms();
}

int Names::add_area(std::string_view name, int above) {
    const auto signs = signs_of(folding_.fold(name));
    if (const auto known = areas_.find(signs); known != areas_.end()) return known->second;
    const auto number = static_cast<int>(above_.size());
    above_.push_back(above);
    auto bare = signs;
    for (const auto& end : words_.region_ends) {
        const auto tail = signs_of(folding_.fold(end));
        if (bare.size() >= tail.size() + 2 && bare.ends_with(tail))
            bare.resize(bare.size() - tail.size());
    }
    shortest_.push_back(bare);
    areas_.emplace(signs, number);
    areas_.emplace(bare, number);
    longest_area_ = std::max(longest_area_, signs.size());
    for (const auto& end : words_.region_ends) {
        const auto whole = bare + signs_of(folding_.fold(end));
        areas_.emplace(whole, number);
        longest_area_ = std::max(longest_area_, whole.size());
    }
    return number;
}

// Towns and districts are known by their whole names only: 大云 alone may be a trade name.
void Names::add_areas(const Vocabulary& vocabulary) {
    const auto whole_country = add_area("中国", -1);
    for (const auto& region : words_.regions) {
        const auto province = add_area(region.name, whole_country);
        for (const auto& city : region.inside)
            (void)add_area(city, province);
    }
    std::map<std::string, int> by_code;
    auto rows = vocabulary.areas;
    std::ranges::stable_sort(rows, {}, [](const Area& area) { return area.code.size(); });
    for (const auto& row : rows) {
        auto above = whole_country;
        for (const auto size : {std::size_t{2}, std::size_t{4}, std::size_t{6}})
            if (size < row.code.size())
                if (const auto around = by_code.find(row.code.substr(0, size));
                    around != by_code.end())
                    above = around->second;
        if (row.code.size() <= 4) {
            by_code.try_emplace(row.code, add_area(row.name, above));
            continue;
        }
        const auto signs = signs_of(folding_.fold(row.name));
        const auto [at, added] = areas_.try_emplace(signs, static_cast<int>(above_.size()));
        if (added) {
            above_.push_back(above);
            shortest_.push_back(signs);
            longest_area_ = std::max(longest_area_, signs.size());
            const bool is_county = signs.ends_with(U'县') || signs.ends_with(U'市');
            if (is_county && signs.size() >= 3) {
                shortest_.back().pop_back();
                areas_.try_emplace(shortest_.back(), at->second);
            }
        }
        by_code.try_emplace(row.code, at->second);
    }
}

void Names::add_forms() {
    for (std::size_t i = 0; i < words_.forms.size(); ++i) {
        const auto number = static_cast<int>(i);
        forms_.push_back({folding_.fold(words_.forms[i].name), number, false});
        for (const auto& also : words_.forms[i].also)
            forms_.push_back({folding_.fold(also), number, true});
    }
    std::ranges::stable_sort(forms_, std::ranges::greater{}, [](const Writing& writing) {
        return writing.letters.size();
    });
}

bool Names::ends_with(const Letters& letters, const Letters& end) const {
    return letters.size() >= end.size() && std::ranges::equal(
                                               std::span(letters).last(end.size()),
                                               end,
                                               std::equal_to{},
                                               &Letter::sign,
                                               &Letter::sign);
}

Names::Found Names::form_exactly(const Letters& letters, std::size_t least) const {
    for (const auto& each : forms_)
        if (each.letters.size() >= least && ends_with(letters, each.letters))
            return {each.letters.size(), each.form, each.also, false};
    return {};
}

// Fewer letters first, so that a letter of the trade name is not taken for one of the form.
Names::Found Names::form_with_a_slip(const Letters& letters) const {
    struct Way {
        int more_letters;
        bool slip; // else only letters that sound the same
    };

    constexpr std::array ways{Way{0, false}, Way{-1, true}, Way{0, true}, Way{1, true}};
    constexpr std::size_t letters_least = 4;
    for (const auto& [more, slip] : ways) {
        for (const auto& each : forms_) {
            if (each.letters.size() < letters_least) break; // longest first
            const auto size =
                static_cast<std::size_t>(static_cast<int>(each.letters.size()) + more);
            if (letters.size() < size + 1) continue;
            const auto written = std::span(letters).last(size);
            const bool fits = slip ? one_slip(written, each.letters)
                                   : std::ranges::equal(written, each.letters, sounds_same);
            if (fits) return {size, each.form, each.also, true};
        }
    }
    return {};
}

Names::Found Names::form_at_end(const Letters& letters) const {
    if (auto found = form_exactly(letters, 4); found.form >= 0) return found;
    if (auto found = form_with_a_slip(letters); found.form >= 0) return found;
    return form_exactly(letters, 1);
}

// A division in brackets is taken out; what else stands in brackets behind a form is a remark; the
// rest stays where it stands.
void Names::take_brackets(Letters& letters, Name& name) const {
    Letters plain;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        if (letters[i].sign == bracket_close) continue;
        if (letters[i].sign != bracket_open) {
            plain.push_back(letters[i]);
            continue;
        }
        auto end = i + 1;
        while (end < letters.size() && letters[end].sign != bracket_close &&
               letters[end].sign != bracket_open)
            ++end;
        const auto inner = part(letters, i + 1, end);
        const auto area = areas_.find(signs_of(inner));
        if (area != areas_.end() && !inner.empty() && (plain.size() + letters.size() - end) > 2) {
            if (name.area < 0 || above(name.area, area->second)) name.area = area->second;
            i = end;
            continue;
        }
        auto joined = plain;
        joined.insert(joined.end(), inner.begin(), inner.end());
        const bool is_last = end + 1 >= letters.size();
        const auto before = form_exactly(plain, 3);
        const bool makes_form = form_exactly(joined, inner.size()).form >= 0;
        if (is_last && before.form >= 0 && plain.size() > before.letters && !makes_form) break;
    }
    letters = std::move(plain);
}

void Names::take_form(Letters& letters, Name& name) const {
    for (const auto& branch : branches_) {
        if (!ends_with(letters, branch)) continue;
        for (auto end = letters.size() - branch.size(); end > 2; --end) {
            const auto found = form_exactly(part(letters, 0, end), 4);
            if (found.form < 0 || found.letters >= end) continue;
            name.branch = text_of(part(letters, end, letters.size()));
            letters.resize(end);
            break;
        }
        break;
    }
    const auto found = form_at_end(letters);
    if (found.form < 0 || found.letters >= letters.size()) return;
    name.form = found.form;
    name.form_also = found.also;
    name.form_odd = found.odd;
    letters.resize(letters.size() - found.letters);
}

bool Names::above(int area, int other) const {
    while (other >= 0 && other != area)
        other = above_[static_cast<std::size_t>(other)];
    return other == area;
}

// Letters of the longest known division there that lies inside `area` (-1: anywhere).
std::size_t Names::known_division(const Letters& letters, std::size_t from, int& area) const {
    for (auto size = std::min(longest_area_, letters.size() - from); size >= 2; --size) {
        const auto found = areas_.find(signs_of(letters, from, size));
        if (found == areas_.end() || letters.size() - from - size < 2) continue;
        if (area >= 0 && !above(area, found->second)) continue;
        area = found->second;
        return size;
    }
    return 0;
}

std::size_t Names::unknown_division(const Letters& letters, std::size_t from) const {
    for (std::size_t size = 3; size <= 5 && from + size + 2 <= letters.size(); ++size) {
        const auto signs = signs_of(letters, from, size);
        const auto ends = [&](const std::u32string& end) {
            return signs.size() >= end.size() + 2 && signs.ends_with(end);
        };
        if (!std::ranges::any_of(district_ends_, ends)) continue;
        const auto is_other = [&](const std::u32string& word) {
            return signs.contains(word) || signs_of(letters, from, size + 1).ends_with(word);
        };
        return std::ranges::any_of(not_districts_, is_other) ? 0 : size;
    }
    return 0;
}

void Names::take_divisions(Letters& letters, Name& name) const {
    std::size_t at = 0;
    while (at < letters.size()) {
        auto area = name.area;
        const auto size = known_division(letters, at, area);
        if (size == 0) break;
        name.area = area;
        at += size;
    }
    if (name.area >= 0)
        for (const auto sign : shortest_[static_cast<std::size_t>(name.area)])
            name.division.push_back(folding_.letter(sign));
    if (at < letters.size()) {
        if (const auto size = unknown_division(letters, at); size > 0) {
            // An unknown one inside a known one says little more; alone it is all there is.
            if (name.area < 0) name.division = part(letters, at, at + size - 1);
            at += size;
        }
    }
    cut(letters, 0, at);
}

std::size_t Names::industry_letters(const Letters& letters) const {
    constexpr std::size_t trade_least = 2;
    std::size_t taken = 0;
    for (;;) {
        const auto left = letters.size() - taken;
        std::size_t step = 0;
        for (auto size = std::min(longest_industry_, left); size >= 2 && step == 0; --size)
            if (left >= size + trade_least &&
                industries_.contains(signs_of(letters, left - size, size)))
                step = size;
        if (step == 0) return taken;
        taken += step;
    }
}

Name Names::split(std::string_view text) const {
    Name name;
    auto letters = folding_.fold(text);
    if (letters.size() > letters_most) letters.resize(letters_most);
    take_brackets(letters, name);
    take_form(letters, name);
    take_divisions(letters, name);
    constexpr std::size_t trade_most = 4; // what is longer says what the firm does
    const auto industry = std::max(
        industry_letters(letters), letters.size() > trade_most ? letters.size() - trade_most : 0);
    const auto trade = letters.size() - industry;
    name.trade = part(letters, 0, trade);
    name.industry = part(letters, trade, letters.size());
    return name;
}

Areas Names::areas(int one, int other) const {
    if (one < 0 || other < 0) return Areas::unknown;
    if (one == other) return Areas::same;
    if (above(one, other) || above(other, one)) return Areas::inside;
    return Areas::apart;
}

} // namespace screen
