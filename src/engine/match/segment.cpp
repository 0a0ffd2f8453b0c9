#include "engine/match/segment.hpp"

#include <algorithm>
#include <cstring>

namespace match {
namespace {

constexpr std::size_t columns_most = 128;
// A term that has to be computed is worth a bitmap when so large a part of the ways would need it
// anyway; one that lies in the row, much sooner.
constexpr std::size_t computed_share = 64;
constexpr std::size_t plain_share = 1'024;

bool worth_a_column(const rule::Term& term, std::size_t uses, std::size_t ways) {
    return uses * (term.place ? plain_share : computed_share) >= ways;
}

} // namespace

// The ends of a word tell most words apart.
std::size_t Spelled::hash(std::string_view word) {
    const auto* at = word.data();
    const auto size = word.size();
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    if (size >= 8) {
        std::memcpy(&a, at, 8);
        std::memcpy(&b, at + size - 8, 8);
    } else if (size >= 4) {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::memcpy(&first, at, 4);
        std::memcpy(&last, at + size - 4, 4);
        a = first;
        b = last;
    } else if (size > 0) {
        a = static_cast<std::uint8_t>(at[0]);
        b = static_cast<std::uint64_t>(static_cast<std::uint8_t>(at[size / 2])) << 8U |
            static_cast<std::uint8_t>(at[size - 1]);
    }
    const auto mixed = (a ^ (b << 29U | b >> 35U) ^ size) * 0x9e3779b97f4a7c15;
    return static_cast<std::size_t>(mixed >> 32U);
}

void Spelled::add(std::string_view word, std::uint32_t number) {
    if ((count_ + 1) * 2 > entries_.size()) grow();
    const auto mask = entries_.size() - 1;
    auto at = hash(word) & mask;
    while (entries_[at].number != 0)
        at = (at + 1) & mask;
    entries_[at] = {std::string(word), number};
    count_ += 1;
}

void Spelled::grow() {
    auto before = std::exchange(entries_, {});
    entries_.resize(std::max<std::size_t>(8, before.size() * 2));
    count_ = 0;
    for (const auto& entry : before) {
        if (entry.number != 0) add(entry.word, entry.number);
    }
}

std::uint32_t Spelled::find(std::string_view word) const {
    if (entries_.empty()) return 0;
    const auto mask = entries_.size() - 1;
    for (auto at = hash(word) & mask; entries_[at].number != 0; at = (at + 1) & mask) {
        if (entries_[at].word == word) return entries_[at].number;
    }
    return 0;
}

std::size_t Spelled::bytes() const { return entries_.size() * sizeof(Entry); }

Segment::Segment(std::span<const Member* const> members, const Shape& shape) {
    number_ways(members);
    std::unordered_map<std::string_view, std::size_t> places;
    std::vector<Uses> uses;
    std::size_t extra = first_extra_;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto& normal = members[i]->normal;
        for (std::size_t w = 0; w < normal.ways.size(); ++w) {
            const auto way = static_cast<std::uint32_t>(w == 0 ? i : extra++);
            for (const auto& literal : normal.ways[w]) {
                const auto& term = normal.terms[literal.term];
                const auto [found, added] = places.try_emplace(term.text, uses.size());
                if (added) uses.push_back({&term, {}});
                uses[found->second].all.push_back({way, &literal.room});
            }
        }
    }
    build(std::move(uses), shape);
}

void Segment::number_ways(std::span<const Member* const> members) {
    first_extra_ = (members.size() + word_bits - 1) / word_bits * word_bits;
    ways_ = first_extra_;
    for (std::size_t i = 0; i < members.size(); ++i) {
        ids_.push_back(members[i]->id);
        for (std::size_t w = 1; w < members[i]->normal.ways.size(); ++w) {
            owners_.push_back(static_cast<std::uint32_t>(i));
            ways_ += 1;
        }
    }
    ids_.resize(first_extra_ + 1); // append_ids reads one beyond each word's own
    words_ = words_for(ways_);
    programs_ = members.size();
    valid_.assign(words_, 0);
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!members[i]->normal.ways.empty()) set(valid_.data(), i);
    }
    for (auto way = first_extra_; way < ways_; ++way)
        set(valid_.data(), way);
}

bool Segment::leans_on(const rule::Tree& tree) const {
    const auto evaluated = [&](const rule::Term& term) {
        return !term.place && term.tree == &tree;
    };
    return std::ranges::any_of(column_terms_, evaluated) ||
           std::ranges::any_of(late_terms_, evaluated);
}

void Segment::strike(std::uint32_t program, std::vector<Word>& living) const {
    clear(living.data(), program);
    const auto [from, to] = std::equal_range(owners_.begin(), owners_.end(), program);
    for (auto owner = from; owner != to; ++owner)
        clear(living.data(), first_extra_ + static_cast<std::size_t>(owner - owners_.begin()));
}

void Segment::build(std::vector<Uses> uses, const Shape& shape) {
    std::stable_sort(uses.begin(), uses.end(), [](const Uses& a, const Uses& b) {
        return a.all.size() > b.all.size();
    });
    std::vector<Uses> late;
    for (auto& each : uses) {
        const bool column =
            columns_.size() < columns_most && worth_a_column(*each.term, each.all.size(), ways_);
        if (column) {
            add_column(each, shape);
        } else {
            late.push_back(std::move(each));
        }
    }
    add_late(late);
    pool_.resize(building_.size());
    std::copy(building_.begin(), building_.end(), pool_.data());
    building_ = {};
}

std::uint32_t Segment::keep(const std::vector<Word>& bitmap) {
    const auto place = building_.size() / words_;
    building_.insert(building_.end(), bitmap.begin(), bitmap.end());
    return static_cast<std::uint32_t>(place);
}

std::vector<Word> Segment::every_way() const { return std::vector<Word>(words_, ~Word{0}); }

void Segment::add_column(const Uses& uses, const Shape& shape) {
    auto& column = columns_.emplace_back();
    column_terms_.push_back(*uses.term);
    column.of_words = uses.term->words;
    if (column.of_words) {
        add_words(column, uses, shape);
    } else {
        add_keys(column, uses, shape);
    }
    add_missing(column, uses);
}

// Makes a column's slots, each from the one before it and the ways that change their mind. As many
// neighbours as have few changes among them share a bitmap.
class Segment::Slots {
public:
    Slots(Segment& segment, Column& column, const Shape& shape, std::vector<Word> first)
        : segment_(segment)
        , column_(column)
        , most_(shape.flips_most)
        , running_(std::move(first)) {
        begin();
        changes_.emplace_back();
    }

    // A way that occurs twice has not changed.
    void next(std::vector<std::uint32_t> changed) {
        std::size_t fresh = 0;
        for (const auto way : changed)
            fresh += std::ranges::count(loose_, way) == 0 ? 1 : 0;
        if (loose_.size() + fresh > most_) {
            close();
            for (const auto way : changed)
                flip(running_.data(), way);
            begin();
            changes_.emplace_back();
            return;
        }
        for (const auto way : changed) {
            if (std::ranges::count(loose_, way) == 0) loose_.push_back(way);
            flip(running_.data(), way);
        }
        changes_.push_back(std::move(changed));
    }

    void close() {
        auto shared = first_;
        for (const auto way : loose_)
            set(shared.data(), way);
        const auto place = segment_.keep(shared);
        auto now = first_;
        for (const auto& changed : changes_) {
            for (const auto way : changed)
                flip(now.data(), way);
            const auto from = static_cast<std::uint32_t>(segment_.refuted_.size());
            for (const auto way : loose_) {
                if (!test(now.data(), way)) segment_.refuted_.push_back(way);
            }
            column_.slots.push_back(
                {place, from, static_cast<std::uint32_t>(segment_.refuted_.size())});
        }
    }

private:
    void begin() {
        first_ = running_;
        loose_.clear();
        changes_.clear();
    }

    Segment& segment_;
    Column& column_;
    std::size_t most_;
    std::vector<Word> first_;          // of the slots that will share a bitmap
    std::vector<Word> running_;        // of the last one so far
    std::vector<std::uint32_t> loose_; // ways that are not the same in all of them
    std::vector<std::vector<std::uint32_t>> changes_;
};

void Segment::add_keys(Column& column, const Uses& uses, const Shape& shape) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    auto first = every_way();
    std::vector<std::pair<std::int64_t, std::uint32_t>> turns; // from this key on, the other way
    for (const auto& [way, room] : uses.all) {
        if (room->spans.empty() || room->spans.front().least != least) clear(first.data(), way);
        for (const auto& span : room->spans) {
            if (span.least != least) turns.emplace_back(span.least, way);
            if (span.most != most) turns.emplace_back(span.most + 1, way);
        }
    }
    std::sort(turns.begin(), turns.end());
    Slots slots(*this, column, shape, std::move(first));
    for (std::size_t i = 0; i < turns.size();) {
        const auto key = turns[i].first;
        column.cuts.push_back(key);
        std::vector<std::uint32_t> changed;
        for (; i < turns.size() && turns[i].first == key; ++i)
            changed.push_back(turns[i].second);
        slots.next(std::move(changed));
    }
    slots.close();
}

void Segment::add_words(Column& column, const Uses& uses, const Shape& shape) {
    auto others = every_way();
    std::vector<std::pair<std::string_view, std::uint32_t>> turns;
    for (const auto& [way, room] : uses.all) {
        if (!room->barred) clear(others.data(), way);
        for (const auto& word : room->words)
            turns.emplace_back(word, way);
    }
    std::sort(turns.begin(), turns.end());
    Slots slots(*this, column, shape, std::move(others));
    std::vector<std::uint32_t> before; // what the last word has other than all others
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < turns.size();) {
        const auto word = turns[i].first;
        column.words.add(word, ++number);
        std::vector<std::uint32_t> own;
        for (; i < turns.size() && turns[i].first == word; ++i)
            own.push_back(turns[i].second);
        std::vector<std::uint32_t> changed;
        std::ranges::set_symmetric_difference(before, own, std::back_inserter(changed));
        slots.next(std::move(changed));
        before = std::move(own);
    }
    slots.close();
}

void Segment::add_missing(Column& column, const Uses& uses) {
    auto agreeing = every_way();
    std::vector<Word> open(words_, 0);
    for (const auto& [way, room] : uses.all) {
        if (room->missing == rule::Outcome::fails) clear(agreeing.data(), way);
        if (room->missing != rule::Outcome::unknown) continue;
        set(open.data(), way);
        column.leaves_open = true;
    }
    column.missing = keep(agreeing);
    if (column.leaves_open) column.unknown = keep(open);
}

void Segment::add_late(const std::vector<Uses>& uses) {
    std::vector<std::vector<LateLiteral>> by_way(ways_);
    for (const auto& each : uses) {
        const auto term = static_cast<std::uint32_t>(late_terms_.size());
        late_terms_.push_back(*each.term);
        for (const auto& [way, room] : each.all)
            by_way[way].push_back({term, *room});
    }
    late_ways_.resize(words_);
    for (std::size_t way = 0; way < ways_; ++way) {
        late_from_.push_back(static_cast<std::uint32_t>(late_.size()));
        if (!by_way[way].empty()) set(late_ways_.data(), way);
        for (auto& literal : by_way[way])
            late_.push_back(std::move(literal));
    }
    late_from_.push_back(static_cast<std::uint32_t>(late_.size()));
}

std::uint32_t Segment::slot_of(const Column& column, const rule::Reading& reading) {
    if (column.of_words) return column.words.find(reading.word);
    // The number of cuts at or below the key, without a branch to mispredict.
    if (column.cuts.empty()) return 0;
    const auto* const start = column.cuts.data();
    const auto* at = start;
    for (auto left = column.cuts.size(); left > 1;) {
        const auto half = left / 2;
        at += at[half - 1] <= reading.key ? half : 0;
        left -= half;
    }
    return static_cast<std::uint32_t>(at - start) + (*at <= reading.key ? 1U : 0U);
}

void Segment::pick(
    std::span<const std::uint32_t> places,
    const std::vector<rule::Reading>& readings,
    Picked& picked) const {
    picked.agreeing.clear();
    picked.unknown.clear();
    picked.refuted.clear();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& column = columns_[i];
        const auto& reading = readings[places[i]];
        const Word* agreeing = nullptr;
        if (reading.known) {
            const auto& slot = column.slots[slot_of(column, reading)];
            agreeing = bitmap(slot.bitmap);
            if (slot.from != slot.to)
                picked.refuted.emplace_back(refuted_.data() + slot.from, slot.to - slot.from);
        } else {
            agreeing = bitmap(column.missing);
            if (column.leaves_open) picked.unknown.push_back(bitmap(column.unknown));
        }
        picked.agreeing.push_back(agreeing);
        // All of them are read soon, a line of each in turn, which no hardware foresees.
        for (std::size_t w = 0; w < words_; w += line_words)
            __builtin_prefetch(agreeing + w);
    }
}

// Takes out, or counts as lacking one more, what a shared bitmap has for its other slots' sake.
void Segment::strike_refuted(const Picked& picked, bool near, Workspace::Inside& work) const {
    auto* const alive = work.alive.data();
    auto* const one = work.one.data();
    auto* const two = work.two.data();
    for (const auto& ways : picked.refuted) {
        if (!near) {
            for (const auto way : ways)
                clear(alive, way);
            continue;
        }
        for (const auto way : ways) {
            const auto w = way / word_bits;
            const auto bit = Word{1} << way % word_bits;
            two[w] = (two[w] & ~bit) | (one[w] & bit);
            one[w] = (one[w] & ~bit) | (alive[w] & bit);
            alive[w] &= ~bit;
        }
    }
}

void Segment::ask(
    const Question& question,
    const Picked& picked,
    const Word* living,
    Workspace::Inside& work,
    Sieved& out) const {
    for (auto* lines : {&work.alive, &work.unknown, &work.one, &work.two})
        lines->resize(words_);
    const bool near = question.depth == Version::Depth::near;
    if (near) {
        count_lacking(
            picked.agreeing, living, words_, {work.alive.data(), work.one.data(), work.two.data()});
    } else {
        every_one(picked.agreeing, living, words_, work.alive.data());
    }
    strike_refuted(picked, near, work);
    any_one(picked.unknown, words_, work.unknown.data());
    if (!late_.empty()) ask_late(question, work);
    tell(near, !picked.unknown.empty() || !late_.empty(), work, out);
}

int Segment::late_failures(
    const Question& question, Workspace::Inside& work, std::size_t way, bool& open) const {
    int failures = 0;
    for (auto i = late_from_[way]; i < late_from_[way + 1]; ++i) {
        auto& late = work.late[late_[i].term];
        if (!late.done) {
            late.done = true;
            late.reading =
                rule::read(late_terms_[late_[i].term], question.row, question.today, late.scratch);
        }
        const auto outcome = late_[i].room.outcome(late.reading);
        open = open || outcome == rule::Outcome::unknown;
        failures += outcome == rule::Outcome::fails ? 1 : 0;
        if (failures > 0 && question.depth == Version::Depth::decided) return failures;
    }
    return failures;
}

// The ways that the bitmaps leave, against the terms that have none.
void Segment::ask_late(const Question& question, Workspace::Inside& work) const {
    const bool near = question.depth == Version::Depth::near;
    work.late.resize(std::max(work.late.size(), late_terms_.size()));
    for (std::size_t i = 0; i < late_terms_.size(); ++i)
        work.late[i].done = false;
    auto* const alive = work.alive.data();
    auto* const one = work.one.data();
    auto* const two = work.two.data();
    for (std::size_t w = 0; w < words_; ++w) {
        const auto candidates = near ? alive[w] | one[w] | two[w] : alive[w];
        const auto late = candidates & late_ways_.data()[w];
        each_bit(&late, 1, [&](std::size_t bit) {
            const auto way = w * word_bits + bit;
            bool open = false;
            const int more = late_failures(question, work, way, open);
            if (open) set(work.unknown.data(), way);
            if (more == 0) return;
            const int count = more + (!near || test(alive, way) ? 0 : test(one, way) ? 1 : 2);
            clear(alive, way);
            if (!near) return;
            clear(one, way);
            clear(two, way);
            if (count == 1) set(one, way);
            if (count == 2) set(two, way);
        });
    }
}

// A program stands as well as the best of its ways does.
void Segment::fold_extras(bool near, Workspace::Inside& work) const {
    const auto from = first_extra_ / word_bits;
    const auto fold = [&](Word* bits, auto&& f) {
        each_bit(bits + from, words_ - from, [&](std::size_t bit) {
            f(owners_[bit], first_extra_ + bit);
        });
    };
    auto* const alive = work.alive.data();
    auto* const unknown = work.unknown.data();
    fold(alive, [&](std::size_t program, std::size_t way) {
        const bool open = test(unknown, way) && !(test(alive, program) && !test(unknown, program));
        set(alive, program);
        open ? set(unknown, program) : clear(unknown, program);
    });
    if (!near) return;
    fold(work.one.data(), [&](std::size_t program, std::size_t) { set(work.one.data(), program); });
    fold(work.two.data(), [&](std::size_t program, std::size_t) { set(work.two.data(), program); });
}

void Segment::tell(bool near, bool any_open, Workspace::Inside& work, Sieved& out) const {
    if (!owners_.empty()) fold_extras(near, work);
    const auto words = first_extra_ / word_bits;
    if (near) {
        only_fewest(work.alive.data(), words, work.one.data(), work.two.data());
        append_ids(work.one.data(), words, ids_.data(), out.one_off);
        append_ids(work.two.data(), words, ids_.data(), out.two_off);
    }
    auto* const open = work.unknown.data();
    if (any_open) {
        part(work.alive.data(), open, words, work.alive.data(), open);
        append_ids(open, words, ids_.data(), out.unknown);
    }
    append_ids(work.alive.data(), words, ids_.data(), out.eligible);
}

std::size_t Segment::bytes() const {
    auto sum = pool_.size() * sizeof(Word) + refuted_.size() * sizeof(std::uint32_t) +
               ids_.size() * sizeof(std::int64_t) + owners_.size() * sizeof(std::uint32_t) +
               late_.size() * sizeof(LateLiteral) + late_from_.size() * sizeof(std::uint32_t);
    for (const auto& column : columns_) {
        sum += column.cuts.size() * sizeof(std::int64_t) + column.slots.size() * sizeof(Slot) +
               column.words.bytes();
    }
    return sum;
}

} // namespace match
