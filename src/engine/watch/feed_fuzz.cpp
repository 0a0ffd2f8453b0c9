// Whatever table comes as transactions: rows are taken or refused with a code and a cure, amounts
// and times stay within what the windows can add up, and every decision is one line.
#include "engine/table/csv.hpp"
#include "engine/watch/feed.hpp"

namespace {

watch::Book book() {
    watch::Book book;
    book.counted.push_back(
        {"day_sum",
         {"日金额", "day sum"},
         watch::Aggregate::sum,
         "amount",
         {"payer"},
         {},
         "1d",
         "",
         0});
    book.rules.push_back({"much", {"多", "much"}, "day_sum >= 100元", "day_sum", "", false});
    book.rules.push_back(
        {"cycle", {"回流", "cycle"}, "cycle_length >= 3", "cycle_length", "", false});
    book.typologies.push_back(
        {"much", {"多", "much"}, {{"much", 60}, {"cycle", 60}}, 60, "payer", "", 0});
    return book;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const watch::Book rules = book();
    auto made = watch::Watch::make(rules);
    base::ensure(made.has_value(), "the rules are sound");
    const auto source = table::open_csv_text({reinterpret_cast<const char*>(bytes), size});
    if (!source) return 0;
    auto feed = watch::Feed::open(**source, **made, rules, {});
    if (!feed) {
        base::ensure(!feed.error().cure.zh.empty(), "a refusal names its cure");
        return 0;
    }
    watch::Given given;
    watch::Refused refused;
    while (true) {
        const auto next = feed->next(given, refused);
        if (!next || *next == watch::Feed::Next::end) return 0;
        if (*next == watch::Feed::Next::refused) {
            base::ensure(!refused.code.empty() && !refused.cure.zh.empty(), "a row's cure");
            continue;
        }
        (*made)->take(given, [](std::string_view line) {
            base::ensure(line.find('\n') == std::string_view::npos, "a record is one line");
        });
    }
}
