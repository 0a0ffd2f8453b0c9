#include "engine/match/segment.hpp"

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

Segment::Segment(std::span<const Member> members, const Shape& shape) {
    number_ways(members);
    std::unordered_map<std::string_view, std::size_t> places;
    std::vector<Uses> uses;
    std::size_t extra = first_extra_;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const auto& normal = members[i].normal;
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

void Segment::number_ways(std::span<const Member> members) {
    first_extra_ = (members.size() + word_bits - 1) / word_bits * word_bits;
    ways_ = first_extra_;
    for (std::size_t i = 0; i < members.size(); ++i) {
        ids_.push_back(members[i].id);
        for (std::size_t w = 1; w < members[i].normal.ways.size(); ++w) {
            owners_.push_back(static_cast<std::uint32_t>(i));
            ways_ += 1;
        }
    }
    words_ = words_for(ways_);
    std::vector<Word> valid(words_, 0);
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!members[i].normal.ways.empty()) set(valid.data(), i);
    }
    for (auto way = first_extra_; way < ways_; ++way)
        set(valid.data(), way);
    valid_ = keep(valid);
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

void Segment::add_keys(Column& column, const Uses& uses, const Shape& shape) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    auto running = every_way();
    std::vector<std::pair<std::int64_t, std::uint32_t>> turns; // from this key on, the other way
    for (const auto& [way, room] : uses.all) {
        if (room->spans.empty() || room->spans.front().least != least) clear(running.data(), way);
        for (const auto& span : room->spans) {
            if (span.least != least) turns.emplace_back(span.least, way);
            if (span.most != most) turns.emplace_back(span.most + 1, way);
        }
    }
    std::sort(turns.begin(), turns.end());
    auto last = keep(running);
    auto since = static_cast<std::uint32_t>(flips_.size());
    column.slots.push_back({last, since, since});
    for (std::size_t i = 0; i < turns.size();) {
        const auto key = turns[i].first;
        column.cuts.push_back(key);
        const auto before = static_cast<std::uint32_t>(flips_.size());
        for (; i < turns.size() && turns[i].first == key; ++i) {
            flip(running.data(), turns[i].second);
            flips_.push_back(turns[i].second);
        }
        if (flips_.size() - since > shape.flips_most) {
            flips_.resize(before);
            last = keep(running);
            since = before;
        }
        column.slots.push_back({last, since, static_cast<std::uint32_t>(flips_.size())});
    }
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
    const auto base = keep(others);
    column.slots.push_back({base, 0, 0});
    for (std::size_t i = 0; i < turns.size();) {
        const auto word = turns[i].first;
        column.spelled.emplace_back(word);
        const auto from = flips_.size();
        for (; i < turns.size() && turns[i].first == word; ++i)
            flips_.push_back(turns[i].second);
        Slot slot{
            base, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(flips_.size())};
        if (flips_.size() - from > shape.flips_most) {
            auto own = others;
            for (auto k = from; k < flips_.size(); ++k)
                flip(own.data(), flips_[k]);
            flips_.resize(from);
            slot = {keep(own), 0, 0};
        }
        column.slots.push_back(slot);
    }
    for (std::size_t i = 0; i < column.spelled.size(); ++i)
        column.words.emplace(column.spelled[i], static_cast<std::uint32_t>(i + 1));
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
    if (column.of_words) {
        const auto found = column.words.find(reading.word);
        return found == column.words.end() ? 0 : found->second;
    }
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

void Segment::pick(std::span<const std::uint32_t> places, Workspace::Inside& work) const {
    work.picked.agreeing.clear();
    work.picked.unknown.clear();
    work.changed.resize(columns_.size() * words_);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& column = columns_[i];
        const auto& reading = work.readings[places[i]];
        if (!reading.known) {
            work.picked.agreeing.push_back(bitmap(column.missing));
            if (column.leaves_open) work.picked.unknown.push_back(bitmap(column.unknown));
            continue;
        }
        const auto& slot = column.slots[slot_of(column, reading)];
        const auto* near = bitmap(slot.bitmap);
        // All of them are read soon, a line of each in turn, which no hardware foresees.
        for (std::size_t w = 0; w < words_; w += line_words)
            __builtin_prefetch(near + w);
        if (slot.from == slot.to) {
            work.picked.agreeing.push_back(near);
            continue;
        }
        auto* own = work.changed.data() + i * words_;
        std::copy(near, near + words_, own);
        for (auto k = slot.from; k < slot.to; ++k)
            flip(own, flips_[k]);
        work.picked.agreeing.push_back(own);
    }
}

void Segment::ask(
    const Question& question,
    std::span<const std::uint32_t> places,
    Workspace::Inside& work,
    Sieved& out) const {
    pick(places, work);
    for (auto* lines : {&work.alive, &work.unknown, &work.one, &work.two})
        lines->resize(words_);
    if (question.depth == Version::Depth::near) {
        count_lacking(
            work.picked.agreeing,
            bitmap(valid_),
            words_,
            {work.alive.data(), work.one.data(), work.two.data()});
    } else {
        every_one(work.picked.agreeing, bitmap(valid_), words_, work.alive.data());
    }
    any_one(work.picked.unknown, words_, work.unknown.data());
    if (!late_.empty()) ask_late(question, work);
    tell(question, work, out);
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

void Segment::tell(const Question& question, Workspace::Inside& work, Sieved& out) const {
    const bool near = question.depth == Version::Depth::near;
    if (!owners_.empty()) fold_extras(near, work);
    const auto words = first_extra_ / word_bits;
    const auto before = out.eligible.size() + out.unknown.size();
    if (near) {
        only_fewest(work.alive.data(), words, work.one.data(), work.two.data());
        append_ids(work.one.data(), words, ids_.data(), out.one_off);
        append_ids(work.two.data(), words, ids_.data(), out.two_off);
    }
    auto* const open = work.unknown.data();
    part(work.alive.data(), open, words, work.alive.data(), open);
    append_ids(work.alive.data(), words, ids_.data(), out.eligible);
    if (!work.picked.unknown.empty() || !late_.empty())
        append_ids(open, words, ids_.data(), out.unknown);
    out.failing += ids_.size() - (out.eligible.size() + out.unknown.size() - before);
}

std::size_t Segment::bytes() const {
    auto sum = pool_.size() * sizeof(Word) + flips_.size() * sizeof(std::uint32_t) +
               ids_.size() * sizeof(std::int64_t) + owners_.size() * sizeof(std::uint32_t) +
               late_.size() * sizeof(LateLiteral) + late_from_.size() * sizeof(std::uint32_t);
    for (const auto& column : columns_) {
        sum += column.cuts.size() * sizeof(std::int64_t) + column.slots.size() * sizeof(Slot) +
               column.spelled.size() * (sizeof(std::string) + 48);
    }
    return sum;
}

} // namespace match
