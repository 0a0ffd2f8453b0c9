#include "base/json.hpp"

namespace fuzz_shape {

struct Line {
    base::Money amount;
    std::optional<base::Rate> rate;
};
BOOST_DESCRIBE_STRUCT(Line, (), (amount, rate))

struct Whole {
    base::Id<base::Need> id;
    std::string name;
    std::int32_t count = 0;
    std::optional<base::Date> day;
    std::optional<base::Instant> at;
    std::optional<base::Period> period;
    std::vector<Line> lines;
    std::map<std::string, base::Text> texts;
};
BOOST_DESCRIBE_STRUCT(Whole, (), (id, name, count, day, at, period, lines, texts))

} // namespace fuzz_shape

// Any bytes: an Error that names a place, or a value whose text reads back to the same text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const auto whole = base::json::from_text<fuzz_shape::Whole>(text);
    if (!whole) {
        base::ensure(!whole.error().message.zh.empty(), "a refusal says why");
        return 0;
    }
    const auto once = base::json::text(*whole);
    const auto again = base::json::from_text<fuzz_shape::Whole>(once);
    base::ensure(again.has_value(), "what was written reads back");
    base::ensure(base::json::text(*again) == once, "and writes the same");
    return 0;
}
