#include "engine/column/dictionary.hpp"

#include <bit>

namespace column {
namespace {

constexpr std::size_t first_segment = 256;

struct Spot {
    std::size_t segment = 0;
    std::size_t offset = 0;
};

Spot spot_of(Code code) {
    const std::size_t segment =
        static_cast<std::size_t>(std::bit_width(code / first_segment + 1)) - 1;
    return {segment, code - first_segment * ((std::size_t{1} << segment) - 1)};
}

} // namespace

Dictionary::Dictionary(const rule::Attribute& attribute) {
    if (attribute.type != rule::Type::choice) return;
    for (const auto& choice : attribute.choices)
        code_of(choice.code);
}

rule::Value& Dictionary::place(Code code) const {
    const auto spot = spot_of(code);
    return segments_[spot.segment][spot.offset];
}

const rule::Value& Dictionary::at(Code code) const { return place(code); }

Code Dictionary::add(const rule::Value& value) {
    const auto code = static_cast<Code>(size_);
    const auto spot = spot_of(code);
    if (spot.offset == 0)
        segments_[spot.segment] = std::make_unique<rule::Value[]>(first_segment << spot.segment);
    place(code) = value;
    size_ += 1;
    return code;
}

Code Dictionary::code_of(const rule::Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        const auto found = texts_.find(*text);
        if (found != texts_.end()) return found->second;
        const auto code = add(value);
        texts_.emplace(*std::get_if<std::string>(&place(code)), code);
        return code;
    }
    auto key = std::to_string(value.index()) + ' ' + rule::to_json(value).text;
    const auto found = others_.find(key);
    if (found != others_.end()) return found->second;
    const auto code = add(value);
    others_.emplace(keys_.emplace_back(std::move(key)), code);
    return code;
}

} // namespace column
