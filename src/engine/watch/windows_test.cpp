// Windows against a recomputation from everything received, on random streams with late events.
#include "engine/watch/windows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <set>

namespace watch {
namespace {

struct Kept {
    std::uint64_t number;
    std::int64_t time_ms;
    std::vector<std::int64_t> values;
    std::uint64_t belongs;
};

bool is_of(const Series& series, std::size_t index, const Kept& kept, const Kept& reader) {
    if ((kept.belongs >> index & 1U) == 0) return false;
    for (std::size_t i = 0; i < series.key.size(); ++i) {
        const auto value = kept.values[series.key[i]];
        if (value == nothing || value != reader.values[series.read_by[i]]) return false;
    }
    return true;
}

bool names_a_key(const Series& series, const Kept& kept) {
    return std::ranges::none_of(
        series.read_by, [&](auto field) { return kept.values[field] == nothing; });
}

Reading reading_of(
    const Feature& feature, const std::vector<const Kept*>& inside, const Kept& now) {
    std::vector<std::int64_t> values;
    Wide sum = 0;
    for (const auto* kept : inside) {
        const auto value = kept->values[feature.field];
        if (value == nothing) continue;
        values.push_back(value);
        sum += value;
    }
    std::ranges::sort(values);
    const auto n = static_cast<std::int64_t>(values.size());
    const bool own = !inside.empty() && inside.back() == &now;
    const auto back = static_cast<std::size_t>(feature.argument) + (own ? 1 : 0);
    const auto* before = back <= inside.size() ? inside[inside.size() - back] : nullptr;
    switch (feature.of) {
    case Aggregate::count: return {static_cast<std::int64_t>(inside.size()), 0};
    case Aggregate::sum: return {static_cast<std::int64_t>(sum), 0};
    case Aggregate::min: return {n > 0 ? values.front() : nothing, 0};
    case Aggregate::max: return {n > 0 ? values.back() : nothing, 0};
    case Aggregate::mean: {
        if (n == 0) return {};
        const auto real = static_cast<long double>(sum) / static_cast<long double>(n);
        return {static_cast<std::int64_t>(std::nearbyint(real)), static_cast<double>(real)};
    }
    case Aggregate::sd: {
        if (n < 2) return {};
        const auto mean = static_cast<long double>(sum) / static_cast<long double>(n);
        long double spread = 0;
        for (const auto value : values)
            spread +=
                (static_cast<long double>(value) - mean) * (static_cast<long double>(value) - mean);
        return {0, static_cast<double>(std::sqrt(spread / static_cast<long double>(n - 1)))};
    }
    case Aggregate::distinct:
        return {static_cast<std::int64_t>(std::set(values.begin(), values.end()).size()), 0};
    case Aggregate::quantile:
        for (std::int64_t rank = 1; rank <= n; ++rank) {
            if (rank * 1'000'000 >= feature.argument * n)
                return {values[static_cast<std::size_t>(rank - 1)], 0};
        }
        return {};
    case Aggregate::nth_last: return {before ? before->values[feature.field] : nothing, 0};
    case Aggregate::since: return {before ? now.time_ms - before->time_ms : nothing, 0};
    }
    return {};
}

bool same(Aggregate of, const Reading& a, const Reading& b) {
    if (of != Aggregate::sd) return a == b;
    if ((a.whole == nothing) != (b.whole == nothing)) return false;
    return std::abs(a.real - b.real) <= 1e-9 * std::max(1.0, std::abs(b.real));
}

struct Setting {
    std::vector<Series> series;
    std::vector<Feature> features;
    std::int64_t lateness_ms = 0;
};

constexpr Aggregate all[] = {
    Aggregate::count,
    Aggregate::sum,
    Aggregate::min,
    Aggregate::max,
    Aggregate::mean,
    Aggregate::sd,
    Aggregate::distinct,
    Aggregate::quantile,
    Aggregate::nth_last,
    Aggregate::since};

// Fields: 0 and 1 name accounts, 2 is an amount, 3 a word.
Setting random_setting(std::mt19937_64& random) {
    const auto below = [&](std::uint64_t n) { return static_cast<std::uint32_t>(random() % n); };
    Setting setting;
    setting.series = {
        {{0}, {0}, true, false},
        {{1}, {0}, true, false},
        {{0, 1}, {0, 1}, false, false},
        {{0}, {0}, true, true},
        {{0, 1, 3}, {1, 0, 3}, false, false},
        {{}, {}, false, false}};
    const std::int64_t lengths[] = {1, 5, 20, 100, 1'000};
    for (std::uint32_t i = 0; i < 30; ++i) {
        Feature feature;
        feature.series = below(setting.series.size());
        feature.of = all[below(std::size(all))];
        feature.length_ms = lengths[below(std::size(lengths))];
        feature.field = 2 + below(2);
        feature.argument = feature.of == Aggregate::quantile ? below(1'000'001) : 1 + below(3);
        setting.features.push_back(feature);
    }
    const std::int64_t latenesses[] = {0, 10, 200};
    setting.lateness_ms = latenesses[below(3)];
    return setting;
}

// What the naive reader says of an event, and whom it supersedes, from everything received.
void naive(
    const Setting& setting,
    const std::vector<Kept>& received,
    std::vector<Reading>& readings,
    std::vector<std::uint64_t>& superseded) {
    const auto& now = received.back();
    std::set<std::uint64_t> late_for;
    std::vector<std::int64_t> longest(setting.series.size(), 0);
    for (const auto& feature : setting.features)
        longest[feature.series] = std::max(longest[feature.series], feature.length_ms);
    for (std::size_t i = 0; i < setting.series.size(); ++i) {
        for (const auto& other : received) {
            const auto gap = other.time_ms - now.time_ms;
            if (gap > 0 && gap < longest[i] && is_of(setting.series[i], i, now, other))
                late_for.insert(other.number);
        }
    }
    superseded.assign(late_for.begin(), late_for.end());
    for (std::size_t place = 0; place < setting.features.size(); ++place) {
        const auto& feature = setting.features[place];
        const auto& series = setting.series[feature.series];
        std::vector<const Kept*> inside;
        for (const auto& kept : received) {
            if (kept.time_ms <= now.time_ms && kept.time_ms > now.time_ms - feature.length_ms &&
                is_of(series, feature.series, kept, now))
                inside.push_back(&kept);
        }
        std::ranges::stable_sort(inside, {}, [](const Kept* kept) { return kept->time_ms; });
        readings[place] = names_a_key(series, now) ? reading_of(feature, inside, now) : Reading{};
    }
}

int streams_wanted() {
    const char* wanted = std::getenv("RONGQIAO_WATCH_STREAMS"); // NOLINT(concurrency-mt-unsafe)
    return wanted == nullptr ? 40 : std::atoi(wanted);
}

void try_stream(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto setting = random_setting(random);
    Windows windows(setting.series, setting.features, setting.lateness_ms);
    std::vector<Kept> received;
    std::vector<Reading> got(setting.features.size());
    std::vector<Reading> want(setting.features.size());
    std::vector<std::uint64_t> superseded;
    std::vector<std::uint64_t> superseded_naively;
    std::int64_t clock = 1'000;
    std::int64_t watermark = nothing;
    const auto keys = 1 + random() % 4;
    for (std::uint64_t number = 1; number <= 250; ++number) {
        clock += static_cast<std::int64_t>(random() % 8 * (random() % 40 == 0 ? 100 : 1));
        const bool late = random() % 5 == 0;
        const auto time = clock - static_cast<std::int64_t>(late ? random() % 250 : 0);
        const auto value = [&](std::uint64_t most) {
            return random() % 30 == 0 ? nothing : static_cast<std::int64_t>(random() % most);
        };
        Kept kept{
            number, time, {value(keys), value(keys), value(1'000), value(6)}, ~std::uint64_t{0}};
        if (kept.values[2] != nothing) kept.values[2] -= 300;
        if (random() % 3 == 0) kept.belongs &= ~(std::uint64_t{1} << 3U);
        const Event event{number, time, kept.values, kept.belongs};
        const auto taken = windows.take(event, got, superseded);
        if (watermark != nothing && time < watermark - setting.lateness_ms) {
            ASSERT_EQ(taken, Taken::too_late) << "seed " << seed << " event " << number;
            continue;
        }
        ASSERT_NE(taken, Taken::too_late) << "seed " << seed << " event " << number;
        watermark = std::max(watermark, time);
        received.push_back(kept);
        naive(setting, received, want, superseded_naively);
        ASSERT_EQ(superseded, superseded_naively) << "seed " << seed << " event " << number;
        for (std::size_t place = 0; place < got.size(); ++place) {
            const auto& feature = setting.features[place];
            ASSERT_TRUE(same(feature.of, got[place], want[place]))
                << "seed " << seed << " event " << number << " feature " << place << " aggregate "
                << static_cast<int>(feature.of) << " series " << feature.series << " length "
                << feature.length_ms << ": " << got[place].whole << " for " << want[place].whole;
        }
        if (random() % 20 != 0) continue;
        ByteWriter out;
        windows.write(out);
        Windows again(setting.series, setting.features, setting.lateness_ms);
        ByteReader in(out.bytes());
        ASSERT_TRUE(again.read(in) && in.done());
        ByteWriter twice;
        again.write(twice);
        ASSERT_EQ(out.bytes(), twice.bytes()) << "seed " << seed << " event " << number;
        windows = std::move(again); // the rest runs on what was written and read
    }
}

TEST(Windows, equal_a_recomputation_on_random_streams_with_late_events) {
    for (int i = 0; i < streams_wanted() && !HasFatalFailure(); ++i)
        try_stream(static_cast<std::uint64_t>(i) + 1);
}

TEST(Windows, mean_of_money_is_rounded_half_to_even) {
    Windows windows({{{}, {}, false, false}}, {{0, Aggregate::mean, 100, 0, 1}}, 0);
    std::vector<Reading> readings(1);
    std::vector<std::uint64_t> superseded;
    const std::int64_t amounts[] = {1, 2, 6, -21};
    const std::int64_t means[] = {1, 2, 3, -3};
    for (std::size_t i = 0; i < 4; ++i) {
        const Event event{i, static_cast<std::int64_t>(i), std::span(&amounts[i], 1)};
        (void)windows.take(event, readings, superseded);
        EXPECT_EQ(readings[0].whole, means[i]);
    }
}

TEST(Windows, a_damaged_state_is_not_read) {
    const std::vector<Series> series{{{0}, {0}, true, false}};
    const std::vector<Feature> features{{0, Aggregate::sum, 100, 1, 1}};
    Windows windows(series, features, 0);
    std::vector<Reading> readings(1);
    std::vector<std::uint64_t> superseded;
    const std::int64_t values[] = {3, 500};
    (void)windows.take({1, 10, values}, readings, superseded);
    ByteWriter out;
    windows.write(out);
    const auto whole = out.bytes();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Windows again(series, features, 0);
        ByteReader in(std::string_view(whole).substr(0, size));
        EXPECT_FALSE(again.read(in) && in.done());
    }
}

} // namespace
} // namespace watch
