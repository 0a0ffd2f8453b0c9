#include "engine/tlog/log_test.hpp"

namespace {

using namespace tlog_test;
using tlog::KeyKind;
using tlog::SignerKey;
using tlog::VerifierKey;

constexpr auto example_vkey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr auto example_note = "This is an example message.\n\n\xe2\x80\x94 example.com/foo "
                              "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3"
                              "mFXmRKuwHjG1Yu72IneyaQM=\n";

std::string code_of(const auto& result) { return result ? "ok" : result.error().code; }

base::Result<std::vector<tlog::Signed>> verified(
    const std::string& text, std::vector<VerifierKey> keys) {
    const auto note = TRY(tlog::read_note(text));
    return tlog::verify_note(note, keys);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

} // namespace

TEST(Note, of_the_specification_verifies) {
    const auto key = VerifierKey::read(example_vkey);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->text(), example_vkey);
    EXPECT_EQ(code_of(verified(example_note, {*key})), "ok");
    const std::string text = example_note;
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const int bit : {0, 3, 6}) {
            auto changed = text;
            changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
            EXPECT_NE(code_of(verified(changed, {*key})), "ok") << at;
        }
    }
}

TEST(Note, is_refused_when_it_is_not_one) {
    const std::string text = example_note;
    const std::string line = text.substr(text.find("\xe2"));

    struct Case {
        std::string why, note, code;
    };

    const Case cases[] = {
        {"empty", "", "tlog.note"},
        {"no signatures", "text\n", "tlog.note"},
        {"no line", "text\n\n", "tlog.note"},
        {"no last newline", text.substr(0, text.size() - 1), "tlog.note"},
        {"carriage return", replaced(text, "message.\n", "message.\r\n"), "tlog.note"},
        {"a tab", replaced(text, "an example", "an\texample"), "tlog.note"},
        {"a zero", replaced(text, "an example", std::string("an\0example", 10)), "tlog.note"},
        {"no UTF-8",
         replaced(
             text,
             "an example",
             "an\xff"
             "example"),
         "tlog.note"},
        {"overlong UTF-8",
         replaced(
             text,
             "an example",
             "an\xc0\xaf"
             "example"),
         "tlog.note"},
        {"a surrogate",
         replaced(
             text,
             "an example",
             "an\xed\xa0\x80"
             "example"),
         "tlog.note"},
        {"a hyphen for the dash", replaced(text, "\xe2\x80\x94", "-"), "tlog.note"},
        {"no name", replaced(text, "example.com/foo ", " "), "tlog.note"},
        {"a plus in the name", replaced(text, "example.com/foo ", "a+b "), "tlog.note"},
        {"a wide space in the name",
         replaced(
             text,
             "example.com/foo ",
             "a\xe3\x80\x80"
             "b "),
         "tlog.note"},
        {"two spaces", replaced(text, "foo Uw2", "foo  Uw2"), "tlog.note"},
        {"base64 of another alphabet", replaced(text, "Uw2QOkn8", "Uw2_Okn8"), "tlog.note"},
        {"base64 cut short", replaced(text, "IneyaQM=", "Iney"), "tlog.signature"},
        {"base64 with unused bits", replaced(text, "aQM=", "aQN="), "tlog.note"},
        {"key id only",
         replaced(text, line, "\xe2\x80\x94 example.com/foo Uw2QOg==\n"),
         "tlog.note"},
        {"text after the signatures", text + "more\n", "tlog.note"},
        {"another name", replaced(text, "foo Uw2", "bar Uw2"), "tlog.unsigned"},
        {"another key id", replaced(text, "Uw2QOkn8", "Uw2QPkn8"), "tlog.unsigned"},
    };
    const auto key = VerifierKey::read(example_vkey);
    for (const auto& each : cases)
        EXPECT_EQ(code_of(verified(each.note, {*key})), each.code) << each.why;
}

TEST(Note, is_split_at_its_last_empty_line) {
    const auto key = SignerKey::generate("a", KeyKind::ed25519);
    const std::string text = "first\n\nsecond\n";
    const tlog::Note note{text, {key.sign(text)}};
    const auto read = tlog::read_note(tlog::note_text(note));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text, text);
    EXPECT_EQ(read->signatures, note.signatures);
}

TEST(Note, carries_many_signatures_of_which_the_known_ones_count) {
    std::vector<SignerKey> keys;
    std::vector<VerifierKey> known;
    tlog::Note note{"text\n", {}};
    for (int i = 0; i < 20; ++i) {
        keys.push_back(SignerKey::generate("k" + std::to_string(i), KeyKind::ed25519));
        known.push_back(keys.back().verifier());
        note.signatures.push_back(keys.back().sign(note.text));
    }
    EXPECT_EQ(verified(tlog::note_text(note), known)->size(), 20U);
    EXPECT_EQ(verified(tlog::note_text(note), {known[3]})->size(), 1U);
    // A known key that fails refuses the whole, however many others are good.
    note.signatures[7].bytes[5] = static_cast<char>(note.signatures[7].bytes[5] ^ 1);
    EXPECT_EQ(code_of(verified(tlog::note_text(note), known)), "tlog.signature");
    EXPECT_EQ(code_of(verified(tlog::note_text(note), {known[3]})), "ok");
    // The same key twice counts once.
    note.signatures = {keys[0].sign(note.text), keys[0].sign(note.text)};
    EXPECT_EQ(verified(tlog::note_text(note), known)->size(), 1U);
}

TEST(Note, keys_of_every_kind_go_through_their_text) {
    for (const auto kind : {KeyKind::ed25519, KeyKind::cosignature, KeyKind::sm2_sm3}) {
        const auto key = SignerKey::generate("示例.cn/日志", kind);
        const auto again = SignerKey::read(key.reveal());
        ASSERT_TRUE(again);
        EXPECT_EQ(again->verifier().text(), key.verifier().text());
        const auto open = VerifierKey::read(key.verifier().text());
        ASSERT_TRUE(open);
        EXPECT_EQ(open->kind, kind);
        EXPECT_EQ(open->key_id, key.verifier().key_id);
        const bool cosigns = kind == KeyKind::cosignature;
        const auto line = cosigns ? key.cosign("t\n", 1700000000) : key.sign("t\n");
        EXPECT_EQ(open->verify("t\n", line), cosigns ? 1700000000U : 0U);
        EXPECT_EQ(open->verify("u\n", line), std::nullopt);
    }
}

TEST(Note, keys_that_are_none_are_refused) {
    const std::string good = example_vkey;
    for (const auto& text :
         {std::string(),
          std::string("a+b"),
          good + "A",
          good.substr(1),
          replaced(good, "530d903a", "530D903A"),
          replaced(good, "530d903a", "530d903b"),
          replaced(good, "foo", "f oo"),
          replaced(good, "+Aeky", "+Beky")}) {
        EXPECT_EQ(code_of(VerifierKey::read(text)), "tlog.key") << text;
    }
    EXPECT_FALSE(SignerKey::read(base::Secret(good)));
    EXPECT_FALSE(SignerKey::read(base::Secret("PRIVATE+KEY+" + good)));
}

TEST(Note, verifiers_that_know_ed25519_alone_pass_over_the_national_signature) {
    std::vector<SignerKey> keys;
    keys.push_back(SignerKey::generate("l", KeyKind::ed25519));
    keys.push_back(SignerKey::generate("l", KeyKind::sm2_sm3));
    const tlog::Checkpoint checkpoint{
        .origin = "l", .head = {1, tlog::leaf_hash("x")}, .extensions = {}};
    const auto text = tlog::note_text(tlog::sign_checkpoint(checkpoint, keys));
    EXPECT_EQ(verified(text, {keys[0].verifier()})->size(), 1U);
    EXPECT_EQ(verified(text, {keys[1].verifier()})->size(), 1U);
    EXPECT_EQ(verified(text, {keys[0].verifier(), keys[1].verifier()})->size(), 2U);
}

TEST(Cosignature, is_made_as_another_implementation_made_it) {
    const auto signer = SignerKey::read(
        base::Secret("PRIVATE+KEY+Wit1+55ee4561+AeadRiG7XM4XiieCHzD8lxysXMwcViy5nYsoXURWGrlE"));
    ASSERT_TRUE(signer);
    const auto cosigner = signer->as_cosigner();
    ASSERT_TRUE(cosigner);
    EXPECT_EQ(
        cosigner->verifier().text(), "Wit1+9b3fb2d5+BFhZSmQj9+SoL+p/nN0Hh76xXmF7QcHfytUrI1XfSClk");
    const auto note = tlog::read_note(golden_checkpoint);
    const auto line = cosigner->cosign(note->text, 1700000000);
    EXPECT_EQ(
        tlog::line_text(line),
        "\xe2\x80\x94 Wit1 mz+y1QAAAABlU/EAYEDMPd8Ge7XzsHcNU+F3AzavfsuzhRT3gC4BORiySViMAWQq5znn5g+r"
        "uu+iDztzMS3EeF6xr4ug+O66ORoSAw==\n");
    EXPECT_EQ(cosigner->verifier().verify(note->text, line), 1700000000U);
    auto late = line;
    late.bytes[0] = static_cast<char>(0x80); // above 2^63 - 1
    EXPECT_EQ(cosigner->verifier().verify(note->text, late), std::nullopt);
}

TEST(Checkpoint, is_read_strictly) {
    const std::string root = "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n";

    struct Case {
        std::string text;
        bool good;
    };

    const Case cases[] = {
        {"o\n15\n" + root, true},
        {"o\n0\n" + root, true},
        {"o\n9223372036854775807\n" + root, true},
        {"o\n15\n" + root + "extension\n", true},
        {"o\n9223372036854775808\n" + root, false},
        {"o\n015\n" + root, false},
        {"o\n+15\n" + root, false},
        {"o\n-1\n" + root, false},
        {"o\n\n" + root, false},
        {"\n15\n" + root, false},
        {"o\n15\n", false},
        {"o\n15\nAAAA\n", false},
        {"o\n15\n" + root + "\n", false},
        {"o\n15\n" + root + "x", false},
    };
    for (const auto& each : cases) {
        const auto read = tlog::Checkpoint::read(each.text);
        EXPECT_EQ(read.has_value(), each.good) << each.text;
        if (!read) continue;
        EXPECT_EQ(read->text(), each.text);
    }
}

TEST(Proof, of_the_golden_log_verifies_and_no_other) {
    const std::string file = "c2sp.org/tlog-proof@v1\n"
                             "index 4\n"
                             "yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=\n"
                             "nk9gCR+floFqznAPtqjjcnnV64dge2jQB95D5t164Hg=\n"
                             "zY1lN35vrXYAPixXSd59LsU29xUJtuW4o2dNNg5Y2Co=\n"
                             "5jLpqTgjsBDSEX6SgZiRnbTMdTuRd8bQ5tSsAOxe0Ks=\n"
                             "\n" +
                             std::string(golden_checkpoint);
    const auto trust = tlog::Trust::of(*VerifierKey::read(golden_vkey));
    const auto leaf = tlog::leaf_hash("five");
    const auto proof = tlog::Proof::read(file);
    ASSERT_TRUE(proof);
    EXPECT_EQ(proof->text(), file);
    EXPECT_EQ(code_of(tlog::check_proof(*proof, leaf, trust)), "ok");
    EXPECT_EQ(code_of(tlog::check_proof(*proof, tlog::leaf_hash("four"), trust)), "tlog.inclusion");
    for (std::size_t at = 0; at < file.size(); ++at) {
        auto changed = file;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        const auto read = tlog::Proof::read(changed);
        const bool good = read && tlog::check_proof(*read, leaf, trust);
        EXPECT_FALSE(good) << at;
    }
    auto with_extra = *proof;
    with_extra.extra = "any bytes\x00\xff";
    EXPECT_EQ(tlog::Proof::read(with_extra.text())->extra, with_extra.extra);
}
