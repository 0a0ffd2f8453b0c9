// A stream that is stopped anywhere, torn, or damaged.
#include "domain/stream/stream.hpp"
#include "domain/stream/streams_test.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

namespace stream {
namespace {

using stream_tests::book;
using stream_tests::Payments;
namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

void put(const fs::path& file, std::string_view bytes) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << bytes;
}

struct Known {
    std::string records;
    std::string digest;
};

// Straight through a watch of its own, without a disk.
Known known_after(std::uint64_t seed, int events) {
    const auto watch = watch::Watch::make(book());
    EXPECT_TRUE(watch) << (watch ? "" : watch.error().message.en);
    Payments payments(seed);
    Known known;
    for (int i = 0; i < events; ++i) {
        const auto given = payments.next(**watch);
        if ((*watch)->knows(given.id)) continue;
        (*watch)->take(
            given, [&](std::string_view line) { known.records += std::string(line) + '\n'; });
    }
    known.digest = state_digest(**watch);
    return known;
}

class StreamTest : public testing::Test {
protected:
    Settings small() const { return {scratch_.folder() / "watch", 3'000, 4'000}; }

    std::unique_ptr<Stream> open() {
        auto made = Stream::open(small(), book());
        EXPECT_TRUE(made) << (made ? "" : made.error().code + " " + made.error().detail);
        return made ? *std::move(made) : nullptr;
    }

    std::string refused() {
        const auto made = Stream::open(small(), book());
        return made ? "" : made.error().code;
    }

    // Reads the input from its beginning, as a run that was stopped does.
    static void feed(Stream& stream, std::uint64_t seed, int events, int group) {
        Payments payments(seed);
        for (int i = 1; i <= events; ++i) {
            stream.take(payments.next(stream.watch()));
            if (i % group != 0) continue;
            ASSERT_TRUE(stream.commit());
        }
        ASSERT_TRUE(stream.commit());
    }

    [[nodiscard]] fs::path file(const std::string& name) const { return small().folder / name; }

    [[nodiscard]] fs::path last_log() const {
        fs::path last;
        for (const auto& each : fs::directory_iterator(small().folder)) {
            if (each.path().extension() == ".log" && each.path() > last) last = each.path();
        }
        return last;
    }

    store::Scratch scratch_;
};

TEST_F(StreamTest, equals_a_watch_that_never_stopped_wherever_it_was_stopped) {
    const auto want = known_after(7, 900);
    EXPECT_GT(std::ranges::count(want.records, '\n'), 50);
    std::mt19937 random(7);
    for (int events = 0; events < 900;) {
        events = std::min<int>(900, events + 1 + static_cast<int>(random() % 150));
        const auto stream = open();
        ASSERT_TRUE(stream);
        feed(*stream, 7, events, 1 + static_cast<int>(random() % 30));
        const bool kept = random() % 3 != 0 || stream->keep();
        ASSERT_TRUE(kept);
        const auto now = known_after(7, events);
        ASSERT_EQ(state_digest(stream->watch()), now.digest) << events;
        ASSERT_EQ(bytes_of(stream->decisions_file()), now.records) << events;
    }
    const auto replayed = replay(small().folder, book(), [](std::string_view) {});
    ASSERT_TRUE(replayed) << replayed.error().code;
    EXPECT_TRUE(replayed->same_rules && replayed->same_records);
    EXPECT_EQ(replayed->state_digest, want.digest);
}

TEST_F(StreamTest, reading_the_same_input_again_changes_nothing) {
    feed(*open(), 1, 300, 50);
    const auto before = bytes_of(file("decisions.jsonl"));
    const auto log = bytes_of(last_log());
    const auto stream = open();
    feed(*stream, 1, 300, 50);
    EXPECT_EQ(bytes_of(file("decisions.jsonl")), before);
    EXPECT_EQ(bytes_of(last_log()), log);
}

TEST_F(StreamTest, a_torn_group_is_cut_off_and_taken_again) {
    feed(*open(), 2, 200, 10);
    const auto whole = bytes_of(last_log());
    const auto records = bytes_of(file("decisions.jsonl"));
    for (const std::size_t torn : {1U, 17U, 60U, 200U}) {
        put(last_log(), whole + whole.substr(whole.size() - 300, torn));
        put(file("decisions.jsonl"), records + records.substr(0, torn));
        const auto stream = open();
        ASSERT_TRUE(stream);
        EXPECT_EQ(stream->recovered().cut_bytes, torn);
        EXPECT_EQ(stream->recovered().rewritten_bytes, torn);
        EXPECT_EQ(bytes_of(last_log()), whole);
        EXPECT_EQ(bytes_of(file("decisions.jsonl")), records);
    }
    put(last_log(), whole.substr(0, whole.size() - 5)); // the last group itself
    const auto stream = open();
    ASSERT_TRUE(stream);
    feed(*stream, 2, 200, 10);
    EXPECT_EQ(bytes_of(file("decisions.jsonl")), known_after(2, 200).records);
}

TEST_F(StreamTest, what_is_damaged_before_the_end_is_refused) {
    feed(*open(), 3, 200, 10);
    fs::remove(file("state"));
    auto log = bytes_of(last_log());
    log[log.size() / 3] ^= 1;
    put(last_log(), log);
    EXPECT_EQ(refused(), "store.log_damaged");
    log[log.size() / 3] ^= 1;
    put(last_log(), log);
    EXPECT_EQ(refused(), "");
    fs::remove(file("00000000000000000000.log"));
    EXPECT_EQ(refused(), "store.log_damaged");
}

TEST_F(StreamTest, a_state_that_is_ahead_of_its_log_or_damaged_is_refused_and_can_be_made_again) {
    {
        const auto stream = open();
        feed(*stream, 4, 200, 10);
        ASSERT_TRUE(stream->keep());
    }
    const auto log = bytes_of(last_log());
    put(last_log(), log.substr(0, log.size() - 1));
    EXPECT_EQ(refused(), "store.log_damaged");
    put(last_log(), log);
    auto state = bytes_of(file("state"));
    state[state.size() / 2] ^= 1;
    put(file("state"), state);
    EXPECT_EQ(refused(), "stream.state");
    fs::remove(file("state"));
    EXPECT_EQ(state_digest(open()->watch()), known_after(4, 200).digest);
}

TEST_F(StreamTest, lost_decisions_are_named_and_written_again_from_the_log) {
    {
        const auto stream = open();
        feed(*stream, 5, 200, 10);
        ASSERT_TRUE(stream->keep());
    }
    fs::remove(file("decisions.jsonl"));
    EXPECT_EQ(refused(), "stream.decisions");
    fs::remove(file("state"));
    EXPECT_TRUE(open());
    EXPECT_EQ(bytes_of(file("decisions.jsonl")), known_after(5, 200).records);
}

// A disk that keeps what it is given when it is told to; a power failure leaves that. What comes
// into its place whole (a head, a state) is flushed by whoever puts it there.
class Disk {
public:
    explicit Disk(int forgets_every = 0)
        : forgets_every_(forgets_every) {}

    bool flush(int descriptor) {
        const auto file =
            fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor)).filename().string();
        std::this_thread::sleep_for(std::chrono::microseconds(300));
        const std::lock_guard lock(mutex_);
        ++flushes_;
        if (forgets_every_ > 0 && flushes_ % forgets_every_ == 0) return true;
        flushed_[file] = bytes_of(fs::read_symlink("/proc/self/fd/" + std::to_string(descriptor)));
        return true;
    }

    // The folder as a power failure at this moment leaves it.
    void leave(const fs::path& folder, const fs::path& as) const {
        const std::lock_guard lock(mutex_);
        fs::create_directories(as);
        for (const auto& each : fs::directory_iterator(folder)) {
            const auto name = each.path().filename().string();
            const auto flushed = flushed_.find(name);
            const auto extension = each.path().extension();
            if (flushed != flushed_.end()) {
                put(as / name, flushed->second);
            } else if (extension == ".log") {
                const auto log = bytes_of(each.path());
                const auto read = store::read_log_file(log);
                ASSERT_TRUE(read);
                put(as / name, store::frame_text(true, read->begin, read->heading));
            } else if (name == "state") {
                put(as / name, bytes_of(each.path()));
            }
        }
    }

private:
    int forgets_every_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> flushed_;
    int flushes_ = 0;
};

struct Left {
    fs::path folder;
    std::uint64_t acknowledged;
};

// The events of the log that a power failure left, which are a beginning of the input; nothing when
// they are not.
std::optional<std::uint64_t> events_left(const fs::path& folder, std::uint64_t seed) {
    const auto opened = Stream::open({folder, 3'000, 4'000}, book());
    if (!opened) return {};
    const auto& tally = (*opened)->watch().tally();
    const auto events = tally.events + tally.too_late;
    const auto watch = watch::Watch::make(book()).value();
    Payments payments(seed);
    const auto digest = state_digest((*opened)->watch());
    std::string records;
    std::uint64_t taken = 0;
    for (;;) {
        // Words of repeated events after the last one may have been heard of or not.
        if (taken == events && state_digest(*watch) == digest) break;
        const auto given = payments.next(*watch);
        if (watch->knows(given.id)) continue;
        if (taken++ == events) return {};
        watch->take(given, [&](std::string_view line) { records += std::string(line) + '\n'; });
    }
    if (records != bytes_of((*opened)->decisions_file())) return {};
    return events;
}

class PowerTest : public StreamTest {
protected:
    // Feeds a stream whose disk fails now and then, and says what was left and promised each time.
    std::vector<Left> fail_now_and_then(Disk& disk, std::uint64_t seed) {
        auto settings = small();
        settings.flush = [&](int descriptor) { return disk.flush(descriptor); };
        const auto stream = Stream::open(settings, book()).value();
        Payments payments(seed);
        std::mt19937 random(static_cast<std::uint32_t>(seed));
        std::vector<Left> left;
        for (int i = 1; i <= 500; ++i) {
            stream->take(payments.next(stream->watch()));
            if (random() % 8 == 0) {
                const bool waits = random() % 8 == 0;
                EXPECT_TRUE(waits ? stream->commit() : stream->hand_over());
            }
            if (random() % 40 != 0) continue;
            const auto promised = stream->acknowledged();
            left.push_back({scratch_.folder() / ("left " + std::to_string(i)), promised});
            disk.leave(settings.folder, left.back().folder);
        }
        return left;
    }
};

TEST_F(PowerTest, what_was_acknowledged_survives_a_power_failure_at_any_moment) {
    const std::uint64_t seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Disk disk;
    for (const auto& [folder, acknowledged] : fail_now_and_then(disk, seed)) {
        const auto events = events_left(folder, seed);
        ASSERT_TRUE(events) << folder;
        EXPECT_GE(*events, acknowledged) << folder;
    }
}

TEST_F(PowerTest, a_disk_that_does_not_flush_what_it_says_is_seen_to_lose_something) {
    Disk disk(4);
    bool lost = false;
    for (const auto& [folder, acknowledged] : fail_now_and_then(disk, 11)) {
        const auto events = events_left(folder, 11);
        lost = lost || !events || *events < acknowledged;
    }
    EXPECT_TRUE(lost) << "or the test above sees nothing";
}

TEST_F(StreamTest, after_a_refused_flush_nothing_is_acknowledged_until_it_is_opened_anew) {
    for (const bool waits : {true, false}) {
        fs::remove_all(small().folder);
        std::atomic<bool> refuse = false;
        auto settings = small();
        settings.flush = [&](int) { return !refuse; };
        {
            const auto stream = Stream::open(settings, book()).value();
            feed(*stream, 9, 100, 10);
            const auto acknowledged = stream->acknowledged();
            EXPECT_GT(acknowledged, 50U);
            refuse = true;
            Payments payments(9);
            const auto take_until = [&](int until) {
                for (int i = 0; i < until; ++i)
                    stream->take(payments.next(stream->watch()));
            };
            take_until(150);
            if (!waits) {
                EXPECT_TRUE(stream->hand_over());
            }
            EXPECT_EQ(stream->commit().error().code, "store.unavailable");
            refuse = false;
            take_until(50);
            EXPECT_EQ(stream->hand_over().error().code, "store.unavailable");
            EXPECT_EQ(stream->keep().error().code, "store.unavailable");
            EXPECT_EQ(stream->acknowledged(), acknowledged);
        }
        const auto stream = open();
        ASSERT_TRUE(stream);
        EXPECT_EQ(state_digest(stream->watch()), known_after(9, 100).digest);
        feed(*stream, 9, 300, 10);
        EXPECT_EQ(bytes_of(file("decisions.jsonl")), known_after(9, 300).records);
    }
}

TEST_F(StreamTest, the_next_group_is_judged_while_one_goes_to_the_disk) {
    std::promise<void> held;
    std::promise<void> go;
    std::atomic<bool> hold = false;
    auto settings = small();
    settings.flush = [&](int) {
        if (!hold.exchange(false)) return true;
        held.set_value();
        go.get_future().wait();
        return true;
    };
    const auto stream = Stream::open(settings, book()).value();
    Payments payments(10);
    const auto take = [&] {
        while (!stream->take(payments.next(stream->watch()))) {
        }
    };
    hold = true;
    take();
    ASSERT_TRUE(stream->hand_over());
    held.get_future().wait();
    take();
    EXPECT_EQ(stream->acknowledged(), 0U);
    auto second = std::async(std::launch::async, [&] { return stream->hand_over().has_value(); });
    EXPECT_EQ(second.wait_for(std::chrono::milliseconds(30)), std::future_status::timeout)
        << "one is on its way at most";
    go.set_value();
    EXPECT_TRUE(second.get());
    EXPECT_GE(stream->acknowledged(), 1U);
    ASSERT_TRUE(stream->commit());
    EXPECT_EQ(stream->acknowledged(), 2U);
}

// What a process wrote and did not flush before it died is shown by the system all the same.
TEST_F(StreamTest, what_is_found_upon_opening_is_on_the_disk_before_anybody_hears_of_it) {
    feed(*open(), 12, 100, 10);
    Disk disk;
    auto settings = small();
    settings.flush = [&](int descriptor) { return disk.flush(descriptor); };
    const auto events = [&] {
        const auto stream = Stream::open(settings, book()).value();
        return stream->watch().tally().events + stream->watch().tally().too_late;
    }();
    const auto log = last_log().filename();
    const auto left = scratch_.folder() / "left";
    disk.leave(settings.folder, left);
    EXPECT_EQ(bytes_of(left / log), bytes_of(settings.folder / log));
    EXPECT_GT(events, 50U);
}

TEST_F(StreamTest, one_folder_serves_one_process_and_one_set_of_rules) {
    {
        const auto stream = open();
        EXPECT_EQ(refused(), "store.locked");
        feed(*stream, 6, 50, 10);
    }
    auto stricter = book();
    stricter.rules[0].when = "hour_sum >= 500元";
    const auto other = Stream::open(small(), stricter);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, "stream.other_rules");
    std::string records;
    const auto tried = replay(small().folder, stricter, [&](std::string_view line) {
        records += std::string(line) + '\n';
    });
    ASSERT_TRUE(tried) << tried.error().code;
    EXPECT_FALSE(tried->same_rules);
    EXPECT_NE(records, bytes_of(file("decisions.jsonl")));
    stricter.fields.push_back({"channel", {}, watch::FieldType::word, {}});
    const auto wider = replay(small().folder, stricter, [](std::string_view) {});
    ASSERT_FALSE(wider);
    EXPECT_EQ(wider.error().code, "stream.other_fields");
}

} // namespace
} // namespace stream
