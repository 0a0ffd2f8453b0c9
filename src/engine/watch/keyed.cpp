#include "engine/watch/keyed.hpp"

namespace watch {
namespace {

// A link holds the distance to the nearest earlier and to the nearest later event of one value;
// nought when there is none.
constexpr std::uint64_t before_of(std::int64_t link) {
    return static_cast<std::uint64_t>(link) >> 32U;
}

constexpr std::uint64_t after_of(std::int64_t link) {
    return static_cast<std::uint64_t>(link) & 0xFFFF'FFFFU;
}

constexpr std::int64_t link_made(std::uint64_t before, std::uint64_t after) {
    return static_cast<std::int64_t>(before << 32U | (after & 0xFFFF'FFFFU));
}

constexpr std::size_t words_a_line = 8; // of the processor's cache

void add_wide(std::int64_t* words, Wide more) {
    const auto sum = wide_of(words) + more;
    words[0] = static_cast<std::int64_t>(sum);
    words[1] = static_cast<std::int64_t>(sum >> 64U);
}

} // namespace

std::uint32_t Keyed::slot_of_code(std::int64_t code, bool make) {
    const auto at = static_cast<std::size_t>(code);
    if (at >= by_code_.size()) {
        if (!make) return Keys::absent;
        by_code_.resize(std::max(at + 1, by_code_.size() * 2), Keys::absent);
    }
    auto& slot = by_code_[at];
    if (slot == Keys::absent && make) {
        slot = static_cast<std::uint32_t>(slots_.size());
        names_.push_back(code);
        grow_slots();
    }
    return slot;
}

// Keys of more than two fields are joined two by two: (a, b) has a number, that number and c
// another.
std::uint32_t Keyed::key_of(
    const Event& event, const std::vector<std::uint32_t>& fields, bool make) {
    for (const auto field : fields) {
        if (event.values[field] == nothing) return Keys::absent;
    }
    if (series_.coded) return slot_of_code(event.values[fields.front()], make);
    std::int64_t a = fields.empty() ? 0 : event.values[fields.front()];
    std::int64_t b = 0;
    for (std::size_t i = 1; i < fields.size(); ++i) {
        b = event.values[fields[i]];
        if (i + 1 == fields.size()) break;
        const auto joined = make ? pairs_.add(a, b) : pairs_.find(a, b);
        if (joined == Keys::absent) return joined;
        a = joined;
    }
    if (!make) return keys_.find(a, b);
    const auto slot = keys_.add(a, b);
    if (slot == slots_.size()) {
        for (const auto field : fields)
            names_.push_back(event.values[field]);
        grow_slots();
    }
    return slot;
}

void Keyed::grow_slots() {
    slots_.emplace_back();
    const auto grow = [&](auto& of, std::size_t each) { of.resize(slots_.size() * each); };
    grow(apart_.words, words_);
    grow(apart_.peaks, highest_.size() + lowest_.size());
    grow(apart_.seen, links_.size());
    grow(apart_.ordered, ordered_);
    grow(apart_.readers, follows_readers_ ? 1 : 0);
}

void Keyed::grow_ring(Slot& slot) {
    const auto capacity = std::max<std::uint64_t>(4, slot.capacity * 2);
    auto ring = std::make_unique_for_overwrite<std::int64_t[]>(capacity * stride_);
    for (auto position = slot.first; position < slot.end; ++position)
        std::copy_n(
            entry(slot, position), stride_, ring.get() + (position & (capacity - 1)) * stride_);
    slot.ring = std::move(ring);
    slot.capacity = capacity;
}

void Keyed::leave(
    std::uint32_t key, const Window& window, std::int64_t* words, const std::int64_t* leaving) {
    auto* total = words + window.first_total;
    for (const auto column : window.totals) {
        if (const auto value = leaving[column]; value != nothing) {
            add_wide(total, -value);
            total[2] -= 1;
        }
        total += total_words;
    }
    auto* spread = words + window.first_spread;
    for (const auto column : window.spreads) {
        if (const auto value = leaving[column]; value != nothing)
            add_wide(spread, -Wide{value} * value);
        spread += spread_words;
    }
    auto* distinct = words + window.first_distinct;
    const auto* chains = leaving + head + fields_.size();
    for (const auto link : window.distinct) {
        if (leaving[links_[link]] != nothing && after_of(chains[link]) == 0) *distinct -= 1;
        ++distinct;
    }
    auto ordered = key * ordered_ + window.first_ordered;
    for (const auto column : window.ordered) {
        if (leaving[column] != nothing) apart_.ordered[ordered].remove(leaving[column]);
        ++ordered;
    }
}

// Links of the entry are made already.
void Keyed::enter(
    std::uint32_t key, std::size_t place, std::uint64_t position, const std::int64_t* entering) {
    const auto& window = windows_[place];
    auto* words = words_of(key);
    auto* total = words + window.first_total;
    for (const auto column : window.totals) {
        if (const auto value = entering[column]; value != nothing) {
            add_wide(total, value);
            total[2] += 1;
        }
        total += total_words;
    }
    auto* spread = words + window.first_spread;
    for (const auto column : window.spreads) {
        if (const auto value = entering[column]; value != nothing)
            add_wide(spread, Wide{value} * value);
        spread += spread_words;
    }
    auto* distinct = words + window.first_distinct;
    const auto* chains = entering + head + fields_.size();
    const auto begin = static_cast<std::uint64_t>(words[place]);
    for (const auto link : window.distinct) {
        const auto before = before_of(chains[link]);
        const bool alone =
            after_of(chains[link]) == 0 && (before == 0 || position - before < begin);
        if (entering[links_[link]] != nothing && alone) *distinct += 1;
        ++distinct;
    }
    auto ordered = key * ordered_ + window.first_ordered;
    for (const auto column : window.ordered) {
        if (entering[column] != nothing) apart_.ordered[ordered].insert(entering[column]);
        ++ordered;
    }
}

void Keyed::advance(std::uint32_t key, std::int64_t time_ms) {
    auto& slot = slots_[key];
    slot.as_of_ms = time_ms;
    auto* words = words_of(key);
    for (std::size_t place = 0; place < windows_.size(); ++place) {
        const auto& window = windows_[place];
        const auto cutoff = time_ms - window.length_ms;
        auto begin = static_cast<std::uint64_t>(words[place]);
        for (; begin < slot.end; ++begin) {
            const auto* leaving = entry(slot, begin);
            if (leaving[0] > cutoff) break;
            leave(key, window, words, leaving);
        }
        words[place] = static_cast<std::int64_t>(begin);
    }
}

// Forgets entries of up to the cutoff; every window begins after them.
void Keyed::prune(std::uint32_t key, std::int64_t cutoff_ms) {
    auto& slot = slots_[key];
    while (slot.first < slot.end && entry(slot, slot.first)[0] <= cutoff_ms)
        ++slot.first;
    const auto kinds = highest_.size() + lowest_.size();
    for (std::size_t i = 0; i < kinds; ++i)
        apart_.peaks[key * kinds + i].drop_before(slot.first);
    if (!follows_readers_) return;
    // A late event lies after watermark − lateness, so readers of before it are never superseded.
    auto& readers = apart_.readers[key];
    while (!readers.empty() && readers.front().time_ms <= cutoff_ms + longest_ms_)
        readers.pop_front();
}

// Moves the entries from the position on by one, keeping the links right.
void Keyed::make_room(std::uint32_t key, std::uint64_t position) {
    auto& slot = slots_[key];
    for (std::size_t link = 0; link < links_.size(); ++link) {
        const auto place = head + fields_.size() + link;
        auto& seen = apart_.seen[key * links_.size() + link];
        for (auto moved = position; moved < slot.end; ++moved) {
            auto* chain = entry(slot, moved) + place;
            const auto value = entry(slot, moved)[links_[link]];
            if (value == nothing) continue;
            if (after_of(*chain) == 0) seen.of(value, slot.first) = moved + 1;
            const auto before = before_of(*chain);
            if (before == 0 || moved - before >= position) continue;
            if (moved < slot.first + before) { // that one is forgotten
                *chain = link_made(0, after_of(*chain));
                continue;
            }
            *chain = link_made(before + 1, after_of(*chain));
            auto* earlier = entry(slot, moved - before) + place;
            *earlier = link_made(before_of(*earlier), after_of(*earlier) + 1);
        }
    }
    for (auto to = slot.end; to > position; --to)
        std::copy_n(entry(slot, to - 1), stride_, entry(slot, to));
}

void Keyed::link(std::uint32_t key, std::uint64_t position) {
    auto& slot = slots_[key];
    for (std::size_t each = 0; each < links_.size(); ++each) {
        const auto place = head + fields_.size() + each;
        auto* made = entry(slot, position) + place;
        *made = 0;
        const auto value = entry(slot, position)[links_[each]];
        if (value == nothing) continue;
        auto& last = apart_.seen[key * links_.size() + each].of(value, slot.first);
        auto earlier = last;
        std::uint64_t later = LastSeen::never;
        while (earlier != LastSeen::never && earlier >= slot.first && earlier > position) {
            later = earlier;
            const auto before = before_of(entry(slot, earlier)[static_cast<std::ptrdiff_t>(place)]);
            earlier = before == 0 ? LastSeen::never : earlier - before;
        }
        std::uint64_t before = 0;
        std::uint64_t after = 0;
        if (earlier != LastSeen::never && earlier >= slot.first) {
            before = position - earlier;
            auto* chain = entry(slot, earlier) + place;
            *chain = link_made(before_of(*chain), before);
        }
        if (later != LastSeen::never) {
            after = later - position;
            auto* chain = entry(slot, later) + place;
            *chain = link_made(after, after_of(*chain));
        } else {
            last = position;
        }
        *made = link_made(before, after);
    }
}

void Keyed::raise_peaks(std::uint32_t key, std::uint64_t position) {
    auto& slot = slots_[key];
    const auto kinds = highest_.size() + lowest_.size();
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        auto& peaks = apart_.peaks[key * kinds + kind];
        const bool low = kind >= highest_.size();
        const auto column = low ? lowest_[kind - highest_.size()] : highest_[kind];
        if (position + 1 != slot.end) peaks.drop_from(position);
        for (auto at = position; at < slot.end; ++at) {
            const auto value = entry(slot, at)[column];
            if (value != nothing) peaks.push(at, low ? ~value : value);
        }
    }
}

std::uint64_t Keyed::insert(std::uint32_t key, const Event& event) {
    auto& slot = slots_[key];
    if (slot.end - slot.first == slot.capacity) grow_ring(slot);
    auto position = slot.end;
    while (position > slot.first && entry(slot, position - 1)[0] > event.time_ms)
        --position;
    if (position != slot.end) make_room(key, position);
    ++slot.end;
    auto* made = entry(slot, position);
    made[0] = event.time_ms;
    made[1] = static_cast<std::int64_t>(event.number);
    for (std::size_t i = 0; i < fields_.size(); ++i)
        made[head + i] = event.values[fields_[i]];
    link(key, position);
    raise_peaks(key, position);
    return position;
}

// Lets the windows, which stand as of slot.as_of_ms, know of an entry that has been inserted.
void Keyed::settle(std::uint32_t key, std::uint64_t position) {
    const auto& slot = slots_[key];
    const auto* entered = entry(slot, position);
    for (std::size_t window = 0; window < windows_.size(); ++window) {
        if (entered[0] > slot.as_of_ms - windows_[window].length_ms) {
            enter(key, window, position, entered);
        } else {
            words_of(key)[window] += 1;
        }
    }
}

void Keyed::name_superseded(
    std::uint32_t key,
    std::uint64_t position,
    const Event& event,
    std::vector<std::uint64_t>& superseded) const {
    const auto& slot = slots_[key];
    const auto until = event.time_ms + longest_ms_; // a window of t reaches back to after t − L
    if (follows_readers_) {
        for (const auto& reader : apart_.readers[key]) {
            if (reader.time_ms > event.time_ms && reader.time_ms < until)
                superseded.push_back(reader.number);
        }
        return;
    }
    for (auto later = position + 1; later < slot.end; ++later) {
        const auto* each = entry(slot, later);
        if (each[0] >= until) break;
        superseded.push_back(static_cast<std::uint64_t>(each[1]));
    }
}

bool Keyed::take(
    const Event& event,
    bool belongs,
    std::int64_t watermark_ms,
    std::span<Reading> readings,
    std::vector<std::uint64_t>& superseded) {
    const auto own = belongs ? key_of(event, series_.key, true) : Keys::absent;
    bool late = false;
    std::uint64_t position = 0;
    if (own != Keys::absent) {
        auto& slot = slots_[own];
        late = slot.as_of_ms != nothing && event.time_ms < slot.as_of_ms;
        if (!late) advance(own, event.time_ms);
        if (slot.end - slot.first == slot.capacity)
            prune(own, watermark_ms - lateness_ms_ - longest_ms_);
        position = insert(own, event);
        settle(own, position);
        if (late) name_superseded(own, position, event, superseded);
    }
    const bool same = series_.key == series_.read_by;
    const auto read =
        same ? (own != Keys::absent ? own : key_of(event, series_.key, follows_readers_))
             : key_of(event, series_.read_by, follows_readers_);
    if (read == Keys::absent) {
        read_nobody(event, readings);
        return late;
    }
    auto& slot = slots_[read];
    if (follows_readers_) apart_.readers[read].push_back({event.time_ms, event.number});
    if (slot.as_of_ms == nothing || event.time_ms >= slot.as_of_ms) {
        advance(read, event.time_ms);
        read_now(read, event.time_ms, read == own, readings);
        return late;
    }
    auto end = slot.end;
    while (end > slot.first && entry(slot, end - 1)[0] > event.time_ms)
        --end;
    read_then(read, event.time_ms, end, read == own, readings);
    return true;
}

void Keyed::prefetch(const Event& event, Ahead ahead) const {
    if (!series_.coded) return;
    const auto code = event.values[series_.key.front()];
    if (code == nothing || static_cast<std::size_t>(code) >= by_code_.size()) return;
    if (ahead == Ahead::far) return __builtin_prefetch(&by_code_[static_cast<std::size_t>(code)]);
    const auto key = by_code_[static_cast<std::size_t>(code)];
    if (key == Keys::absent) return;
    const auto& slot = slots_[key];
    const auto* words = words_of(key);
    const auto kinds = highest_.size() + lowest_.size();
    const auto* seen = apart_.seen.data() + key * links_.size();
    if (ahead == Ahead::middle) {
        __builtin_prefetch(&slot);
        for (std::size_t word = 0; word < words_; word += words_a_line)
            __builtin_prefetch(words + word);
        __builtin_prefetch(apart_.peaks.data() + key * kinds);
        return __builtin_prefetch(seen);
    }
    if (slot.capacity == 0) return;
    // An entry may lie across two lines.
    const auto ask_for = [&](std::uint64_t position) {
        const auto* first = entry(slot, position);
        __builtin_prefetch(first, 1);
        __builtin_prefetch(first + stride_ - 1, 1);
    };
    ask_for(slot.end);
    for (std::size_t window = 0; window < windows_.size(); ++window)
        ask_for(static_cast<std::uint64_t>(words[window]));
    for (std::size_t i = 0; i < links_.size(); ++i)
        seen[i].prefetch(event.values[fields_[links_[i] - head]]);
    for (std::size_t i = 0; i < kinds; ++i)
        apart_.peaks[key * kinds + i].prefetch();
}

void Keyed::forget(std::int64_t watermark_ms) {
    const auto cutoff = watermark_ms - lateness_ms_ - longest_ms_;
    for (std::uint32_t key = 0; key < slots_.size(); ++key) {
        auto& slot = slots_[key];
        if (slot.as_of_ms < watermark_ms - lateness_ms_ && slot.as_of_ms != nothing)
            advance(key, watermark_ms - lateness_ms_);
        prune(key, cutoff);
        if (slot.first != slot.end || slot.capacity == 0) continue;
        slot.ring.reset();
        slot.capacity = 0;
        for (std::size_t i = 0; i < links_.size(); ++i)
            apart_.seen[key * links_.size() + i] = {};
        const auto kinds = highest_.size() + lowest_.size();
        for (std::size_t i = 0; i < kinds; ++i)
            apart_.peaks[key * kinds + i] = {};
    }
}

} // namespace watch
