// Invented names: of enterprises by place, brand, trade and form, and of persons. Put together from
// lists of syllables made for this; a likeness to a real firm or person is chance.
#pragma once

#include "app/demo_random.hpp"

#include <string>
#include <string_view>

namespace app::demo {

// `ordinal` makes the brand distinct: 2,304 brands of two syllables, then of three.
[[nodiscard]] std::string enterprise_name(
    Random& random, std::string_view place, std::string_view industry, std::size_t ordinal);
[[nodiscard]] std::string person_name(Random& random);
// A number of the county's area code that no exchange gives out.
[[nodiscard]] std::string phone_number(Random& random);

} // namespace app::demo
