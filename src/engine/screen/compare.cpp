#include "engine/screen/compare.hpp"

#include <algorithm>

namespace screen {
namespace {

constexpr int like_cost = 15; // per cent of a letter's points
constexpr int near_cost = 30;
constexpr int illegible_cost = 25;
constexpr int swap_cost = 20;
constexpr int gap_cost = 60;
constexpr int double_cost = 25;
constexpr int other_cost = 120;

constexpr int other_division = 270; // another place, another firm
constexpr int division_gap_points = 50;
// A firm that is listed without a division is known in the whole country; one of a place is more
// likely another.
constexpr int division_gap_asked = 120;
constexpr int division_gap_both = 135;
constexpr int division_weight_points = 225;

int per_cent(int of, int share) { return of * share / 100; }

std::int16_t small(int number) { return static_cast<std::int16_t>(number); }

std::size_t index(Part part) { return static_cast<std::size_t>(part); }

int trade_total(const Name& kept) {
    return kept.industry.empty() ? trade_points + industry_points : trade_points;
}

// Shares that add up: what does not divide goes to the first letters.
void share(std::vector<Weighed>& made, const Letters& letters, Part part, int points) {
    const auto count = static_cast<int>(letters.size());
    const bool front_heavy = part == Part::trade_name && count >= 4;
    const auto parts = front_heavy ? 2 * count + 2 : count;
    int given = 0;
    for (int i = 0; i < count; ++i) {
        const auto until = front_heavy ? std::min(3 * (i + 1), 2 * (i + 1) + 2) : i + 1;
        const auto upto = (points * until + parts - 1) / parts;
        const auto weight = upto - given;
        given = upto;
        made.push_back(
            {letters[static_cast<std::size_t>(i)],
             part,
             small(weight),
             small(per_cent(weight, gap_cost))});
    }
}

base::Text joined(base::Text one, const base::Text& other) {
    if (one.zh.empty()) return other;
    return {one.zh + "、" + other.zh, one.en + ", " + other.en};
}

base::Text counted(int count, const char* zh, const char* en) {
    const auto number = std::to_string(count);
    return {number + " 字" + zh, number + (count == 1 ? " letter " : " letters ") + en};
}

base::Text slips_text(const Alignment::Slips& slips) {
    base::Text text;
    const auto add = [&](int count, const char* zh, const char* en) {
        if (count > 0) text = joined(std::move(text), counted(count, zh, en));
    };
    add(slips.look, "形近", "alike to the eye");
    add(slips.sound, "同音", "alike in sound");
    add(slips.near, "近音", "nearly alike in sound");
    add(slips.illegible, "无法辨认", "illegible");
    add(slips.swapped, "换位", "swapped");
    add(slips.lost, "缺", "missing");
    add(slips.added, "多", "more");
    add(slips.other, "不同", "different");
    return text;
}

base::Text both(const base::Text& what, const std::string& kept, const std::string& asked) {
    const auto zh = [](const std::string& text) { return text.empty() ? "无" : "“" + text + "”"; };
    const auto en = [](const std::string& text) {
        return text.empty() ? "none" : "“" + text + "”";
    };
    if (kept == asked) return {what.zh + zh(kept), what.en + " " + en(kept)};
    return {
        what.zh + zh(kept) + "，所查" + zh(asked),
        what.en + " " + en(kept) + ", asked " + en(asked)};
}

base::Text with(base::Text text, const base::Text& more) {
    if (more.zh.empty()) return text;
    return {text.zh + "：" + more.zh, text.en + ": " + more.en};
}

std::string form_name(const Names& names, const Name& name) {
    return name.form < 0 ? std::string() : names.form(name.form).name;
}

int form_cost(const Names& names, const Name& kept, const Name& asked) {
    if (kept.form < 0 && asked.form < 0) return 0;
    if (kept.form < 0 || asked.form < 0) return 20;
    auto cost = 0;
    if (kept.form != asked.form)
        cost = names.form(kept.form).kind == names.form(asked.form).kind ? 15 : 40;
    if (kept.form_also != asked.form_also) cost += 5;
    if (kept.form_odd != asked.form_odd) cost += 10;
    return cost;
}

int branch_cost(const Name& kept, const Name& asked) {
    if (kept.branch == asked.branch) return 0;
    if (kept.branch.empty()) return 10; // a branch is the same person in law
    return asked.branch.empty() ? 30 : 60;
}

} // namespace

int least_score(std::size_t trade_letters) {
    if (trade_letters <= 1) return 900;
    return trade_letters <= 3 ? 810 : 805;
}

int other_division_letter(std::size_t letters) {
    if (letters == 0) return points_most;
    return per_cent(division_weight_points / static_cast<int>(letters), other_cost);
}

int added_industry_letter(std::size_t letters) {
    if (letters == 0) return points_most;
    return per_cent(industry_points, gap_cost) / static_cast<int>(letters);
}

std::vector<Weighed> weighed(const Name& kept) {
    std::vector<Weighed> made;
    for (const auto& letter : kept.division)
        made.push_back({letter, Part::division});
    share(made, kept.trade, Part::trade_name, trade_total(kept));
    share(made, kept.industry, Part::industry, industry_points);
    return made;
}

Apart apart(const Names& names, const Name& kept, const Name& asked) {
    Apart made;
    made.form = form_cost(names, kept, asked);
    made.branch = branch_cost(kept, asked);
    const bool one_known = kept.area >= 0 || asked.area >= 0;
    if (kept.division.empty() || asked.division.empty() || !one_known) {
        made.align_divisions = true;
        return made;
    }
    switch (names.areas(kept.area, asked.area)) {
    case Areas::same: break;
    case Areas::inside: made.division = 10; break;
    case Areas::apart: made.division = other_division; break;
    case Areas::unknown: made.division = 30; break;
    }
    return made;
}

void Alignment::place(
    std::span<const Weighed> letters, const Name& kept, const Name& asked, bool divisions) {
    const auto kept_divisions = kept.division.size();
    kept_count_ = 0;
    asked_count_ = 0;
    const auto gap_points = kept.division.empty()    ? division_gap_asked
                            : asked.division.empty() ? division_gap_points
                                                     : division_gap_both;
    if (divisions) {
        for (std::size_t i = 0; i < kept_divisions; ++i) {
            auto& made = kept_[kept_count_++] = letters[i];
            made.weight = small(division_weight_points / static_cast<int>(kept_divisions));
            made.gap = small(gap_points / static_cast<int>(kept_divisions));
        }
        for (const auto& letter : asked.division)
            asked_[asked_count_++] = {
                letter,
                Part::division,
                0,
                small(gap_points / static_cast<int>(asked.division.size()))};
    }
    for (auto i = kept_divisions; i < letters.size(); ++i)
        kept_[kept_count_++] = letters[i];
    // As much as the dearest letter lost, so that one lost and one added is no way around another.
    int trade_gap = 0;
    for (const auto& each : letters)
        if (each.part == Part::trade_name) trade_gap = std::max<int>(trade_gap, each.gap);
    for (const auto& letter : asked.trade)
        asked_[asked_count_++] = {letter, Part::trade_name, 0, small(trade_gap)};
    for (const auto& letter : asked.industry)
        asked_[asked_count_++] = {
            letter, Part::industry, 0, small(added_industry_letter(asked.industry.size()))};
}

int Alignment::changed(std::size_t kept, std::size_t asked) const {
    const auto weight = kept_[kept].weight;
    switch (alike(kept_[kept].letter, asked_[asked].letter)) {
    case Alike::same: return 0;
    case Alike::look:
    case Alike::sound: return per_cent(weight, like_cost);
    case Alike::near: return per_cent(weight, near_cost);
    case Alike::illegible: return per_cent(weight, illegible_cost);
    case Alike::no: return per_cent(weight, other_cost);
    }
    return 0;
}

bool Alignment::swaps(std::size_t kept, std::size_t asked) const {
    if (kept == 0 || asked == 0) return false;
    const auto sign = [](const Weighed& each) { return each.letter.sign; };
    return sign(kept_[kept]) == sign(asked_[asked - 1]) &&
           sign(kept_[kept - 1]) == sign(asked_[asked]) &&
           sign(kept_[kept]) != sign(kept_[kept - 1]);
}

// `asked` letters stand before it: a letter written once that is kept twice.
int Alignment::lost(std::size_t kept, std::size_t asked) const {
    const auto sign = kept_[kept].letter.sign;
    const bool doubled = kept > 0 && asked > 0 && kept_[kept - 1].letter.sign == sign &&
                         asked_[asked - 1].letter.sign == sign;
    return doubled ? per_cent(kept_[kept].weight, double_cost) : kept_[kept].gap;
}

int Alignment::added(std::size_t kept, std::size_t asked) const {
    const auto sign = asked_[asked].letter.sign;
    const bool doubled = kept > 0 && asked > 0 && asked_[asked - 1].letter.sign == sign &&
                         kept_[kept - 1].letter.sign == sign;
    return doubled ? asked_[asked].gap * double_cost / gap_cost : asked_[asked].gap;
}

int Alignment::cost(
    std::span<const Weighed> letters,
    const Name& kept,
    const Name& asked,
    bool align_divisions,
    int most) {
    place(letters, kept, asked, align_divisions);
    least_[0][0] = 0;
    for (std::size_t j = 1; j <= asked_count_; ++j)
        least_[0][j] = small(least_[0][j - 1] + added(0, j - 1));
    int row_least = 0;
    for (std::size_t i = 1; i <= kept_count_; ++i) {
        const auto above_least = row_least;
        row_least = least_[i][0] = small(least_[i - 1][0] + lost(i - 1, 0));
        for (std::size_t j = 1; j <= asked_count_; ++j) {
            auto best = least_[i - 1][j - 1] + changed(i - 1, j - 1);
            if (swaps(i - 1, j - 1))
                best = std::min(
                    best,
                    least_[i - 2][j - 2] +
                        per_cent(kept_[i - 1].weight + kept_[i - 2].weight, swap_cost));
            best = std::min(best, least_[i - 1][j] + lost(i - 1, j));
            best = std::min(best, least_[i][j - 1] + added(i, j - 1));
            least_[i][j] = small(best);
            row_least = std::min(row_least, best);
        }
        if (row_least > most && above_least > most) return most + 1;
    }
    return least_[kept_count_][asked_count_];
}

std::array<Alignment::Slips, 6> Alignment::slips() const {
    std::array<Slips, 6> made{};
    auto i = kept_count_;
    auto j = asked_count_;
    while (i > 0 || j > 0) {
        const auto here = least_[i][j];
        if (i > 0 && j > 0 && here == least_[i - 1][j - 1] + changed(i - 1, j - 1)) {
            auto& slips = made[index(kept_[i - 1].part)];
            slips.cost += changed(i - 1, j - 1);
            switch (alike(kept_[i - 1].letter, asked_[j - 1].letter)) {
            case Alike::same: break;
            case Alike::look: ++slips.look; break;
            case Alike::sound: ++slips.sound; break;
            case Alike::near: ++slips.near; break;
            case Alike::illegible: ++slips.illegible; break;
            case Alike::no: ++slips.other; break;
            }
            --i;
            --j;
        } else if (i > 0 && here == least_[i - 1][j] + lost(i - 1, j)) {
            auto& slips = made[index(kept_[i - 1].part)];
            slips.cost += lost(i - 1, j);
            ++slips.lost;
            --i;
        } else if (j > 0 && here == least_[i][j - 1] + added(i, j - 1)) {
            auto& slips = made[index(asked_[j - 1].part)];
            slips.cost += added(i, j - 1);
            ++slips.added;
            --j;
        } else {
            auto& slips = made[index(kept_[i - 1].part)];
            slips.cost += here - least_[i - 2][j - 2];
            slips.swapped += 2;
            i -= 2;
            j -= 2;
        }
    }
    return made;
}

std::vector<Feature> features(
    const Names& names,
    const Name& kept,
    const Name& asked,
    const Apart& apart,
    const Alignment& alignment) {
    const auto slips = alignment.slips();
    std::vector<Feature> made;
    const auto add =
        [&](Part part, int most, const base::Text& what, const Letters& one, const Letters& other) {
            const auto& each = slips[index(part)];
            const auto cost = each.cost + (part == Part::division ? apart.division : 0);
            made.push_back(
                {part,
                 most - cost,
                 most,
                 with(both(what, text_of(one), text_of(other)), slips_text(each))});
        };
    add(Part::trade_name, trade_total(kept), {"字号", "trade name"}, kept.trade, asked.trade);
    const auto industry_most = points_most - division_points - form_points - trade_total(kept);
    if (!kept.industry.empty() || !asked.industry.empty())
        add(Part::industry, industry_most, {"行业", "industry"}, kept.industry, asked.industry);
    add(Part::division, division_points, {"行政区划", "division"}, kept.division, asked.division);
    made.push_back(
        {Part::form,
         form_points - apart.form,
         form_points,
         both({"组织形式", "form"}, form_name(names, kept), form_name(names, asked))});
    if (apart.form > 0 && kept.form == asked.form)
        made.back().why = with(made.back().why, {"写法不同", "written differently"});
    if (!kept.branch.empty() || !asked.branch.empty())
        made.push_back(
            {Part::branch,
             -apart.branch,
             0,
             both({"分支机构", "branch"}, kept.branch, asked.branch)});
    return made;
}

} // namespace screen
