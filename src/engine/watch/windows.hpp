// Exact sliding windows over event time.
//
// A series keeps, for each key, the events that belong to it in the order of (time, arrival). A
// window of length L read at an event of time t holds the events received so far that lie in
// (t − L, t], those of the same time only if they arrived before. So the reading of an event never
// depends on what came later, and equals a recomputation from all events received until then.
//
// An event that comes late is put in its place, and the events whose windows would now read
// otherwise are named: their decisions are superseded. What is later than the watermark (the
// greatest time seen) by more than the permitted lateness is refused, since its neighbours are
// forgotten.
//
// Cost: an event in order takes amortised O(1) for every aggregate but quantiles (O(√n)); a late
// one O(d) for the d events of its key after it, and its reading O(n) of its windows.
#pragma once

#include "engine/watch/bytes.hpp"

#include <boost/describe.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace watch {

__extension__ using Wide = __int128; // sums of many amounts, and of their squares

inline constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::min(); // no value there
// Values of fields lie within ±this (1 兆元 in 分), so that sums of squares of 2^40 events are
// exact.
inline constexpr std::int64_t value_most = 100'000'000'000'000;

enum class Aggregate {
    count,
    sum,
    min,
    max,
    mean,
    sd, // of a sample: n − 1
    distinct,
    quantile, // nearest rank; argument in ppm
    nth_last, // the value of the argument-th event before this one
    since     // milliseconds since the argument-th event before this one
};
BOOST_DESCRIBE_ENUM(Aggregate, count, sum, min, max, mean, sd, distinct, quantile, nth_last, since)

struct Event {
    std::uint64_t number = 0; // of arrival, ascending: names the decision
    std::int64_t time_ms = 0;
    std::span<const std::int64_t> values; // by field: whole numbers, 分, codes of words; or nothing
    std::uint64_t belongs = ~std::uint64_t{0}; // bit i: series i takes it
};

struct Series {
    std::vector<std::uint32_t> key;     // fields; an event lacking one of them does not belong
    std::vector<std::uint32_t> read_by; // the fields of the event that name the key to read
    bool coded = false;                 // the key is one field of small codes
    bool filtered = false;              // some events are kept out by `belongs`
};

struct Feature {
    std::uint32_t series = 0;
    Aggregate of = Aggregate::count;
    std::int64_t length_ms = 0;
    std::uint32_t field = 0;   // none for count and since
    std::int64_t argument = 1; // of quantile, nth_last, since
};

struct Reading {
    std::int64_t whole = nothing;
    double real = 0; // mean and sd; `whole` then says that there is one
    friend bool operator==(const Reading&, const Reading&) = default;
};

enum class Ahead { far, middle, near };

enum class Taken { in_order, late, too_late };

class Keyed; // one series: watch/keyed.hpp

class Windows {
public:
    static constexpr std::size_t series_most = 64;

    Windows(
        std::vector<Series> series, const std::vector<Feature>& features, std::int64_t lateness_ms);
    Windows(Windows&&) noexcept;
    Windows& operator=(Windows&&) noexcept;
    ~Windows();

    // Reads every feature as at the event, the event included where it belongs; one reading a
    // feature. `superseded` gets the numbers of earlier events, ascending, whose readings were made
    // without this one. Nothing happens to a `too_late` event.
    Taken take(
        const Event& event, std::span<Reading> readings, std::vector<std::uint64_t>& superseded);

    // Brings what a coming event needs near the processor, in three steps, the farthest first; only
    // speed depends on it.
    void prefetch(const Event& event, Ahead ahead) const;

    // The events inside a feature's window as it was read by the event, ascending.
    [[nodiscard]] std::vector<std::uint64_t> inside(const Feature& feature, const Event& event);

    [[nodiscard]] std::int64_t watermark_ms() const { return watermark_ms_; }

    // Everything that later readings depend on. The same events give the same bytes.
    void write(ByteWriter& out) const;
    // Of a state with the same series and features; false when the bytes are not such a state, and
    // then these windows are good for nothing.
    [[nodiscard]] bool read(ByteReader& in, const Bounds& bounds = {});

private:
    void forget();

    std::vector<std::unique_ptr<Keyed>> series_;
    std::int64_t lateness_ms_;
    std::int64_t watermark_ms_ = nothing;
    std::int64_t swept_ms_ = nothing; // when all keys were last rid of what no reading needs
    std::int64_t longest_ms_ = 0;
};

} // namespace watch
