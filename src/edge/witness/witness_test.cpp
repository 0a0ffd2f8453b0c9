#include "edge/witness/witness.hpp"
#include "engine/tlog/tile.hpp"
#include "engine/tlog/witnessing.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace witness {
namespace {

using tlog::SignerKey;

// A log of a few entries that signs whatever it is told to.
struct SmallLog {
    SignerKey key = SignerKey::generate("example.org/log", tlog::KeyKind::ed25519);
    std::vector<tlog::Hash> leaves;

    SmallLog() {
        for (int i = 0; i < 200; ++i)
            leaves.push_back(tlog::leaf_hash("entry " + std::to_string(i)));
    }

    [[nodiscard]] tlog::TileNodes tree(std::uint64_t size) const {
        return {size, [this](const tlog::TilePath& path) -> base::Result<std::string> {
                    return tlog::tile_bytes(std::span(leaves).first(path.width));
                }};
    }

    [[nodiscard]] std::string checkpoint(std::uint64_t size) const {
        const tlog::Checkpoint made{
            .origin = key.verifier().name, .head = {size, *tree(size).root()}, .extensions = {}};
        return tlog::note_text(tlog::sign_checkpoint(made, {&key, 1}));
    }

    [[nodiscard]] std::string wish(std::uint64_t old_size, std::uint64_t size) const {
        tlog::AddCheckpoint made{.old_size = old_size, .proof = {}, .checkpoint = checkpoint(size)};
        if (old_size > 0) made.proof = *tree(size).consistency(old_size);
        return made.text();
    }
};

class WitnessTest : public testing::Test {
protected:
    base::Result<std::unique_ptr<Witness>> open() {
        const auto trust =
            *tlog::Trust::read("log " + log.key.verifier().text() + "\nquorum none\n");
        return Witness::open(scratch.folder(), "example.org/witness", trust, clock);
    }

    static http::Response post(Witness& at, std::string body) {
        http::Request request;
        request.method = http::Method::post;
        request.path = "/add-checkpoint";
        request.body = std::move(body);
        return at.answer(request);
    }

    static http::Response get(Witness& at, std::string_view path) {
        http::Request request;
        request.path = path;
        return at.answer(request);
    }

    [[nodiscard]] std::string monitored() const {
        return "/" + base::hex(base::sha256("example.org/log")) + "/checkpoint";
    }

    store::Scratch scratch;
    base::ManualClock clock{{1'700'000'000'000}};
    SmallLog log;
};

TEST_F(WitnessTest, cosigns_what_continues_and_shows_what_it_saw_last) {
    const auto one = *open();
    EXPECT_EQ(get(*one, monitored()).status, 404);
    const auto first = post(*one, log.wish(0, 5));
    ASSERT_EQ(first.status, 200) << first.body;
    const auto lines = tlog::read_lines(first.body);
    ASSERT_TRUE(lines);
    const auto text = tlog::read_note(log.checkpoint(5))->text;
    EXPECT_EQ(one->verifier().verify(text, lines->at(0)), 1'700'000'000U);
    EXPECT_EQ(post(*one, log.wish(5, 12)).status, 200);
    EXPECT_EQ(post(*one, log.wish(5, 12)).body, "12\n");
    const auto shown = tlog::read_note(get(*one, monitored()).body);
    ASSERT_TRUE(shown);
    const std::vector<tlog::VerifierKey> both{log.key.verifier(), one->verifier()};
    EXPECT_EQ(tlog::verify_note(*shown, both)->size(), 2U);
}

TEST_F(WitnessTest, goes_on_after_a_restart_where_it_was) {
    std::string key;
    {
        const auto one = *open();
        key = one->verifier().text();
        EXPECT_EQ(post(*one, log.wish(0, 7)).status, 200);
        EXPECT_EQ(open().error().code, "store.locked"); // one process a folder
    }
    const auto again = *open();
    EXPECT_EQ(again->verifier().text(), key);
    const auto behind = post(*again, log.wish(0, 9));
    EXPECT_EQ(behind.status, 409);
    EXPECT_EQ(behind.body, "7\n");
    EXPECT_EQ(behind.content_type, "text/x.tlog.size");
    EXPECT_EQ(post(*again, log.wish(7, 9)).status, 200);
}

TEST_F(WitnessTest, refuses_to_begin_again_from_a_state_it_cannot_read) {
    const auto file =
        scratch.folder() / (base::hex(base::sha256("example.org/log")) + ".checkpoint");
    {
        const auto one = *open();
        EXPECT_EQ(post(*one, log.wish(0, 7)).status, 200);
    }
    auto text = **store::read_whole(file);
    text.replace(text.find("\n7\n"), 3, "\n3\n");
    ASSERT_TRUE(store::replace_whole(file, text));
    EXPECT_EQ(open().error().code, "witness.state");
}

TEST_F(WitnessTest, many_at_once_leave_one_history) {
    const auto one = *open();
    ASSERT_EQ(post(*one, log.wish(0, 1)).status, 200);
    std::atomic<int> cosigned = 0;
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 6; ++client) {
            clients.emplace_back([&, client] {
                std::uint64_t held = 1;
                for (std::uint64_t size = 2 + static_cast<std::uint64_t>(client); size < 100;
                     size += 3) {
                    auto answer = post(*one, log.wish(std::min(held, size), size));
                    if (answer.status == 409) {
                        held = *tlog::decimal(answer.body.substr(0, answer.body.size() - 1));
                        if (held > size) continue;
                        answer = post(*one, log.wish(held, size));
                    }
                    if (answer.status != 200) continue;
                    held = size;
                    ++cosigned;
                }
            });
        }
    }
    EXPECT_GT(cosigned, 0);
    const auto shown = tlog::SignedCheckpoint::read(get(*one, monitored()).body);
    ASSERT_TRUE(shown);
    const auto size = shown->checkpoint.head.size;
    EXPECT_EQ(shown->checkpoint.head.root, *log.tree(size).root());
    const auto file = store::read_whole(
        scratch.folder() / (base::hex(base::sha256("example.org/log")) + ".checkpoint"));
    EXPECT_EQ(**file, get(*one, monitored()).body);
}

TEST_F(WitnessTest, serves_the_paths_of_the_protocol_and_no_other) {
    const auto one = *open();
    EXPECT_EQ(get(*one, "/").status, 200);
    EXPECT_NE(get(*one, "/").body.find(one->verifier().text()), std::string::npos);
    EXPECT_EQ(get(*one, "/add-checkpoint").status, 405);
    EXPECT_EQ(get(*one, "/../witness.key").status, 404);
    EXPECT_EQ(get(*one, "/witness.key").status, 404);
    EXPECT_EQ(get(*one, "/00/checkpoint").status, 404);
    EXPECT_EQ(get(*one, "checkpoint").status, 404);
    EXPECT_EQ(post(*one, "rubbish").status, 400);
}

TEST_F(WitnessTest, needs_a_name_at_first_and_no_other_later) {
    const auto trust = *tlog::Trust::read("quorum none\n");
    EXPECT_EQ(Witness::open(scratch.folder(), "", trust, clock).error().code, "witness.name");
    EXPECT_TRUE(Witness::open(scratch.folder(), "a", trust, clock));
    EXPECT_TRUE(Witness::open(scratch.folder(), "", trust, clock));
    EXPECT_EQ(Witness::open(scratch.folder(), "b", trust, clock).error().code, "witness.key");
}

} // namespace
} // namespace witness
