// Guarantee circles (担保圈): firms that guarantee one another in a ring, all at the same time.
#pragma once

#include "engine/graph/structure.hpp"

#include <array>

namespace graph {

inline constexpr std::size_t longest_circle = 6;

// Different firms, each tied to the next and the last to the first; begins at the firm of the
// smallest number.
struct Circle {
    std::array<Place, longest_circle> ties{};
    std::uint8_t length = 0;
    Place stretch = 0; // where the days on which all its ties hold begin in Circles::days
    std::uint32_t stretches = 0;

    [[nodiscard]] std::span<const Place> all() const { return std::span(ties).first(length); }
};

struct Circles {
    std::vector<Circle> list; // short ones first, then by ties; each once
    std::vector<Days> days;
    bool complete = true; // false: there are more than were asked for

    [[nodiscard]] std::span<const Days> days_of(const Circle& circle) const {
        return std::span(days).subspan(circle.stretch, circle.stretches);
    }
};

// Every simple directed cycle of 2 to 6 firms whose ties hold together on at least one day; at most
// `most`, since a ring of thirty in which everyone guarantees everyone has 10⁸ of them.
[[nodiscard]] Circles find_circles(
    const Graph& graph, const Components& components, std::size_t most = 1'000'000);

} // namespace graph
