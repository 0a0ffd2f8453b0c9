// A watched stream that is killed, and one that looks at what is left, for the kill test:
//
//   kill_watch run FOLDER SEED     → ready, then “acked N” each time the first N events of the
//   input
//                                    are acknowledged; reads it from its beginning, for ever
//   kill_watch check FOLDER SEED N → {"events": …, "from_state": …, …}, or what is wrong, N being
//   what
//                                    was acknowledged
#include "domain/stream/streams_test.hpp"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

// So small that states and files change all the time.
stream::Settings settings_of(const char* folder) { return {folder, 20'000, 30'000}; }

struct Found {
    std::uint64_t events = 0; // different ones
    bool from_state = false;
    std::uint64_t replayed = 0;
    std::uint64_t cut_bytes = 0;
    std::uint64_t rewritten_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Found, (), (events, from_state, replayed, cut_bytes, rewritten_bytes))

int fail(const std::string& why) {
    std::fputs((why + "\n").c_str(), stderr);
    return 1;
}

int fail(const base::Error& error) { return fail(error.code + ": " + error.detail); }

int run(const char* folder, std::uint64_t seed) {
    auto opened = stream::Stream::open(settings_of(folder), stream_tests::book());
    if (!opened) return fail(opened.error());
    auto& stream = **opened;
    std::puts("ready");
    std::fflush(stdout);
    stream_tests::Payments payments(seed);
    std::mt19937 random(std::random_device{}());
    std::uint64_t group = 1;
    std::uint64_t taken = 0;
    std::uint64_t handed_over = 0; // of the input
    std::uint64_t handed_over_taken = 0;
    for (std::uint64_t input = 1;; ++input) {
        if (stream.take(payments.next(stream.watch()))) ++taken;
        if (--group > 0) continue;
        group = 1 + random() % 200;
        // Mostly one group is on its way while the next is taken.
        const auto way = random() % 50;
        const auto done = way == 0   ? stream.keep()
                          : way < 10 ? stream.commit()
                                     : stream.hand_over();
        if (!done) return fail(done.error());
        const auto acked = stream.acknowledged() == taken ? input : handed_over;
        if (stream.acknowledged() < handed_over_taken)
            return fail("a group was handed over before the one before was on the disk");
        handed_over = input;
        handed_over_taken = taken;
        std::printf("acked %llu\n", static_cast<unsigned long long>(acked));
        std::fflush(stdout);
    }
}

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

// The stream as it is now, held against a watch without a disk that takes the same input until it
// has as many events; and the log from its beginning against both.
int check(const char* folder, std::uint64_t seed, std::uint64_t acked) {
    Found found;
    std::string digest;
    std::string records;
    {
        auto opened = stream::Stream::open(settings_of(folder), stream_tests::book());
        if (!opened) return fail(opened.error());
        auto& stream = **opened;
        found.from_state = stream.recovered().from_state;
        found.replayed = stream.recovered().events;
        found.cut_bytes = stream.recovered().cut_bytes;
        found.rewritten_bytes = stream.recovered().rewritten_bytes;
        const auto& tally = stream.watch().tally();
        found.events = tally.events + tally.too_late;
        digest = stream::state_digest(stream.watch());
        records = bytes_of(stream.decisions_file());
    }
    const auto fresh = watch::Watch::make(stream_tests::book()).value();
    stream_tests::Payments payments(seed);
    std::string wanted;
    // Repeated ids after the last event may have been heard of or not: they leave words alone.
    bool same = false;
    std::uint64_t events = 0;
    for (std::uint64_t input = 0; !same || input < acked; ++input) {
        if (events == found.events && !same)
            same = wanted == records && stream::state_digest(*fresh) == digest;
        const auto given = payments.next(*fresh);
        if (fresh->knows(given.id)) continue;
        if (events == found.events && input < acked)
            return fail("an acknowledged event is missing");
        if (events == found.events) break;
        fresh->take(given, [&](std::string_view line) { wanted += std::string(line) + '\n'; });
        ++events;
    }
    if (wanted != records) return fail("the decisions differ from those of a replay");
    if (!same) return fail("the state differs from a replay");
    const auto replayed = stream::replay(folder, stream_tests::book(), [](std::string_view) {});
    if (!replayed) return fail(replayed.error());
    if (!replayed->same_records || replayed->state_digest != digest)
        return fail("the log gives something else");
    std::puts(base::json::text(found).c_str());
    return 0;
}

} // namespace

int main(int count, char** words) {
    const bool runs = count == 4 && std::strcmp(words[1], "run") == 0;
    const bool checks = count == 5 && std::strcmp(words[1], "check") == 0;
    if (!runs && !checks) {
        std::fputs("usage: kill_watch run FOLDER SEED | check FOLDER SEED ACKED\n", stderr);
        return 2;
    }
    const auto seed = std::stoull(words[3]);
    return runs ? run(words[2], seed) : check(words[2], seed, std::stoull(words[4]));
}
