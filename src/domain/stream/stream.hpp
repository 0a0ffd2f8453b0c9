// A watch that outlives its process. In its folder lie
//
//   lock             held while a process has the folder open
//   NUMBER.log       every event that was taken, in groups: store/group_log.hpp, stream/group.hpp
//   state            everything the watch knows as after some group, replaced as a whole
//   decisions.jsonl  the records, a line each
//
// An event is acknowledged when its group is on the disk: when commit() answers, or when
// acknowledged() counts it. State and decisions follow from the log. So whatever a crash leaves,
// opening brings back exactly the watch that took the acknowledged events once each, in their
// order, and every decision of theirs, once.
//
// One thread judges, the caller's. What hand_over() is given, a second thread frames, hashes,
// writes and waits for, while the next events are judged; one group is on its way at most.
#pragma once

#include "domain/stream/decisions.hpp"
#include "domain/stream/group.hpp"
#include "store/file.hpp"
#include "store/group_log.hpp"
#include "store/settling.hpp"

namespace stream {

struct Settings {
    std::filesystem::path folder;           // made when it is not there
    std::uint64_t state_bytes = 16U << 20U; // of log until the state is written again, at least
    std::uint64_t file_bytes = 64U << 20U;  // of log in one file
    store::Flush flush{};                   // for tests; empty: the system's
};

struct Recovered {
    bool from_state = false;           // a state was read
    std::uint64_t events = 0;          // read from the log after it
    std::uint64_t cut_bytes = 0;       // of a group that was being written
    std::uint64_t rewritten_bytes = 0; // of decisions that were torn or wrong
};
BOOST_DESCRIBE_STRUCT(Recovered, (), (from_state, events, cut_bytes, rewritten_bytes))

class Stream {
public:
    // `stream.other_rules`, `stream.state`, `stream.decisions`, `stream.group`, `watch.rules`, and
    // those of the store: `store.locked`, `store.log_damaged`, `store.unavailable`.
    static base::Result<std::unique_ptr<Stream>> open(Settings settings, watch::Book book);

    [[nodiscard]] watch::Watch& watch() { return *watch_; }

    // Judges the event, unless one of its id is known: then false. Nothing is promised before
    // commit().
    bool take(const watch::Given& given);
    // The same one after the other, of events that are there together, which is faster; answers how
    // many were not known.
    std::size_t take(std::span<const watch::Given> given);

    [[nodiscard]] std::size_t waiting() const { return group_.events(); }

    // Everything taken is on the disk, and its decisions are in the file, when this answers. After
    // an error nothing more is, until the stream is opened anew.
    base::Result<> commit();
    // The same without waiting for the disk: answers when what was handed over before is there.
    base::Result<> hand_over();

    // Of the events taken since opening, the first so many are on the disk, and their decisions in
    // the file.
    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_.load(); }

    // Commits, and writes the state, so that opening reads no log.
    base::Result<> keep();

    [[nodiscard]] const Recovered& recovered() const { return recovered_; }

    [[nodiscard]] std::filesystem::path decisions_file() const;

private:
    struct State {
        store::LogPlace place;
        std::uint64_t decisions_bytes = 0;
    };

    explicit Stream(Settings settings)
        : settings_(std::move(settings)) {}

    // What goes to the disk together.
    struct Turn {
        std::size_t events = 0;
        std::optional<std::string> group;
        std::string lines;                // of decisions
        std::optional<std::string> state; // of the watch, as after the group
    };

    base::Result<> recover();
    base::Result<State> read_state();
    [[nodiscard]] std::optional<Turn> next_turn(bool keep);
    base::Result<> settle_here(std::optional<Turn> turn);
    // By the thread that settles, or by the caller's while nothing is on its way.
    bool settle();
    base::Result<> put(const Turn& turn);
    base::Result<> write_state(std::string_view inside);

    Settings settings_;
    std::string heading_;
    std::optional<store::FileLock> lock_;
    std::unique_ptr<watch::Watch> watch_;
    GroupWriter group_{0};
    std::string lines_;              // of decisions on what is not handed over
    std::uint64_t unkept_bytes_ = 0; // of log since the state
    std::uint64_t kept_bytes_ = 0;   // of the state
    Recovered recovered_;
    // Of whoever settles, until the turn on its way is there.
    Turn turn_;
    std::optional<store::GroupLog> log_;
    std::optional<Decisions> decisions_;
    std::optional<base::Error> failure_;
    std::atomic<std::uint64_t> acknowledged_ = 0;
    std::unique_ptr<store::Settling> settling_; // once there was a hand_over(); ends first
};

// The digest of everything later records depend on.
[[nodiscard]] std::string state_digest(const watch::Watch& watch);

struct Replayed {
    std::uint64_t groups = 0;
    watch::Tally tally;
    bool same_rules = false;   // as those the folder was written under
    bool same_records = false; // byte for byte those of the folder; of other rules not asked
    std::string rules_digest;
    std::string state_digest;
};
BOOST_DESCRIBE_STRUCT(
    Replayed, (), (groups, tally, same_rules, same_records, rules_digest, state_digest))

// Hands out the folder's events from the first one on, unjudged, in words that the watch meets.
// False when there is no log. `stream.other_fields`.
[[nodiscard]] base::Result<bool> each_event(
    const std::filesystem::path& folder,
    watch::Watch& watch,
    const std::function<base::Result<>(const watch::Given&)>& each);

// Runs the folder's events through a fresh watch, from the first one on: under the same rules to
// prove its records, under others to try them on what really came. `record` gets every line.
// `stream.other_fields` when the rules have other fields.
[[nodiscard]] base::Result<Replayed> replay(
    const std::filesystem::path& folder, watch::Book book, const watch::Watch::Record& record);

} // namespace stream
