// The events that share one write to the disk, as bytes and back:
//
//   group = first(number) count(number) word*  count(number) event*
//   event = id(text) time(whole) value*
//   value = 0 for none, or 1 + the whole number folded as `whole` folds it
//
// Words are listed once, when they are first met, in the order of their codes; `first` is the code
// of the first one listed. So a log read from its beginning needs nothing else.
#pragma once

#include "engine/watch/bytes.hpp"
#include "engine/watch/watch.hpp"

namespace stream {

class GroupWriter {
public:
    explicit GroupWriter(std::size_t words_written)
        : words_written_(words_written) {}

    void add(const watch::Given& given);

    [[nodiscard]] bool empty() const { return events_ == 0; }

    [[nodiscard]] std::size_t events() const { return events_; }

    [[nodiscard]] std::size_t words_written() const { return words_written_; }

    // The group, with the words met since the last one; nothing is held any more.
    [[nodiscard]] std::string take(const watch::Words& words);

private:
    watch::ByteWriter bytes_;
    std::size_t events_ = 0;
    std::size_t words_written_;
};

// Reads groups for a watch, whose words may have other codes than the writer's.
class GroupReader {
public:
    explicit GroupReader(watch::Watch& watch)
        : watch_(&watch) {}

    // As if the words that the watch has now had been read.
    void follow();

    using Each = std::function<void(const watch::Given&)>;

    // False when the bytes are no group that may follow; events before what is wrong have been
    // handed out.
    [[nodiscard]] bool read(std::string_view bytes, const Each& each);

    // Whether every word has the code it was written with.
    [[nodiscard]] bool same_words() const { return same_words_; }

private:
    bool read_words(watch::ByteReader& in);
    bool read_event(watch::ByteReader& in, watch::Given& given);

    watch::Watch* watch_;
    std::vector<std::int64_t> codes_; // of the watch, by the writer's
    std::vector<std::int64_t> values_;
    bool same_words_ = true;
};

} // namespace stream
