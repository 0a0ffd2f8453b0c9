#include "engine/lint/place.hpp"

namespace lint {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }

int characters_in(std::string_view text) {
    return static_cast<int>(std::count_if(text.begin(), text.end(), begins_character));
}

} // namespace

Finding placed(const rule::Tree& tree, rule::NodeIndex index, Kind kind) {
    const auto& node = tree.at(index);
    const std::string_view source = tree.source;
    const auto to = std::min(node.to, source.size());
    const auto from = std::min(node.from, to);
    const auto before = source.substr(0, from);
    const auto start = before.rfind('\n') + 1; // npos + 1 is 0
    Finding finding;
    finding.kind = kind;
    finding.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
    finding.column = 1 + characters_in(before.substr(start));
    finding.clause = source.substr(from, to - from);
    finding.length = std::max(1, characters_in(finding.clause));
    return finding;
}

} // namespace lint
