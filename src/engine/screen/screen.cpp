#include "engine/screen/screen.hpp"

#include "engine/reference/credit_code.hpp"

#include <algorithm>
#include <bit>
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
    industries_.assign(2, 0); // the first one has no letters
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

Screen::Classes Screen::classes_of(const Weighed& letter) const {
    Classes made;
    if (letter.part != Part::division) {
        made.gap = letter.gap;
        made.illegible_saves = static_cast<std::int16_t>(letter.gap - letter.weight / 4 + 1);
    }
    bool is_first = true;
    each_class(letter.letter, [&](std::size_t at) {
        made.other = static_cast<std::uint16_t>(at);
        if (is_first) made.one = made.other;
        is_first = false;
    });
    return made;
}

std::uint16_t Screen::industry_of(std::size_t entry) {
    const auto& kept = kept_[entry];
    if (kept.name.industry.empty()) return 0;
    std::u32string signs;
    for (const auto& letter : kept.name.industry)
        signs += letter.sign;
    const auto number = industries_.size() - 1;
    const auto known = industry_numbers_.find(signs);
    if (known != industry_numbers_.end()) return known->second;
    if (number > 0xffff) return 0;
    industry_numbers_[signs] = static_cast<std::uint16_t>(number);
    for (const auto& each : std::span(letters_).subspan(kept.first, kept.count))
        if (each.part == Part::industry) industry_classes_.push_back(classes_of(each));
    industries_.push_back(static_cast<std::uint32_t>(industry_classes_.size()));
    return static_cast<std::uint16_t>(number);
}

void Screen::brief(std::size_t entry) {
    const auto& kept = kept_[entry];
    auto& made = briefs_.emplace_back();
    made.first = static_cast<std::uint32_t>(classes_.size());
    made.area = static_cast<std::int16_t>(kept.name.area);
    made.industry = industry_of(entry);
    made.most = static_cast<std::int16_t>(points_most - least_score(kept.name.trade.size()));
    int gaps = 0;
    int saves = 0;
    int strange = other_division_letter(kept.name.division.size());
    for (const auto& each : std::span(letters_).subspan(kept.first, kept.count)) {
        const auto classes = classes_of(each);
        classes_.push_back(classes);
        if (each.part != Part::division) strange = std::min<int>(strange, each.gap);
        if (each.part != Part::trade_name) continue;
        gaps += each.gap;
        saves = std::max<int>(saves, classes.illegible_saves);
    }
    made.trade_needed = static_cast<std::int16_t>(gaps - made.most);
    made.one_illegible = static_cast<std::int16_t>(saves);
    made.strange = static_cast<std::int16_t>(strange);
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
        const auto& told = briefs_[entry];
        postings_[next[at]++] = {
            entry, told.industry, told.area, gap, told.most, told.trade_needed, told.one_illegible};
    });
}

void Screen::mark(const Name& asked, bool on, Work& work) const {
    constexpr unsigned last = 15;
    const auto mark_one = [&](const Letter& letter, unsigned bit) {
        const auto bits = static_cast<std::uint16_t>(1U << bit);
        each_class(letter, [&](std::size_t at) {
            work.asked[at] = static_cast<std::uint16_t>(on ? work.asked[at] | bits : 0);
        });
        if (bit > 0 && letter.sign != illegible_sign) work.legible |= bits;
    };
    work.legible = 0;
    work.added = added_industry_letter(asked.industry.size());
    for (const auto& letter : asked.division)
        mark_one(letter, 0);
    unsigned bit = 0;
    for (const auto* letters : {&asked.trade, &asked.industry})
        for (const auto& letter : *letters)
            mark_one(letter, bit = std::min(bit + 1, last));
}

// What does not depend on an entry's trade name: where it lies and what its industry lacks.
void Screen::lay_out(const Name& asked, Work& work) const {
    work.apart.resize(names_.area_count() + 1);
    for (std::size_t i = 0; i < names_.area_count(); ++i)
        work.apart[i + 1] = names_.areas(static_cast<int>(i), asked.area) == Areas::apart ? 1 : 0;
    work.lacking.assign(industries_.size() - 1, {});
    for (std::size_t i = 0; i < work.lacking.size(); ++i) {
        auto& lacking = work.lacking[i];
        for (auto at = industries_[i]; at < industries_[i + 1]; ++at) {
            const auto& classes = industry_classes_[at];
            if (work.asked[classes.one] != 0 || work.asked[classes.other] != 0) continue;
            lacking.cost = static_cast<std::int16_t>(lacking.cost + classes.gap);
            lacking.illegible_saves = std::max(lacking.illegible_saves, classes.illegible_saves);
        }
    }
}

std::vector<std::size_t> Screen::classes_in(const Name& asked) const {
    std::vector<std::size_t> classes;
    for (const auto* letters : {&asked.division, &asked.trade, &asked.industry})
        for (const auto& letter : *letters)
            each_class(letter, [&](std::size_t at) { classes.push_back(at); });
    std::ranges::sort(classes);
    const auto repeated = std::ranges::unique(classes);
    classes.erase(repeated.begin(), repeated.end());
    return classes;
}

// Entries whose trade name shares enough with what is asked for, after what their industry costs.
void Screen::gather(const Name& asked, std::size_t illegible, Work& work) const {
    work.touched.clear();
    if (illegible > 1) {
        for (std::uint32_t i = 0; i < kept_.size(); ++i)
            work.touched.push_back(i);
        return;
    }
    work.met.clear();
    for (const auto at : classes_in(asked))
        gather_one(at, illegible > 0, work);
    if (illegible > 0)
        for (const auto entry : loners_)
            if (work.shared[entry] == 0) work.touched.push_back(entry);
    for (const auto entry : work.met)
        work.shared[entry] = 0;
}

void Screen::gather_one(std::size_t at, bool illegible, Work& work) const {
    for (auto i = starts_[at]; i < starts_[at + 1]; ++i) {
        const auto& posting = postings_[i];
        if (work.apart[static_cast<std::size_t>(posting.area + 1)] != 0) continue;
        const auto& lacking = work.lacking[posting.industry];
        const auto saves = illegible ? std::max(posting.one_illegible, lacking.illegible_saves) : 0;
        const auto industry = lacking.cost - saves;
        if (industry > posting.most) continue;
        // Once, when what is shared has become enough.
        const auto needed = std::max(posting.trade_needed + industry, 1);
        auto& shared = work.shared[posting.entry];
        const int before = shared;
        const auto now = before + posting.gap;
        shared = static_cast<std::uint16_t>(now);
        if (before == 0) work.met.push_back(posting.entry);
        if (before < needed && now >= needed) work.touched.push_back(posting.entry);
    }
}

// What letters cost at least that share no class with any of the other name. One that is asked for
// is added, or stands for another at twice what that one costs when it is lost.
bool Screen::may_reach(
    std::uint32_t entry, std::size_t illegible, int most, const Work& work) const {
    const auto& told = briefs_[entry];
    int cost = 0;
    int dearest = 0;
    unsigned met = 0;
    for (auto i = told.first; i < briefs_[entry + 1].first; ++i) {
        const auto& classes = classes_[i];
        const unsigned alike = work.asked[classes.one] | work.asked[classes.other];
        met |= alike;
        if (alike != 0) continue;
        cost += classes.gap;
        dearest = std::max<int>(dearest, classes.illegible_saves);
    }
    cost += std::popcount(work.legible & ~met) * std::min<int>(told.strange, work.added);
    return cost - static_cast<int>(illegible) * dearest <= most;
}

// Leaves those that may reach their threshold. They lie far apart, so each is sent for early.
void Screen::sift(std::size_t illegible, Work& work) const {
    constexpr std::size_t ahead = 8;
    auto& touched = work.touched;
    std::size_t left = 0;
    for (std::size_t i = 0; i < touched.size(); ++i) {
        if (i + 2 * ahead < touched.size()) __builtin_prefetch(&briefs_[touched[i + 2 * ahead]]);
        if (i + ahead < touched.size())
            __builtin_prefetch(&classes_[briefs_[touched[i + ahead]].first]);
        const auto place = touched[i];
        if (may_reach(place, illegible, briefs_[place].most, work)) touched[left++] = place;
    }
    touched.resize(left);
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
    mark(asked, true, work);
    lay_out(asked, work);
    gather(asked, illegible, work);
    sift(illegible, work);
    for (std::size_t i = 0; i < work.touched.size(); ++i) {
        if (i + 4 < work.touched.size()) {
            const auto& soon = kept_[work.touched[i + 4]];
            __builtin_prefetch(&soon);
            __builtin_prefetch(&soon.name.industry);
            __builtin_prefetch(&soon.count);
        }
        const auto place = work.touched[i];
        const auto most = briefs_[place].most;
        const auto& kept = kept_[place];
        const auto& entry = entries_[place];
        if (kept.count == 0 || !entry.holds(on)) continue;
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
