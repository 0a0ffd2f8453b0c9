#include "engine/ledger/export.hpp"
#include "engine/ledger/invariant.hpp"
#include "engine/ledger/naive_test.hpp"
#include "engine/ledger/packed.hpp"
#include "engine/ledger/root.hpp"
#include "engine/ledger/text.hpp"

#include <gtest/gtest.h>

namespace ledger {
namespace {

constexpr std::int64_t start_ms = 1'700'000'000'000;
constexpr std::int64_t steps_of_a_world = 400;

// One random history: the book and the naive ledger side by side.
class World {
public:
    explicit World(std::uint64_t seed)
        : source_(seed) {
        const auto count = 2 + source_.below(9);
        for (std::int64_t i = 1; i <= count; ++i) {
            Account account{.id = {i}, .series = {1 + source_.below(2)}};
            if (i > 1 && !source_.one_in(3)) account.debit_limit = 0;
            if (source_.one_in(6)) account.credit_limit = 200;
            opening_.push_back(account);
            book_.put(account);
            naive_.accounts[i] = {
                .series = account.series.value,
                .debit_limit = account.debit_limit == unlimited ? naive::Big{-1} : naive::Big{0},
                .credit_limit =
                    account.credit_limit == unlimited ? naive::Big{-1} : naive::Big{200}};
        }
    }

    // The number of acts.
    std::int64_t run() {
        std::int64_t count = 0;
        while (count < steps_of_a_world && !testing::Test::HasFailure()) {
            now_ += source_.below(3) * source_.below(8);
            send(expiries());
            const auto acts = source_.batch(opening_.size(), now_);
            send(acts);
            count += std::ssize(acts);
            compare();
        }
        replay();
        return count;
    }

    [[nodiscard]] const std::set<std::string>& seen() const { return seen_; }

private:
    std::vector<Act> expiries() {
        const auto due = book_.due(now_, batch_most);
        const auto naive_due = naive_.due(now_);
        EXPECT_EQ(due.size(), naive_due.size());
        std::vector<Act> acts;
        for (std::size_t i = 0; i < due.size() && i < naive_due.size(); ++i) {
            EXPECT_EQ(due[i].value, naive_due[i]);
            acts.push_back(expire({.hold = due[i], .id = {1'000'000'000 + expiries_++}}));
        }
        return acts;
    }

    void send(const std::vector<Act>& acts) {
        if (acts.empty()) return;
        const Before before{.accounts = book_.accounts(), .holds = book_.holds()};
        const auto lines = std::ssize(book_.lines());
        stamp_ = std::max(stamp_, now_ * stamps_per_ms);
        std::vector<Outcome> outcomes;
        book_.post(acts, stamp_, outcomes);
        const auto answers = naive_.batch(acts, stamp_ / stamps_per_ms);
        ASSERT_EQ(outcomes.size(), acts.size());
        ASSERT_EQ(answers.size(), acts.size());
        for (std::size_t i = 0; i < acts.size(); ++i) {
            EXPECT_EQ(name(outcomes[i].refusal), answers[i]) << write_acts(acts) << " at " << i;
            seen_.insert(answers[i]);
        }
        for (auto line = static_cast<std::size_t>(lines); line < book_.lines().size(); ++line)
            EXPECT_EQ(book_.lines()[line].stamp, stamp_++);
        ensure_kept(before, book_);
    }

    void compare() const {
        std::map<std::int64_t, naive::Big> net;
        for (const auto& account : book_.accounts()) {
            const auto& naive = naive_.accounts.at(account.id.value);
            EXPECT_TRUE(naive::Big{account.debits_posted} == naive.out);
            EXPECT_TRUE(naive::Big{account.credits_posted} == naive.in);
            EXPECT_TRUE(naive::Big{account.debits_pending} == naive.held_out);
            EXPECT_TRUE(naive::Big{account.credits_pending} == naive.held_in);
            EXPECT_EQ(boost::describe::enum_to_string(account.state, ""), naive.state);
            net[account.series.value] +=
                naive.out - naive.in + 7 * (naive.held_out - naive.held_in);
        }
        for (const auto& [series, sum] : net)
            EXPECT_TRUE(sum == 0) << "series " << series;
        EXPECT_EQ(book_.holds().size(), naive_.holds.size());
        for (const auto& hold : book_.holds()) {
            const auto& naive = naive_.holds.at(hold.id.value);
            EXPECT_TRUE(naive::Big{hold.held} == naive.held);
            EXPECT_EQ(boost::describe::enum_to_string(hold.state, ""), naive.state);
            EXPECT_EQ(hold.number, naive.number);
        }
    }

    static void expect_same(const Line& one, const Line& other) {
        EXPECT_EQ(one.act, other.act);
        EXPECT_EQ(one.stamp, other.stamp);
        EXPECT_EQ(one.debit, other.debit);
        EXPECT_EQ(one.credit, other.credit);
        EXPECT_EQ(one.pending, other.pending);
        EXPECT_EQ(one.posted, other.posted);
        EXPECT_EQ(one.debit_previous, other.debit_previous);
        EXPECT_EQ(one.credit_previous, other.credit_previous);
    }

    // What was done, through its text, done again: the very same book.
    void replay() const {
        if (book_.lines().empty()) return;
        std::vector<Act> acts;
        for (const auto& line : book_.lines())
            acts.push_back(line.act);
        const auto read = read_acts(write_acts(acts), acts.size());
        ASSERT_TRUE(read);
        EXPECT_EQ(*read, acts);
        Book again;
        for (const auto& account : opening_)
            again.put(account);
        again.redo(*read, book_.lines().front().stamp);
        const auto unpacked = unpack_lines(pack(again.lines()), again.lines().front().stamp);
        for (std::size_t i = 0; i < unpacked.size(); ++i)
            expect_same(unpacked[i], again.lines()[i]);
        std::string packed;
        for (const auto& account : book_.accounts())
            pack(packed, account);
        EXPECT_EQ(unpack_accounts(packed, book_.accounts().front().id), book_.accounts());
        EXPECT_EQ(again.accounts(), book_.accounts());
        EXPECT_EQ(again.holds(), book_.holds());
        EXPECT_EQ(again.marks().size(), book_.marks().size());
    }

    naive::Source source_;
    std::vector<Account> opening_;
    Book book_;
    naive::Ledger naive_;
    std::set<std::string> seen_;
    std::int64_t now_ = start_ms;
    Stamp stamp_ = 0;
    std::int64_t expiries_ = 0;
};

TEST(LedgerModel, random_acts_come_out_as_a_naive_ledger_has_them) {
    const auto seed = naive::seed();
    const auto steps = static_cast<std::int64_t>(naive::number_from("RONGQIAO_CASES", 60'000));
    std::set<std::string> seen;
    std::int64_t done = 0;
    const auto missing = [&] {
        std::vector<std::string> names;
        for (int i = 0; i <= static_cast<int>(Refusal::expiry_past); ++i) {
            if (auto one = std::string(name(static_cast<Refusal>(i))); !seen.contains(one))
                names.push_back(one);
        }
        return names;
    };
    // Some answers are rare: it goes on for them, but not for ever.
    for (std::uint64_t world = 0;
         (done < steps || (!missing().empty() && done < 40 * steps)) && !HasFailure();
         ++world) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", world " + std::to_string(world));
        World one(seed * 1'000'003 + world);
        done += one.run();
        seen.insert(one.seen().begin(), one.seen().end());
    }
    std::cout << done << " acts, " << seen.size() << " outcomes\n";
    // Everything an act can be told came up, so that nothing was compared by never happening.
    EXPECT_EQ(missing(), std::vector<std::string>{});
}

TEST(LedgerRefusal, every_refusal_has_a_sentence_and_a_cure_in_both_languages) {
    for (int i = 2; i <= static_cast<int>(Refusal::expiry_past); ++i) {
        const auto refusal = static_cast<Refusal>(i);
        const auto error = ledger::error({.refusal = refusal});
        EXPECT_EQ(error.code, "ledger." + std::string(name(refusal)));
        EXPECT_FALSE(error.message.zh.empty() || error.message.en.empty());
        EXPECT_FALSE(error.cure.zh.empty() || error.cure.en.empty());
        EXPECT_EQ(refusal_from(name(refusal)), refusal);
    }
}

TEST(LedgerText, takes_no_second_form_of_an_act) {
    using namespace std::string_view_literals;
    const std::string_view wrong[] = {
        "t",
        "t 1",
        "t 1 2 3",
        "t 1 2 3 4 ",
        "t 1 2 3 4 0 0",
        "t 1 2 3 04",
        "t 1 2 3 -4",
        "t  1 2 3 4",
        "t 1 2 3 4;",
        ";t 1 2 3 4",
        "q 1 2 3 4",
        "t 1 2 3 4 5",
        "p 1 2 3 2",
        "x 1 nothing",
        "d 1 2 --",
        "t 1 2 3 4 5 6 7",
        "f 1 2 3",
        "t++ 1 2 3 4",
        "t 1 2 3 99999999999999999999",
        "h 1 2 3 4",
        "x 1 overflow 1 1",
        "x 1 overflow\0"sv,
        "x 3 overflow\0\0\0;r 1 2"sv,
        "t 1 2 3 4\0"sv,
        " t 1 2 3 4"};
    for (const auto text : wrong)
        EXPECT_FALSE(read_acts(text)) << text;
    const char* const right[] = {
        "",
        "t 1 2 3 4",
        "t+ 1 2 3 4 5 6;h 2 3 4 5 6",
        "p 1 2 0 1 0 7",
        "d 1 2 -;l 2 2 0;x 3 overflow",
        "r 1 2;a 2 3 4;e 3 4;f 4 5;u 5 6;c 6 7"};
    for (const auto* text : right) {
        const auto acts = read_acts(text);
        ASSERT_TRUE(acts) << text;
        EXPECT_EQ(write_acts(*acts), text);
    }
    EXPECT_FALSE(read_acts("t 1 2 3 4;t 2 2 3 4", 1));
}

// RFC 6962's tree over the eight leaves that certificate transparency's implementations test with;
// roots for 0 … 8 leaves.
TEST(LedgerRoot, builds_the_tree_of_rfc_6962) {
    using namespace std::string_literals;
    const std::string entries[] = {
        "",
        "\x00"s,
        "\x10",
        "\x20\x21",
        "\x30\x31",
        "\x40\x41\x42\x43",
        "\x50\x51\x52\x53\x54\x55\x56\x57",
        "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
    const char* const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    std::vector<Digest> leaves;
    for (std::size_t size = 0; size <= 8; ++size) {
        EXPECT_EQ(base::hex(merkle_root(leaves)), roots[size]) << size;
        if (size < 8) leaves.push_back(leaf(entries[size]));
    }
}

TEST(LedgerRoot, an_export_has_one_root_and_a_changed_one_another) {
    const std::string text = export_head(2, 3) + "account 1 1 open - - 0 500 0 0\n" +
                             "account 2 1 open 0 - 0 0 0 500\n" + "hold 2 77 1 2 100 0\n";
    const auto root = root_of_export(text).value();
    const Digest accounts[] = {
        leaf("account 1 1 open - - 0 500 0 0"), leaf("account 2 1 open 0 - 0 0 0 500")};
    const Digest holds[] = {leaf(""), leaf("hold 2 77 1 2 100 0"), leaf("")};
    EXPECT_EQ(
        root,
        state_root(
            {.accounts = 2,
             .accounts_root = merkle_root(accounts),
             .holds = 3,
             .holds_root = merkle_root(holds)}));
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        const auto other = root_of_export(changed);
        EXPECT_TRUE(!other || *other != root) << i;
    }
    EXPECT_FALSE(root_of_export(""));
    EXPECT_FALSE(root_of_export(export_head(1, 0)));
    EXPECT_FALSE(root_of_export(export_head(0, 1) + "hold 2 1 1 1 1 0\n"));
}

TEST(LedgerRoot, nodes_of_sixteen_give_the_same_root) {
    std::vector<Digest> leaves;
    for (int size = 0; size < 600; ++size) {
        const auto shape = remainders(size);
        std::vector<Digest> nodes;
        std::vector<std::vector<Digest>> levels{leaves};
        while (std::ssize(levels.back()) >= node_width) {
            std::vector<Digest> above;
            for (std::size_t i = 0; i + node_width <= levels.back().size(); i += node_width)
                above.push_back(node(std::span(levels.back()).subspan(i, node_width)));
            levels.push_back(std::move(above));
        }
        for (const auto& part : shape) {
            const auto& level = levels[static_cast<std::size_t>(part.level)];
            for (auto place = part.first; place < part.first + part.count; ++place)
                nodes.push_back(level[static_cast<std::size_t>(place)]);
        }
        ASSERT_EQ(root_of(shape, nodes), merkle_root(leaves)) << size;
        leaves.push_back(leaf(std::to_string(size)));
    }
}

} // namespace
} // namespace ledger
