// What a series answers, and its state as bytes.
#include "engine/watch/keyed.hpp"

#include <cmath>

namespace watch {
namespace {

// The rank of a quantile among n values, from 0: the least whose share is at least the quantile.
std::size_t rank_of(std::int64_t ppm, std::size_t n) {
    const auto wanted = (Wide{ppm} * static_cast<std::int64_t>(n) + 999'999) / 1'000'000;
    return static_cast<std::size_t>(wanted == 0 ? 0 : wanted - 1);
}

// Rounded half to even, as amounts are everywhere.
std::int64_t mean_of(Wide sum, std::int64_t count) {
    const auto whole = sum / count;
    const auto rest = sum % count;
    const auto twice = (rest < 0 ? -rest : rest) * 2;
    const bool away = twice > count || (twice == count && whole % 2 != 0);
    return static_cast<std::int64_t>(away ? whole + (sum < 0 ? -1 : 1) : whole);
}

// n Σx² − (Σx)² is exact where 128 bits hold it, which they do for amounts up to 1,000 亿元 and a
// million events.
double deviation_of(Wide sum, Wide squares, std::int64_t count) {
    Wide scaled = 0;
    Wide square = 0;
    const auto n = static_cast<long double>(count);
    if (!__builtin_mul_overflow(squares, static_cast<Wide>(count), &scaled) &&
        !__builtin_mul_overflow(sum, sum, &square))
        return static_cast<double>(
            std::sqrt(static_cast<long double>(scaled - square) / (n * (n - 1))));
    const auto mean = static_cast<long double>(sum) / n;
    const auto spread = static_cast<long double>(squares) - mean * static_cast<long double>(sum);
    return static_cast<double>(std::sqrt(std::max(0.0L, spread) / (n - 1)));
}

void summarise(Aggregate of, Wide sum, Wide squares, std::int64_t count, Reading& reading) {
    reading = {};
    if (of == Aggregate::sum) {
        const Wide most = std::numeric_limits<std::int64_t>::max();
        if (sum <= most && sum >= -most) reading.whole = static_cast<std::int64_t>(sum);
    } else if (of == Aggregate::mean && count > 0) {
        reading.whole = mean_of(sum, count);
        reading.real =
            static_cast<double>(static_cast<long double>(sum) / static_cast<long double>(count));
    } else if (of == Aggregate::sd && count > 1) {
        reading.real = deviation_of(sum, squares, count);
        reading.whole = std::llrint(reading.real);
    }
}

bool within(const Bounds& bounds, std::uint32_t field, std::int64_t value) {
    if (value == nothing || field >= bounds.fields.size()) return true;
    return value >= bounds.fields[field].least && value <= bounds.fields[field].most;
}

} // namespace

std::uint32_t Keyed::place_of(std::vector<std::uint32_t>& among, std::uint32_t wanted) {
    const auto found = std::ranges::find(among, wanted);
    const auto place = static_cast<std::uint32_t>(found - among.begin());
    if (found == among.end()) among.push_back(wanted);
    return place;
}

std::uint32_t Keyed::column_of(std::uint32_t field) {
    return static_cast<std::uint32_t>(head) + place_of(fields_, field);
}

std::uint32_t Keyed::link_of(std::uint32_t column) { return place_of(links_, column); }

std::uint32_t Keyed::window_of(std::int64_t length_ms) {
    for (std::uint32_t i = 0; i < windows_.size(); ++i) {
        if (windows_[i].length_ms == length_ms) return i;
    }
    windows_.push_back({});
    windows_.back().length_ms = length_ms;
    longest_ms_ = std::max(longest_ms_, length_ms);
    return static_cast<std::uint32_t>(windows_.size()) - 1;
}

void Keyed::add(const Feature& feature, std::size_t place) {
    Wanted wanted;
    wanted.of = feature.of;
    wanted.window = window_of(feature.length_ms);
    wanted.place = static_cast<std::uint32_t>(place);
    wanted.argument = feature.argument;
    auto& window = windows_[wanted.window];
    switch (feature.of) {
    case Aggregate::count:
    case Aggregate::since: break;
    case Aggregate::sum:
    case Aggregate::mean:
    case Aggregate::sd:
        wanted.column = column_of(feature.field);
        wanted.state = place_of(window.totals, wanted.column);
        if (feature.of == Aggregate::sd) wanted.spread = place_of(window.spreads, wanted.column);
        break;
    case Aggregate::min:
        wanted.column = column_of(feature.field);
        wanted.state = place_of(lowest_, wanted.column);
        break;
    case Aggregate::max:
        wanted.column = column_of(feature.field);
        wanted.state = place_of(highest_, wanted.column);
        break;
    case Aggregate::distinct:
        wanted.column = column_of(feature.field);
        wanted.state = place_of(window.distinct, link_of(wanted.column));
        break;
    case Aggregate::quantile:
        wanted.column = column_of(feature.field);
        wanted.state = place_of(window.ordered, wanted.column);
        break;
    case Aggregate::nth_last: wanted.column = column_of(feature.field); break;
    }
    wanted_.push_back(wanted);
}

void Keyed::arrange() {
    stride_ = head + fields_.size() + links_.size();
    follows_readers_ = series_.filtered || series_.key != series_.read_by;
    words_ = windows_.size();
    const auto take_words = [&](std::uint32_t& first, std::size_t words) {
        first = static_cast<std::uint32_t>(words_);
        words_ += words;
    };
    for (auto& window : windows_) {
        take_words(window.first_total, window.totals.size() * total_words);
        take_words(window.first_spread, window.spreads.size() * spread_words);
        take_words(window.first_distinct, window.distinct.size());
        window.first_ordered = static_cast<std::uint32_t>(ordered_);
        ordered_ += window.ordered.size();
    }
    for (auto& wanted : wanted_)
        arrange_one(wanted);
}

void Keyed::arrange_one(Wanted& wanted) {
    const auto& window = windows_[wanted.window];
    switch (wanted.of) {
    case Aggregate::sum:
    case Aggregate::mean:
    case Aggregate::sd:
        wanted.state = window.first_total + wanted.state * total_words;
        wanted.spread = window.first_spread + wanted.spread * spread_words;
        break;
    case Aggregate::distinct: wanted.state += window.first_distinct; break;
    case Aggregate::quantile: wanted.state += window.first_ordered; break;
    case Aggregate::min: wanted.state += static_cast<std::uint32_t>(highest_.size()); break;
    case Aggregate::count:
    case Aggregate::max:
    case Aggregate::nth_last:
    case Aggregate::since: break;
    }
}

void Keyed::read_nobody(const Event& event, std::span<Reading> readings) const {
    const bool named = std::ranges::none_of(
        series_.read_by, [&](auto field) { return event.values[field] == nothing; });
    for (const auto& wanted : wanted_) {
        readings[wanted.place] = {};
        const bool adds_up = wanted.of == Aggregate::count || wanted.of == Aggregate::distinct ||
                             wanted.of == Aggregate::sum;
        if (named && adds_up) readings[wanted.place].whole = 0;
    }
}

// nth_last and since: the argument-th entry before the event, if it lies in the window.
void Keyed::read_before(
    std::uint32_t key,
    const Wanted& wanted,
    std::uint64_t begin,
    std::uint64_t end,
    std::int64_t time_ms,
    bool own,
    Reading& reading) const {
    reading = {};
    const auto back = static_cast<std::uint64_t>(wanted.argument) + (own ? 1 : 0);
    if (end - begin < back) return;
    const auto* found = entry(slots_[key], end - back);
    reading.whole = wanted.of == Aggregate::since ? time_ms - found[0] : found[wanted.column];
}

void Keyed::read_now(
    std::uint32_t key, std::int64_t time_ms, bool own, std::span<Reading> readings) const {
    const auto& slot = slots_[key];
    const auto* words = words_of(key);
    const auto kinds = highest_.size() + lowest_.size();
    for (const auto& wanted : wanted_) {
        auto& reading = readings[wanted.place];
        const auto begin = static_cast<std::uint64_t>(words[wanted.window]);
        switch (wanted.of) {
        case Aggregate::count: reading = {static_cast<std::int64_t>(slot.end - begin), 0}; break;
        case Aggregate::sum:
        case Aggregate::mean:
        case Aggregate::sd: {
            const auto* total = words + wanted.state;
            const auto squares = wanted.of == Aggregate::sd ? wide_of(words + wanted.spread) : 0;
            summarise(wanted.of, wide_of(total), squares, total[2], reading);
            break;
        }
        case Aggregate::max:
            reading = {apart_.peaks[key * kinds + wanted.state].from(begin, nothing), 0};
            break;
        case Aggregate::min: {
            const auto least = apart_.peaks[key * kinds + wanted.state].from(begin, nothing);
            reading = {least == nothing ? nothing : ~least, 0};
            break;
        }
        case Aggregate::distinct: reading = {words[wanted.state], 0}; break;
        case Aggregate::quantile: {
            const auto& ordered = apart_.ordered[key * ordered_ + wanted.state];
            reading = {};
            if (ordered.size() > 0)
                reading.whole = ordered.at(rank_of(wanted.argument, ordered.size()));
            break;
        }
        case Aggregate::nth_last:
        case Aggregate::since:
            read_before(key, wanted, begin, slot.end, time_ms, own, reading);
            break;
        }
    }
}

// As of a time that has passed: computed anew from the ring.
void Keyed::read_then(
    std::uint32_t key,
    std::int64_t time_ms,
    std::uint64_t end,
    bool own,
    std::span<Reading> readings) const {
    const auto& slot = slots_[key];
    std::vector<std::int64_t> values;
    for (const auto& wanted : wanted_) {
        auto& reading = readings[wanted.place];
        reading = {};
        const auto cutoff = time_ms - windows_[wanted.window].length_ms;
        auto begin = end;
        values.clear();
        Wide sum = 0;
        Wide squares = 0;
        for (; begin > slot.first && entry(slot, begin - 1)[0] > cutoff; --begin) {
            const auto value = entry(slot, begin - 1)[wanted.column];
            if (wanted.column == 0 || value == nothing) continue;
            values.push_back(value);
            sum += value;
            squares += static_cast<Wide>(value) * value;
        }
        const auto count = static_cast<std::int64_t>(values.size());
        switch (wanted.of) {
        case Aggregate::count: reading.whole = static_cast<std::int64_t>(end - begin); break;
        case Aggregate::sum:
        case Aggregate::mean:
        case Aggregate::sd: summarise(wanted.of, sum, squares, count, reading); break;
        case Aggregate::max:
            if (count > 0) reading.whole = std::ranges::max(values);
            break;
        case Aggregate::min:
            if (count > 0) reading.whole = std::ranges::min(values);
            break;
        case Aggregate::distinct: {
            std::ranges::sort(values);
            const auto rest = std::ranges::unique(values);
            reading.whole = count - static_cast<std::int64_t>(rest.size());
            break;
        }
        case Aggregate::quantile: {
            if (count == 0) break;
            const auto rank = static_cast<std::ptrdiff_t>(rank_of(wanted.argument, values.size()));
            std::ranges::nth_element(values, values.begin() + rank);
            reading.whole = values[static_cast<std::size_t>(rank)];
            break;
        }
        case Aggregate::nth_last:
        case Aggregate::since: read_before(key, wanted, begin, end, time_ms, own, reading); break;
        }
    }
}

void Keyed::inside(
    std::int64_t length_ms, const Event& event, std::vector<std::uint64_t>& numbers) {
    const auto key = key_of(event, series_.read_by, false);
    if (key == Keys::absent) return;
    const auto& slot = slots_[key];
    for (auto position = slot.end; position > slot.first; --position) {
        const auto* each = entry(slot, position - 1);
        if (each[0] <= event.time_ms - length_ms) break;
        if (each[0] <= event.time_ms) numbers.push_back(static_cast<std::uint64_t>(each[1]));
    }
}

// Entries and the time the windows stand at say everything; aggregates are made again from them.
// What no reading needs any more is left out whether or not it has been dropped yet.
void Keyed::write(ByteWriter& out, std::int64_t watermark_ms) const {
    const auto heard_ms = watermark_ms == nothing ? nothing : watermark_ms - lateness_ms_;
    out.number(slots_.size());
    for (const auto name : names_)
        out.whole(name);
    for (std::size_t key = 0; key < slots_.size(); ++key) {
        const auto& slot = slots_[key];
        out.whole(std::max(slot.as_of_ms, heard_ms));
        auto first = slot.first;
        while (first < slot.end && entry(slot, first)[0] <= heard_ms - longest_ms_)
            ++first;
        out.number(slot.end - first);
        for (auto position = first; position < slot.end; ++position) {
            const auto* each = entry(slot, position);
            for (std::size_t i = 0; i < head + fields_.size(); ++i)
                out.whole(each[i]);
        }
        if (!follows_readers_) continue;
        const auto needed = [&](const Reader& reader) { return reader.time_ms > heard_ms; };
        out.number(static_cast<std::uint64_t>(std::ranges::count_if(apart_.readers[key], needed)));
        for (const auto& reader : apart_.readers[key]) {
            if (!needed(reader)) continue;
            out.whole(reader.time_ms);
            out.number(reader.number);
        }
    }
}

// One key's entries and readers.
bool Keyed::read_key(
    ByteReader& in,
    std::uint32_t key,
    std::span<std::int64_t> values,
    std::int64_t watermark_ms,
    const Bounds& bounds) {
    const auto as_of_ms = in.whole();
    if (!possible_time(as_of_ms) || as_of_ms > watermark_ms) return false;
    const auto entries = in.count();
    Event event{0, 0, values, 0};
    auto before_ms = -time_most_ms;
    for (std::size_t i = 0; i < entries && !in.failed(); ++i) {
        event.time_ms = in.whole();
        event.number = static_cast<std::uint64_t>(in.whole());
        if (event.time_ms < before_ms || event.time_ms > as_of_ms || event.number >= bounds.events)
            return false;
        before_ms = event.time_ms;
        for (const auto field : fields_) {
            values[field] = in.whole();
            if (!within(bounds, field, values[field])) return false;
        }
        advance(key, event.time_ms);
        settle(key, insert(key, event));
    }
    advance(key, as_of_ms);
    if (!follows_readers_) return !in.failed();
    const auto readers = in.count();
    for (std::size_t i = 0; i < readers && !in.failed(); ++i) {
        const auto time_ms = in.whole();
        const auto number = in.number();
        if (!possible_time(time_ms) || number >= bounds.events) return false;
        apart_.readers[key].push_back({time_ms, number});
    }
    return !in.failed();
}

bool Keyed::read(ByteReader& in, std::int64_t watermark_ms, const Bounds& bounds) {
    const auto count = in.count();
    const auto wide = series_.key.size();
    std::vector<std::int64_t> names(count * wide);
    std::uint32_t fields_most = 0;
    for (const auto field : series_.key)
        fields_most = std::max(fields_most, field + 1);
    for (const auto field : fields_)
        fields_most = std::max(fields_most, field + 1);
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = in.whole();
        if (names[i] == nothing || !within(bounds, series_.key[i % wide], names[i])) return false;
    }
    std::vector<std::int64_t> values(fields_most, nothing);
    for (std::size_t key = 0; key < count && !in.failed(); ++key) {
        for (std::size_t i = 0; i < wide; ++i)
            values[series_.key[i]] = names[key * wide + i];
        const auto slot = key_of({0, 0, values, 0}, series_.key, true);
        if (slot != key || !read_key(in, slot, values, watermark_ms, bounds)) return false;
    }
    return !in.failed();
}

} // namespace watch
