#include "engine/rule/pattern.hpp"

#include <re2/re2.h>

#include <map>

namespace rule {
namespace {

// Enough for what people write; a pattern that needs more is refused rather than slow.
constexpr std::int64_t memory_limit_bytes = 1 << 20;

RE2::Options options() {
    RE2::Options made;
    made.set_log_errors(false);
    made.set_max_mem(memory_limit_bytes);
    return made;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

} // namespace

struct Patterns::Inside {
    std::map<std::string, std::unique_ptr<RE2>, std::less<>> kept;
};

Patterns::Patterns()
    : inside_(std::make_unique<Inside>()) {}

Patterns::~Patterns() = default;

std::string Patterns::keep(std::string_view pattern) {
    auto compiled = std::make_unique<RE2>(piece(pattern), options());
    if (!compiled->ok()) return compiled->error();
    inside_->kept.insert_or_assign(std::string(pattern), std::move(compiled));
    return {};
}

bool Patterns::kept(std::string_view pattern) const { return inside_->kept.contains(pattern); }

std::optional<bool> Patterns::found(std::string_view pattern, std::string_view text) const {
    const auto kept = inside_->kept.find(pattern);
    if (kept != inside_->kept.end()) return RE2::PartialMatch(piece(text), *kept->second);
    const RE2 compiled(piece(pattern), options());
    if (!compiled.ok()) return std::nullopt;
    return RE2::PartialMatch(piece(text), compiled);
}

} // namespace rule
