#include "engine/screen/screen.hpp"

#include "engine/reference/credit_code.hpp"

#include <algorithm>
#include <ranges>

namespace screen {
namespace {

constexpr std::size_t other_classes = 1'024; // letters without a sound: digits, Latin, rare ones

std::size_t illegible_letters(const Name& name) {
    const auto count = [](const Letters& letters) {
        return std::ranges::count(letters, illegible_sign, &Letter::sign);
    };
    return static_cast<std::size_t>(
        count(name.trade) + count(name.industry) + count(name.division));
}

bool is_sound(const std::string& text) {
    const auto code = reference::CreditCode::parse(text);
    return code && code->outcome() == reference::CodeOutcome::valid;
}

} // namespace

Screen::Screen(const Names& names, std::vector<Entry> entries)
    : names_(names)
    , entries_(std::move(entries)) {
    count_classes();
    keep_letters();
    for (std::size_t i = 0; i < entries_.size(); ++i)
        brief(i);
    briefs_.emplace_back().first = static_cast<std::uint32_t>(classes_.size());
    post();
}

void Screen::keep_letters() {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        if (!entries_[i].code.empty())
            codes_[entries_[i].code].push_back(static_cast<std::uint32_t>(i));
        auto& kept = kept_.emplace_back();
        kept.name = names_.split(entries_[i].name);
        const auto letters = weighed(kept.name);
        kept.first = static_cast<std::uint32_t>(letters_.size());
        kept.count = static_cast<std::uint32_t>(letters.size());
        letters_.insert(letters_.end(), letters.begin(), letters.end());
    }
}

void Screen::count_classes() {
    const auto& folding = names_.folding();
    for (char32_t sign = 0x3400; sign <= 0x9fff; ++sign) {
        const auto letter = folding.letter(sign);
        near_classes_ = std::max<std::size_t>(near_classes_, letter.near + 1U);
        look_classes_ = std::max<std::size_t>(look_classes_, letter.look + 1U);
    }
}

// Letters that are alike in any way share a class.
template <class Use>
void Screen::each_class(const Letter& letter, const Use& use) const {
    if (letter.near != 0) {
        use(letter.near);
    } else {
        use(near_classes_ + look_classes_ + letter.sign % other_classes);
    }
    if (letter.look != 0) use(near_classes_ + letter.look);
}

void Screen::brief(std::size_t entry) {
    const auto& kept = kept_[entry];
    auto& made = briefs_.emplace_back();
    made.first = static_cast<std::uint32_t>(classes_.size());
    made.area = static_cast<std::int16_t>(kept.name.area);
    made.most = static_cast<std::int16_t>(points_most - least_score(kept.name.trade.size()));
    int gaps = 0;
    int saves = 0;
    for (const auto& each : std::span(letters_).subspan(kept.first, kept.count)) {
        if (each.part == Part::division) continue;
        Classes classes;
        classes.gap = each.gap;
        classes.illegible_saves = static_cast<std::int16_t>(each.gap - each.weight / 4 + 1);
        bool is_first = true;
        each_class(each.letter, [&](std::size_t at) {
            classes.other = static_cast<std::uint16_t>(at);
            if (is_first) classes.one = classes.other;
            is_first = false;
        });
        classes_.push_back(classes);
        if (each.part != Part::trade_name) continue;
        gaps += each.gap;
        saves = std::max<int>(saves, classes.illegible_saves);
    }
    made.trade_needed = static_cast<std::int16_t>(gaps - made.most);
    made.one_illegible = static_cast<std::int16_t>(saves);
    if (kept.count > 0 && made.trade_needed <= made.one_illegible)
        loners_.push_back(static_cast<std::uint32_t>(entry));
}

void Screen::post() {
    const auto each_posting = [&](const auto& use) {
        for (std::uint32_t i = 0; i < kept_.size(); ++i)
            for (const auto& each : std::span(letters_).subspan(kept_[i].first, kept_[i].count))
                if (each.part == Part::trade_name)
                    each_class(each.letter, [&](std::size_t at) { use(at, i, each.gap); });
    };
    starts_.assign(near_classes_ + look_classes_ + other_classes + 1, 0);
    each_posting([&](std::size_t at, std::uint32_t, std::int16_t) { ++starts_[at + 1]; });
    for (std::size_t i = 1; i < starts_.size(); ++i)
        starts_[i] += starts_[i - 1];
    postings_.resize(starts_.back());
    auto next = starts_;
    each_posting([&](std::size_t at, std::uint32_t entry, std::int16_t gap) {
        postings_[next[at]++] = {entry, gap};
    });
}

void Screen::mark(const Name& asked, bool on, Work& work) const {
    for (const auto* letters : {&asked.division, &asked.trade, &asked.industry})
        for (const auto& letter : *letters)
            each_class(letter, [&](std::size_t at) { work.asked[at] = on ? 1 : 0; });
}

// Entries whose trade name shares enough with what is asked for.
void Screen::gather(const Name& asked, std::size_t illegible, Work& work) const {
    work.touched.clear();
    if (illegible > 1) {
        for (std::uint32_t i = 0; i < kept_.size(); ++i)
            work.touched.push_back(i);
        return;
    }
    std::vector<std::size_t> classes;
    for (const auto* letters : {&asked.division, &asked.trade, &asked.industry})
        for (const auto& letter : *letters)
            each_class(letter, [&](std::size_t at) { classes.push_back(at); });
    std::ranges::sort(classes);
    const auto repeated = std::ranges::unique(classes);
    classes.erase(repeated.begin(), repeated.end());
    std::vector<std::uint32_t> met;
    for (const auto at : classes) {
        for (auto i = starts_[at]; i < starts_[at + 1]; ++i) {
            auto& shared = work.shared[postings_[i].entry];
            if (shared == 0) met.push_back(postings_[i].entry);
            shared = static_cast<std::uint16_t>(shared + postings_[i].gap);
        }
    }
    for (const auto entry : met) {
        const auto& told = briefs_[entry];
        if (told.area >= 0 && work.apart[static_cast<std::size_t>(told.area)] != 0) continue;
        const auto needed = told.trade_needed - (illegible > 0 ? told.one_illegible : 0);
        if (work.shared[entry] >= needed) work.touched.push_back(entry);
    }
    if (illegible > 0)
        for (const auto entry : loners_)
            if (work.shared[entry] == 0) work.touched.push_back(entry);
    for (const auto entry : met)
        work.shared[entry] = 0;
}

// What letters cost at least that share no class with any that is asked for.
bool Screen::may_reach(
    std::uint32_t entry, std::size_t illegible, int most, const Work& work) const {
    int cost = 0;
    int dearest = 0;
    for (auto i = briefs_[entry].first; i < briefs_[entry + 1].first; ++i) {
        const auto& classes = classes_[i];
        if (work.asked[classes.one] != 0 || work.asked[classes.other] != 0) continue;
        cost += classes.gap;
        dearest = std::max<int>(dearest, classes.illegible_saves);
    }
    return cost - static_cast<int>(illegible) * dearest <= most;
}

// 0 when it costs more than `most`.
int Screen::score(const Kept& kept, const Name& asked, int most, Work& work) const {
    const auto by_itself = apart(names_, kept.name, asked);
    const auto left = most - by_itself.cost();
    if (left < 0) return 0;
    const auto cost = work.alignment.cost(
        std::span(letters_).subspan(kept.first, kept.count),
        kept.name,
        asked,
        by_itself.align_divisions,
        left);
    return cost > left ? 0 : points_most - by_itself.cost() - cost;
}

bool Screen::is_other(const Entry& entry, const Question& question) const {
    return !entry.code.empty() && !question.code.empty() && entry.code != question.code &&
           is_sound(entry.code) && is_sound(question.code);
}

void Screen::by_code(const Question& question, base::Date on, std::vector<Hit>& hits) const {
    if (question.code.empty()) return;
    const auto found = codes_.find(question.code);
    if (found == codes_.end()) return;
    for (const auto entry : found->second)
        if (entries_[entry].holds(on)) hits.push_back({entry, points_most, {}});
}

void Screen::by_name(
    const Question& question,
    const Name& asked,
    base::Date on,
    std::vector<Hit>& hits,
    Answer& answer,
    Work& work) const {
    const auto illegible = illegible_letters(asked);
    work.apart.resize(names_.area_count());
    for (std::size_t i = 0; i < work.apart.size(); ++i)
        work.apart[i] = names_.areas(static_cast<int>(i), asked.area) == Areas::apart ? 1 : 0;
    gather(asked, illegible, work);
    mark(asked, true, work);
    for (const auto place : work.touched) {
        const auto most = briefs_[place].most;
        const auto& kept = kept_[place];
        if (kept.count == 0 || !may_reach(place, illegible, most, work)) continue;
        const auto& entry = entries_[place];
        if (!entry.holds(on)) continue;
        ++answer.aligned;
        const auto points = score(kept, asked, most, work);
        if (points == 0) continue;
        if (!question.code.empty() && (entry.code == question.code || is_other(entry, question)))
            continue;
        hits.push_back({place, points, {}});
    }
    mark(asked, false, work);
}

void Screen::explain(const Name& asked, Hit& hit, Work& work) const {
    const auto& kept = kept_[hit.entry];
    const auto by_itself = apart(names_, kept.name, asked);
    (void)work.alignment.cost(
        std::span(letters_).subspan(kept.first, kept.count),
        kept.name,
        asked,
        by_itself.align_divisions,
        points_most);
    hit.features = features(names_, kept.name, asked, by_itself, work.alignment);
}

Answer Screen::ask(const Question& question, base::Date on, std::size_t most, Work& work) const {
    work.shared.resize(entries_.size());
    work.asked.resize(starts_.size());
    Answer answer;
    auto& hits = answer.hits;
    by_code(question, on, hits);
    const auto codes = hits.size();
    const auto asked = names_.split(question.name);
    if (!asked.trade.empty()) by_name(question, asked, on, hits, answer, work);
    std::ranges::sort(
        hits.begin() + static_cast<std::ptrdiff_t>(codes), hits.end(), [](auto& one, auto& other) {
            return one.score != other.score ? one.score > other.score : one.entry < other.entry;
        });
    if (hits.size() > most) {
        answer.more = hits.size() - most;
        hits.resize(most);
    }
    for (std::size_t i = 0; i < hits.size(); ++i) {
        if (i >= codes) {
            explain(asked, hits[i], work);
            continue;
        }
        hits[i].features = {
            {Part::code,
             points_most,
             points_most,
             {"统一社会信用代码相同", "the unified social credit code is the same"}}};
    }
    return answer;
}

std::optional<Hit> Screen::judge(
    std::uint32_t entry, const Question& question, base::Date on, Work& work) const {
    const auto& kept = kept_[entry];
    if (!entries_[entry].holds(on)) return std::nullopt;
    if (!question.code.empty() && entries_[entry].code == question.code)
        return Hit{
            entry,
            points_most,
            {{Part::code,
              points_most,
              points_most,
              {"统一社会信用代码相同", "the unified social credit code is the same"}}}};
    const auto asked = names_.split(question.name);
    if (asked.trade.empty() || kept.count == 0 || is_other(entries_[entry], question))
        return std::nullopt;
    const auto points = score(kept, asked, briefs_[entry].most, work);
    if (points == 0) return std::nullopt;
    Hit hit{entry, points, {}};
    explain(asked, hit, work);
    return hit;
}

} // namespace screen
