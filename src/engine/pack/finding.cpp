#include "engine/pack/finding.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pack {

Finding finding(
    Severity severity, const Place& place, std::string code, base::Text message, base::Text cure) {
    return {
        .severity = severity,
        .file = place.file,
        .line = place.line,
        .column = place.column,
        .code = std::move(code),
        .message = std::move(message),
        .cure = std::move(cure)};
}

bool any_error(const std::vector<Finding>& findings) {
    return std::ranges::any_of(
        findings, [](const Finding& found) { return found.severity == Severity::error; });
}

void sort(std::vector<Finding>& findings) {
    std::ranges::sort(findings, [](const Finding& a, const Finding& b) {
        return std::tie(a.file, a.line, a.column, a.severity, a.code, a.message.zh) <
               std::tie(b.file, b.line, b.column, b.severity, b.code, b.message.zh);
    });
}

namespace {

base::Text severity_label(Severity severity) {
    switch (severity) {
    case Severity::error: return {"错误", "error"};
    case Severity::warning: return {"警告", "warning"};
    case Severity::note: return {"提示", "note"};
    }
    base::bug("severity out of range");
}

const std::string& in(Language language, const base::Text& text) {
    return language == Language::zh ? text.zh : text.en;
}

std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

std::string report(const std::vector<Finding>& findings, Language language) {
    std::string out;
    std::size_t counts[3] = {};
    for (const auto& found : findings) {
        ++counts[static_cast<std::size_t>(found.severity)];
        out += found.file;
        if (found.line > 0)
            out += ':' + std::to_string(found.line) + ':' + std::to_string(found.column);
        out += ": " + in(language, severity_label(found.severity)) + ": " +
               in(language, found.message) + " [" + found.code + "]\n";
        if (const auto& cure = in(language, found.cure); !cure.empty())
            out += (language == Language::zh ? "    办法：" : "    cure: ") + cure + '\n';
    }
    const auto errors = std::to_string(counts[0]);
    const auto warnings = std::to_string(counts[1]);
    const auto notes = std::to_string(counts[2]);
    return out + (language == Language::zh
                      ? "错误 " + errors + "，警告 " + warnings + "，提示 " + notes + "\n"
                      : errors + " errors, " + warnings + " warnings, " + notes + " notes\n");
}

void Places::put(std::string pointer, Place place) {
    places_.insert_or_assign(std::move(pointer), std::move(place));
}

void Places::adopt(const Places& other, std::string_view from, const std::string& to) {
    const auto below = [](std::string_view pointer, std::string_view prefix) {
        return pointer.starts_with(prefix) &&
               (pointer.size() == prefix.size() || pointer[prefix.size()] == '/');
    };
    // Pointers that share the prefix as text stand together; those of a longer name ("/a/10" for
    // "/a/1") stand among them.
    for (auto i = places_.lower_bound(to); i != places_.end() && i->first.starts_with(to);)
        i = below(i->first, to) ? places_.erase(i) : std::next(i);
    for (auto i = other.places_.lower_bound(from);
         i != other.places_.end() && i->first.starts_with(from);
         ++i) {
        if (below(i->first, from))
            places_.insert_or_assign(to + i->first.substr(from.size()), i->second);
    }
}

Place Places::of(std::string_view pointer) const {
    while (true) {
        if (const auto found = places_.find(pointer); found != places_.end()) return found->second;
        const auto slash = pointer.rfind('/');
        if (slash == std::string_view::npos) return {};
        pointer = pointer.substr(0, slash);
    }
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t word_limit_bytes = 128; // the work grows with the square of the length
    if (word.size() > word_limit_bytes) return {};
    std::string best;
    auto fewest = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const auto& candidate : candidates) {
        if (candidate.size() > word_limit_bytes) continue;
        if (const auto count = edits(word, candidate); count < fewest) {
            fewest = count;
            best = candidate;
        }
    }
    return best;
}

std::string listed(const std::vector<std::string>& words, std::size_t most) {
    std::string out;
    for (std::size_t i = 0; i < words.size() && i < most; ++i)
        out += (i == 0 ? "" : ", ") + words[i];
    return words.size() > most ? out + " …" : out;
}

} // namespace pack
