#include "engine/tlog/log_test.hpp"
#include "engine/tlog/witnessing.hpp"

namespace {

using namespace tlog_test;
using tlog::KeyKind;
using tlog::SignerKey;
using tlog::Trust;

std::string cosigner_text(const std::string& name) {
    return SignerKey::generate(name, KeyKind::cosignature).verifier().text();
}

// Seven lines in which W1…W6 are witnesses, X is two of three, Y any of three, Z both.
std::string two_levels() {
    std::string text = "# whom we trust\n\n  log\t" +
                       SignerKey::generate("log", KeyKind::ed25519).verifier().text() +
                       " https://example.org/log\n";
    for (int i = 1; i <= 6; ++i) {
        const auto name = "W" + std::to_string(i);
        text += "witness " + name + " " + cosigner_text(name) + "\n";
    }
    return text + "group X 2 W1 W2 W3\ngroup Y any W4 W5 W6\ngroup Z all X Y\nquorum Z\n";
}

std::string place_of_fault(const std::string& text) {
    const auto read = Trust::read(text);
    return read ? "ok" : read.error().field;
}

struct WitnessedLog {
    std::vector<SignerKey> keys;
    std::vector<tlog::VerifierKey> known;
    std::vector<Hash> leaves;

    WitnessedLog() {
        keys.push_back(SignerKey::generate("example.org/log", KeyKind::ed25519));
        known.push_back(keys[0].verifier());
        leaves = leaves_of(numbered_entries(20));
    }

    [[nodiscard]] tlog::Head head(std::uint64_t size) const {
        return {size, plain_root(std::span(leaves).first(size))};
    }

    [[nodiscard]] std::string checkpoint(const tlog::Head& at) const {
        return tlog::note_text(tlog::sign_checkpoint(
            {.origin = keys[0].verifier().name, .head = at, .extensions = {}}, keys));
    }

    [[nodiscard]] std::vector<Hash> proof(std::uint64_t from, std::uint64_t to) const {
        return *tlog::consistency_proof(from, to, [&](unsigned level, std::uint64_t index) {
            const auto width = std::uint64_t{1} << level;
            return base::Result<Hash>(plain_root(std::span(leaves).subspan(index * width, width)));
        });
    }
};

} // namespace

TEST(Trust, counts_groups_within_groups) {
    const auto trust = Trust::read(two_levels());
    ASSERT_TRUE(trust) << trust.error().field << trust.error().message.en;
    EXPECT_EQ(trust->logs().size(), 1U);
    EXPECT_EQ(trust->logs()[0].url, "https://example.org/log");

    struct Case {
        std::vector<bool> cosigned;
        bool satisfied;
    };

    const Case cases[] = {
        {{true, true, false, true, false, false}, true},
        {{true, false, true, false, false, true}, true},
        {{true, true, true, true, true, true}, true},
        {{true, true, true, false, false, false}, false},
        {{true, false, false, true, true, true}, false},
        {{false, false, false, false, false, false}, false},
    };
    for (const auto& each : cases)
        EXPECT_EQ(trust->satisfied(each.cosigned), each.satisfied);
}

TEST(Trust, refuses_files_that_are_wrong_and_names_the_line) {
    const auto log = SignerKey::generate("l", KeyKind::ed25519).verifier().text();
    const auto one = "witness A " + cosigner_text("A") + "\n";
    const auto two = "witness B " + cosigner_text("B") + "\n";

    struct Case {
        std::string text, place;
    };

    const Case cases[] = {
        {"quorum none\n", "ok"},
        {"quorum none", "ok"},
        {"log " + log + "\nquorum none\n", "ok"},
        {one + "quorum A\n", "ok"},
        {one + two + "group G 1 A B\nquorum G\n", "ok"},
        {"", "line 0"},
        {"log " + log + "\n", "line 1"},
        {"quorum none\nquorum none\n", "line 2"},
        {"quorum A\n" + one, "line 1"},
        {"quorum none A\n", "line 1"},
        {"logs " + log + "\nquorum none\n", "line 1"},
        {"log " + log + "\nlog " + log + "\nquorum none\n", "line 2"},
        {"log " + cosigner_text("l") + "\nquorum none\n", "line 1"},
        {"witness A " + log + "\nquorum none\n", "line 1"},
        {"witness none " + cosigner_text("A") + "\nquorum none\n", "line 1"},
        {one + one + "quorum A\n", "line 2"},
        {one + "witness A " + cosigner_text("C") + "\nquorum A\n", "line 2"},
        {one + "group A any A\nquorum A\n", "line 2"},
        {one + "group G 0 A\nquorum G\n", "line 2"},
        {one + "group G 2 A\nquorum G\n", "line 2"},
        {one + "group G 01 A\nquorum G\n", "line 2"},
        {one + "group G any\nquorum G\n", "line 2"},
        {one + "group G any B\nquorum G\n", "line 2"},
        {one + "group G any A\ngroup H any A\nquorum G\n", "line 3"},
        {one + "group G any A A\nquorum G\n", "line 2"},
        {one + "group G any none\nquorum G\n", "line 2"},
        {"quorum\r none\n", "line 1"},
    };
    for (const auto& each : cases)
        EXPECT_EQ(place_of_fault(each.text), each.place) << each.text;
}

TEST(Trust, holds_many_witnesses) {
    std::string text;
    std::string members;
    for (int i = 0; i < 64; ++i) {
        const auto name = "w" + std::to_string(i);
        text += "witness " + name + " " + cosigner_text(name) + "\n";
        text += "group g" + std::to_string(i) + " all " + name + "\n";
        members += " g" + std::to_string(i);
    }
    EXPECT_TRUE(Trust::read(text + "group all 33" + members + "\nquorum all\n"));
}

TEST(Trust, accepts_a_checkpoint_with_its_quorum_only) {
    const WitnessedLog log;
    std::vector<SignerKey> witnesses;
    std::string text = "log " + log.known[0].text() + "\n";
    for (const auto* name : {"bank", "office", "union"}) {
        witnesses.push_back(SignerKey::generate(name, KeyKind::cosignature));
        text += std::string("witness ") + name + " " + witnesses.back().verifier().text() + "\n";
    }
    const auto trust = Trust::read(text + "group three 2 bank office union\nquorum three\n");
    ASSERT_TRUE(trust);
    auto note = *tlog::read_note(log.checkpoint(log.head(7)));
    EXPECT_EQ(tlog::accept(tlog::note_text(note), *trust).error().code, "tlog.quorum");
    note.signatures.push_back(witnesses[0].cosign(note.text, 10));
    EXPECT_EQ(tlog::accept(tlog::note_text(note), *trust).error().code, "tlog.quorum");
    note.signatures.push_back(witnesses[0].cosign(note.text, 11)); // the same one again
    EXPECT_EQ(tlog::accept(tlog::note_text(note), *trust).error().code, "tlog.quorum");
    note.signatures.push_back(witnesses[2].cosign(note.text, 12));
    const auto accepted = tlog::accept(tlog::note_text(note), *trust);
    ASSERT_TRUE(accepted);
    const std::vector<tlog::Cosigned> expected{{"bank", 10}, {"union", 12}};
    EXPECT_EQ(accepted->cosigned, expected);
    note.signatures.back().bytes[20] = static_cast<char>(note.signatures.back().bytes[20] ^ 1);
    EXPECT_EQ(tlog::accept(tlog::note_text(note), *trust).error().code, "tlog.signature");
}

TEST(Witnessing, answers_by_the_table_of_the_protocol) {
    const WitnessedLog log;
    const WitnessedLog other; // of the same name, with another key
    const auto ask =
        [&](std::uint64_t old, std::vector<Hash> proof, const std::string& checkpoint) {
            return tlog::AddCheckpoint{old, std::move(proof), checkpoint}.text();
        };
    const auto five = log.head(5);
    const tlog::Head forked{12, tlog::leaf_hash("fork")};
    const tlog::Head nothing{0, tlog::empty_root()};
    const tlog::Head odd_nothing{0, tlog::leaf_hash("")};
    auto broken = *tlog::read_note(log.checkpoint(log.head(12)));
    broken.signatures[0].bytes[9] = static_cast<char>(broken.signatures[0].bytes[9] ^ 1);
    auto unknown = SignerKey::generate("example.org/other", KeyKind::ed25519);
    const auto foreign = tlog::note_text(tlog::sign_checkpoint(
        {.origin = "example.org/other", .head = log.head(12), .extensions = {}}, {&unknown, 1}));
    const std::vector<Hash> too_many(64, tlog::empty_root());

    struct Case {
        std::string why, body;
        std::optional<tlog::Head> held;
        int status;
    };

    const Case cases[] = {
        {"first", ask(0, {}, log.checkpoint(log.head(12))), {}, 200},
        {"first and empty", ask(0, {}, log.checkpoint(nothing)), {}, 200},
        {"follows", ask(5, log.proof(5, 12), log.checkpoint(log.head(12))), five, 200},
        {"again", ask(5, {}, log.checkpoint(five)), five, 200},
        {"unknown origin", ask(0, {}, foreign), {}, 404},
        {"another key", ask(0, {}, other.checkpoint(log.head(12))), {}, 403},
        {"a failing signature", ask(0, {}, tlog::note_text(broken)), {}, 403},
        {"old above size", ask(13, {}, log.checkpoint(log.head(12))), five, 400},
        {"old is not the held", ask(4, log.proof(4, 12), log.checkpoint(log.head(12))), five, 409},
        {"asking for the size", ask(0, {}, log.checkpoint(log.head(12))), five, 409},
        {"behind", ask(3, {}, log.checkpoint(log.head(3))), five, 409},
        {"a wrong proof", ask(5, log.proof(4, 12), log.checkpoint(log.head(12))), five, 422},
        {"no proof", ask(5, {}, log.checkpoint(log.head(12))), five, 422},
        {"a fork", ask(5, log.proof(5, 12), log.checkpoint(forked)), five, 422},
        {"another root", ask(5, {}, log.checkpoint({5, forked.root})), five, 422},
        {"a proof of the same", ask(5, {five.root}, log.checkpoint(five)), five, 422},
        {"a proof from nothing", ask(0, {five.root}, log.checkpoint(five)), {}, 422},
        {"an odd empty tree", ask(0, {}, log.checkpoint(odd_nothing)), {}, 422},
        {"too many hashes", ask(5, too_many, log.checkpoint(log.head(12))), five, 400},
        {"no body", "", {}, 400},
        {"no old line", "\n" + log.checkpoint(five), {}, 400},
        {"a zero before", "old 05\n\n" + log.checkpoint(five), five, 400},
        {"no number", "old five\n\n" + log.checkpoint(five), five, 400},
        {"no hash", "old 5\nAAAA\n\n" + log.checkpoint(five), five, 400},
        {"no checkpoint", "old 5\n\nhello\n", five, 400},
    };
    for (const auto& each : cases) {
        const auto answer = tlog::decide_add_checkpoint(
            each.body, log.known, [&](const std::string&) { return each.held; });
        EXPECT_EQ(answer.status, each.status) << each.why << ": " << answer.body;
        EXPECT_EQ(answer.next.has_value(), each.status == 200) << each.why;
        if (answer.status != 409) continue;
        EXPECT_EQ(answer.body, "5\n");
        EXPECT_EQ(answer.content_type, "text/x.tlog.size");
    }
}

TEST(Witnessing, keeps_the_signatures_it_checked_and_no_other) {
    const WitnessedLog log;
    auto note = *tlog::read_note(log.checkpoint(log.head(3)));
    const auto stranger = SignerKey::generate("stranger", KeyKind::ed25519);
    note.signatures.push_back(stranger.sign(note.text));
    const auto body = tlog::AddCheckpoint{0, {}, tlog::note_text(note)}.text();
    const auto answer = tlog::decide_add_checkpoint(
        body, log.known, [](const std::string&) { return std::optional<tlog::Head>(); });
    ASSERT_TRUE(answer.next);
    EXPECT_EQ(answer.next->note.signatures.size(), 1U);
}
