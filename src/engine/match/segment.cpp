#include "engine/match/segment.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace match {
namespace {

constexpr std::size_t columns_most = 128;
// A term that has to be computed is worth a bitmap when so large a part of the ways would need it
// anyway; one that lies in the row, much sooner.
constexpr std::size_t computed_share = 64;
constexpr std::size_t plain_share = 1'024;

// Of each bitmap picked, fetched at once; the rest is fetched as they are read.
constexpr std::size_t first_words = 4 * line_words;

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
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto& normal = members[i]->normal;
        for (std::size_t w = 0; w < normal.ways.size(); ++w) {
            const auto way = static_cast<std::uint32_t>(w == 0 ? i : further_[w - 1].first + i);
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
    constexpr auto line_bits = line_words * word_bits;
    programs_ = members.size();
    std::vector<std::int64_t> ids;
    for (const auto* member : members)
        ids.push_back(member->id);
    ids_ = std::make_unique<const Ids>(ids);
    const auto having = [&](std::size_t ways) { // at least so many
        return static_cast<std::size_t>(std::ranges::count_if(
            members, [&](const auto* member) { return member->normal.ways.size() >= ways; }));
    };
    ways_ = (programs_ + line_bits - 1) / line_bits * line_bits;
    const auto most = members.empty() ? 0 : members.front()->normal.ways.size();
    for (std::size_t ways = 2; ways <= most; ++ways) {
        further_.push_back({ways_, having(ways)});
        ways_ += (further_.back().count + line_bits - 1) / line_bits * line_bits;
    }
    words_ = words_for(ways_);
    valid_.assign(words_, 0);
    const auto held = having(1);
    for (std::size_t i = 0; i < held; ++i)
        set(valid_.data(), i);
    for (const auto& each : further_) {
        for (std::size_t i = 0; i < each.count; ++i)
            set(valid_.data(), each.first + i);
    }
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
    for (const auto& each : further_) {
        if (program < each.count) clear(living.data(), each.first + program);
    }
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
// neighbours as have few changes among them share a bitmap of what any of them leaves. Among them a
// way may turn on, off, or on and then off: those still to turn on, in this order, and then those
// already off stand one after the other, so that what a slot refutes is one stretch of both.
class Segment::Slots {
public:
    Slots(Segment& segment, Column& column, const Shape& shape, std::vector<Word> first)
        : segment_(segment)
        , column_(column)
        , most_(std::max(shape.flips_most, segment.programs_ / shape.flips_share))
        , running_(std::move(first))
        , turned_(segment.ways_) {
        begin();
    }

    void next(std::vector<std::uint32_t> changed) {
        keep_odd(changed);
        std::size_t fresh = 0;
        bool back = false; // off and on again
        for (const auto way : changed) {
            fresh += turned_[way] == Turned::no ? 1 : 0;
            back = back || turned_[way] == Turned::off;
        }
        const bool shares = !back && loose_.size() + fresh <= most_;
        if (!shares) close();
        for (const auto way : changed) {
            flip(running_.data(), way);
            if (shares) turn(way);
        }
        if (!shares) begin();
        if (shares) slots_ += 1;
    }

    void close() {
        auto shared = first_;
        for (const auto way : loose_) {
            set(shared.data(), way);
            turned_[way] = Turned::no;
        }
        const auto place = segment_.keep(shared);
        auto& refuted = segment_.refuted_;
        const auto from = refuted.size();
        for (const auto& [slot, way] : on_)
            refuted.push_back(way);
        const auto middle = refuted.size();
        for (const auto& [slot, way] : off_)
            refuted.push_back(way);
        std::size_t on = 0;
        std::size_t off = 0;
        for (std::size_t slot = 0; slot < slots_; ++slot) {
            while (on < on_.size() && on_[on].first <= slot)
                ++on;
            while (off < off_.size() && off_[off].first <= slot)
                ++off;
            column_.slots.push_back(
                {place,
                 static_cast<std::uint32_t>(from + on),
                 static_cast<std::uint32_t>(middle + off)});
        }
    }

private:
    enum class Turned : std::uint8_t { no, on, off };
    using Turn = std::pair<std::size_t, std::uint32_t>; // from this slot on; way

    void begin() {
        first_ = running_;
        loose_.clear();
        on_.clear();
        off_.clear();
        slots_ = 1;
    }

    // After it has been flipped.
    void turn(std::uint32_t way) {
        if (turned_[way] == Turned::no) loose_.push_back(way);
        const bool is_on = test(running_.data(), way);
        turned_[way] = is_on ? Turned::on : Turned::off;
        (is_on ? on_ : off_).emplace_back(slots_, way);
    }

    // A way that occurs twice has not changed.
    static void keep_odd(std::vector<std::uint32_t>& changed) {
        std::ranges::sort(changed);
        std::size_t kept = 0;
        for (const auto way : changed) {
            if (kept > 0 && changed[kept - 1] == way) {
                --kept;
            } else {
                changed[kept++] = way;
            }
        }
        changed.resize(kept);
    }

    Segment& segment_;
    Column& column_;
    std::size_t most_;
    std::vector<Word> first_;          // of the slots that will share a bitmap
    std::vector<Word> running_;        // of the last one so far
    std::vector<Turned> turned_;       // by way
    std::vector<std::uint32_t> loose_; // ways that are not the same in all of them
    std::vector<Turn> on_;
    std::vector<Turn> off_;
    std::size_t slots_ = 0;
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

// Of an ordered column, the number of cuts at or below the key. All columns are halved in turn and
// without a branch, so that the processor waits for their cuts together.
void Segment::find_slots(
    std::span<const std::uint32_t> places,
    const std::vector<rule::Reading>& readings,
    std::vector<std::size_t>& slots) const {
    slots.assign(columns_.size(), 0);
    const auto ordered = [&](std::size_t i) {
        return !columns_[i].of_words && readings[places[i]].known;
    };
    std::size_t widest = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& reading = readings[places[i]];
        if (ordered(i)) widest = std::max(widest, columns_[i].cuts.size());
        if (reading.known && !ordered(i)) slots[i] = columns_[i].words.find(reading.word);
    }
    for (auto step = std::bit_floor(widest); step > 0; step /= 2) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!ordered(i)) continue;
            const auto& cuts = columns_[i].cuts;
            const auto next = slots[i] + step;
            const bool inside = next <= cuts.size();
            const bool below = inside && cuts[next - 1] <= readings[places[i]].key;
            slots[i] = below ? next : slots[i];
        }
    }
}

void Segment::pick(
    std::span<const std::uint32_t> places,
    const std::vector<rule::Reading>& readings,
    Picked& picked) const {
    picked.agreeing.clear();
    picked.unknown.clear();
    picked.refuted.clear();
    find_slots(places, readings, picked.slots);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& column = columns_[i];
        const auto& reading = readings[places[i]];
        const Word* agreeing = nullptr;
        if (reading.known) {
            const auto& slot = column.slots[picked.slots[i]];
            agreeing = bitmap(slot.bitmap);
            if (slot.from != slot.to)
                picked.refuted.emplace_back(refuted_.data() + slot.from, slot.to - slot.from);
            for (auto at = slot.from; at < slot.to; at += line_words * sizeof(Word) / sizeof at)
                __builtin_prefetch(refuted_.data() + at);
        } else {
            agreeing = bitmap(column.missing);
            if (column.leaves_open) picked.unknown.push_back(bitmap(column.unknown));
        }
        picked.agreeing.push_back(agreeing);
        for (std::size_t w = 0; w < std::min(words_, first_words); w += line_words)
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
void Segment::fold_further(bool near, Workspace::Inside& work) const {
    const auto line_bits = line_words * word_bits;
    for (const auto& each : further_) {
        const auto from = each.first / word_bits;
        const auto words = (each.count + line_bits - 1) / line_bits * line_words;
        fold(
            {work.alive.data() + from, work.unknown.data() + from},
            words,
            {work.alive.data(), work.unknown.data()});
        if (!near) continue;
        for (auto* const bits : {work.one.data(), work.two.data()}) {
            for (std::size_t w = 0; w < words; ++w)
                bits[w] |= bits[from + w];
        }
    }
}

void Segment::tell(bool near, bool any_open, Workspace::Inside& work, Sieved& out) const {
    if (!further_.empty()) fold_further(near, work);
    const auto words = (programs_ + word_bits - 1) / word_bits;
    if (near) {
        only_fewest(work.alive.data(), words, work.one.data(), work.two.data());
        out.one_off.add(ids_, work.one.data(), words);
        out.two_off.add(ids_, work.two.data(), words);
    }
    auto* const open = work.unknown.data();
    if (any_open) {
        part(work.alive.data(), open, words_for(programs_), work.alive.data(), open);
        out.unknown.add(ids_, open, words);
    }
    out.eligible.add(ids_, work.alive.data(), words);
}

std::size_t Segment::bytes() const {
    auto sum = pool_.size() * sizeof(Word) + refuted_.size() * sizeof(std::uint32_t) +
               ids_->bytes() + late_.size() * sizeof(LateLiteral) +
               late_from_.size() * sizeof(std::uint32_t);
    for (const auto& column : columns_) {
        sum += column.cuts.size() * sizeof(std::int64_t) + column.slots.size() * sizeof(Slot) +
               column.words.bytes();
    }
    return sum;
}

} // namespace match
