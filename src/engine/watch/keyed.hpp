// One series: the events of every key in a ring, and the running aggregates of its windows.
//
// All windows of a key share its ring, since each is a suffix of it: a window is the position where
// it begins. Sums are subtracted upon leaving; extremes come from one list of peaks a field, shared
// by all windows; distinct values from links between events of one value, so that one table a key
// serves every window.
#pragma once

#include "engine/watch/order.hpp"
#include "engine/watch/windows.hpp"

#include <deque>

namespace watch {

// A wide number kept in two words, the low one first.
constexpr Wide wide_of(const std::int64_t* words) {
    return Wide{words[1]} << 64U | static_cast<std::uint64_t>(words[0]);
}

class Keyed {
public:
    Keyed(Series series, std::int64_t lateness_ms)
        : series_(std::move(series))
        , lateness_ms_(lateness_ms) {}

    void add(const Feature& feature, std::size_t place); // all before the first event
    void arrange();                                      // after the last add()

    [[nodiscard]] std::int64_t longest_ms() const { return longest_ms_; }

    // True when the event came before one of its key that was read or taken already.
    bool take(
        const Event& event,
        bool belongs,
        std::int64_t watermark_ms,
        std::span<Reading> readings,
        std::vector<std::uint64_t>& superseded);
    void prefetch(const Event& event, Ahead ahead) const;
    void inside(std::int64_t length_ms, const Event& event, std::vector<std::uint64_t>& numbers);
    void forget(std::int64_t watermark_ms);
    void write(ByteWriter& out, std::int64_t watermark_ms) const;
    [[nodiscard]] bool read(ByteReader& in, std::int64_t watermark_ms, const Bounds& bounds);

private:
    struct Window {
        std::int64_t length_ms = 0;
        std::vector<std::uint32_t> totals;   // columns added up
        std::vector<std::uint32_t> spreads;  // columns whose squares are added up
        std::vector<std::uint32_t> distinct; // links counted
        std::vector<std::uint32_t> ordered;  // columns with an Ordered
        // Where its totals, spreads and distinct values begin among the words of a slot, its
        // Ordered among those.
        std::uint32_t first_total = 0;
        std::uint32_t first_spread = 0;
        std::uint32_t first_distinct = 0;
        std::uint32_t first_ordered = 0;
    };

    // How many words of a slot each of them takes: a total a wide sum and how many events have the
    // field, a spread a wide sum of squares.
    static constexpr std::uint32_t total_words = 3;
    static constexpr std::uint32_t spread_words = 2;

    // One feature, with the places it reads.
    struct Wanted {
        Aggregate of = Aggregate::count;
        std::uint32_t window = 0;
        std::uint32_t place = 0;  // among readings
        std::uint32_t column = 0; // of the ring
        std::uint32_t state = 0;  // among the words of a slot, its ordered or its peaks
        std::uint32_t spread = 0; // of sd, among the words
        std::int64_t argument = 1;
    };

    struct Reader {
        std::int64_t time_ms;
        std::uint64_t number;
    };

    struct Slot {
        std::unique_ptr<std::int64_t[]> ring;
        std::uint64_t first = 0; // positions count from the key's first event
        std::uint64_t end = 0;
        std::uint64_t capacity = 0;
        std::int64_t as_of_ms = nothing; // windows stand as of then
    };

    // What is not in the slot itself, by place: slot × how many a slot has.
    struct Apart {
        // Of each slot in one piece, since an event needs all of it: where its windows begin, then
        // their totals, spreads and numbers of distinct values.
        std::vector<std::int64_t> words;
        std::vector<Peaks> peaks;
        std::vector<LastSeen> seen;
        std::vector<Ordered> ordered;
        std::vector<std::deque<Reader>> readers;
    };

    [[nodiscard]] std::int64_t* entry(const Slot& slot, std::uint64_t position) const {
        return slot.ring.get() + (position & (slot.capacity - 1)) * stride_;
    }

    [[nodiscard]] std::int64_t* words_of(std::uint32_t key) {
        return apart_.words.data() + key * words_;
    }

    [[nodiscard]] const std::int64_t* words_of(std::uint32_t key) const {
        return apart_.words.data() + key * words_;
    }

    [[nodiscard]] std::uint32_t column_of(std::uint32_t field);
    [[nodiscard]] std::uint32_t link_of(std::uint32_t column);
    [[nodiscard]] std::uint32_t window_of(std::int64_t length_ms);
    static std::uint32_t place_of(std::vector<std::uint32_t>& among, std::uint32_t wanted);
    void arrange_one(Wanted& wanted);

    [[nodiscard]] std::uint32_t key_of(
        const Event& event, const std::vector<std::uint32_t>& fields, bool make);
    std::uint32_t slot_of_code(std::int64_t code, bool make);
    void grow_slots();
    void grow_ring(Slot& slot);
    void advance(std::uint32_t key, std::int64_t time_ms);
    void leave(
        std::uint32_t key, const Window& window, std::int64_t* words, const std::int64_t* leaving);
    void enter(
        std::uint32_t key, std::size_t place, std::uint64_t position, const std::int64_t* entering);
    void prune(std::uint32_t key, std::int64_t cutoff_ms);
    std::uint64_t insert(std::uint32_t key, const Event& event); // answers the position
    void make_room(std::uint32_t key, std::uint64_t position);
    void link(std::uint32_t key, std::uint64_t position);
    void raise_peaks(std::uint32_t key, std::uint64_t position);
    void settle(std::uint32_t key, std::uint64_t position);
    void name_superseded(
        std::uint32_t key,
        std::uint64_t position,
        const Event& event,
        std::vector<std::uint64_t>& superseded) const;
    bool read_key(
        ByteReader& in,
        std::uint32_t key,
        std::span<std::int64_t> values,
        std::int64_t watermark_ms,
        const Bounds& bounds);
    void read_nobody(const Event& event, std::span<Reading> readings) const;
    void read_now(
        std::uint32_t key, std::int64_t time_ms, bool own, std::span<Reading> readings) const;
    void read_then(
        std::uint32_t key,
        std::int64_t time_ms,
        std::uint64_t end,
        bool own,
        std::span<Reading> readings) const;
    void read_before(
        std::uint32_t key,
        const Wanted& wanted,
        std::uint64_t begin,
        std::uint64_t end,
        std::int64_t time_ms,
        bool own,
        Reading& reading) const;

    static constexpr std::size_t head = 2; // of an entry: time and number

    Series series_;
    std::int64_t lateness_ms_;
    std::int64_t longest_ms_ = 0;
    std::vector<std::uint32_t> fields_;  // kept in the ring, after the head
    std::vector<std::uint32_t> links_;   // columns whose equal values are linked, after the fields
    std::vector<std::uint32_t> highest_; // columns with peaks: maxima …
    std::vector<std::uint32_t> lowest_;  // … and minima, after them
    std::vector<Window> windows_;
    std::vector<Wanted> wanted_;
    std::size_t stride_ = head;
    std::size_t words_ = 0, ordered_ = 0; // how many a slot has
    bool follows_readers_ = false;        // decisions that read a key without belonging to it

    Keys keys_;                          // of keys that are no codes
    Keys pairs_;                         // joins the fields of longer keys, two by two
    std::vector<std::uint32_t> by_code_; // slots of keys that are codes
    std::vector<std::int64_t> names_;    // of slots: the code, or two numbers
    std::vector<Slot> slots_;
    Apart apart_;
};

} // namespace watch
