#include "engine/screen/screen.hpp"

// Any bytes: parts, no crash; what has a letter has a trade name, and a name is found as itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const screen::Names names = [] {
        screen::Vocabulary vocabulary;
        auto& words = vocabulary.words;
        words.regions = {{"浙江", {"嘉兴", "杭州"}}, {"上海", {}}};
        words.region_ends = {"省", "市"};
        words.district_ends = {"县", "区"};
        words.not_districts = {"区块"};
        words.forms = {
            {"有限公司", "limited", {"有限责任公司", "公司"}},
            {"合伙企业", "partnership", {"有限合伙", "合伙企业有限合伙"}},
            {"厂", "factory", {}}};
        words.branches = {"分公司"};
        words.industries = {"纺织", "科技", "电子", "电子科技"};
        words.look_alikes = {"未末", "己已巳"};
        words.numerals = "一二三";
        vocabulary.areas = {{"330421", "嘉善县"}, {"330421103", "西塘镇"}};
        return screen::Names(vocabulary);
    }();
    const std::string text(reinterpret_cast<const char*>(bytes), std::min<std::size_t>(size, 256));
    const auto name = names.split(text);
    if (name.trade.empty()) {
        base::ensure(name.industry.empty() && name.form < 0, "no trade name, nothing else");
        return 0;
    }
    const screen::Screen screen(names, {screen::Entry{.name = text}});
    screen::Screen::Work work;
    const auto answer = screen.ask({text, {}}, base::Date::of(2023, 6, 30), 1, work);
    base::ensure(
        answer.hits.size() == 1 && answer.hits[0].score == screen::points_most,
        "a name is found as itself");
    return 0;
}
