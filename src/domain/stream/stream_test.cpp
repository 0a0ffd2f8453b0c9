// A stream that is stopped anywhere, torn, or damaged.
#include "domain/stream/stream.hpp"
#include "domain/stream/streams_test.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

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
