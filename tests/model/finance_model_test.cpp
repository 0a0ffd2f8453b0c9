// Random commands against financing, with what must hold after each of them: amounts that add up,
// ended needs without living claims, refusals that change nothing, clocks that stop with their
// claims; and at the end a journal that yields the same tables again.
#include "domain/finance/town_test.hpp"

#include <random>

namespace {

using base::Claim;
using base::Date;
using base::Id;
using base::Money;
using base::Need;
using finance::ClaimRow;
using finance::Deed;
using finance::testing::Town;

constexpr int steps = 1'000;

class Walk {
public:
    explicit Walk(std::uint32_t seed)
        : random_(seed) {}

    // Answers how many loans were paid.
    int run() {
        for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
            const auto before = seq();
            const bool done = one_step();
            EXPECT_TRUE(done || seq() == before) << "a refused command left something behind";
            check();
            if (random_() % 4 == 0)
                town_.clock.advance_ms(static_cast<std::int64_t>(random_() % 40'000'000));
        }
        const auto digest = town_.database->projection_digest();
        EXPECT_TRUE(town_.database->rebuild());
        EXPECT_EQ(town_.database->projection_digest(), digest);
        std::printf(
            "done %d, refused %d, needs %zu, loans %d\n", done_, refused_, needs_.size(), loans_);
        EXPECT_GT(done_, steps / 10);
        EXPECT_GT(refused_, 0);
        return loans_;
    }

private:
    std::int64_t seq() {
        return town_.read([](const store::Snapshot& db) { return db.seq(); });
    }

    template <class T>
    const T& any(const std::vector<T>& all) {
        return all[random_() % all.size()];
    }

    const base::Actor& any_bank() {
        const base::Actor* banks[] = {&town_.bank, &town_.bank_2, &town_.bank_3};
        return *banks[random_() % 3];
    }

    bool count(const auto& outcome) {
        ++(outcome ? done_ : refused_);
        return outcome.has_value();
    }

    bool one_step() {
        const auto dice = random_() % 100;
        if (needs_.empty() || dice < 3) return post();
        // Mostly the newest ones, so that some get far.
        const auto newest = std::min<std::size_t>(needs_.size(), 4);
        const auto need =
            random_() % 5 == 0 ? any(needs_) : needs_[needs_.size() - 1 - random_() % newest];
        if (dice < 12) return count(town_.finance->claim(town_.by(any_bank()), need, {}));
        if (dice < 16) return on_need(need);
        const auto claims =
            town_.read([&](const store::Snapshot& db) { return finance::claims_of(db, need); });
        if (claims.empty()) return count(town_.finance->claim(town_.by(any_bank()), need, {}));
        return dice < 28 ? pay(any(claims)) : on_claim(any(claims));
    }

    bool post() {
        auto wish = Town::wish(static_cast<std::int64_t>(100'000 + random_() % 400'000));
        if (random_() % 3 == 0) wish.institutions = {any_bank().party};
        const auto drafted = town_.finance->draft(town_.by(town_.enterprise), wish);
        if (!count(drafted)) return false;
        needs_.push_back({std::stoll(drafted->subject)});
        return count(
            town_.finance->submit(town_.by(town_.enterprise), needs_.back(), std::nullopt));
    }

    bool on_need(Id<Need> need) {
        const std::vector<std::string> acts = {
            "urge", "escalate", "complain", "feed_back", "reroute", "withdraw"};
        const auto act = acts[random_() % (random_() % 4 == 0 ? 6 : 5)];
        const auto& actor = random_() % 2 == 0 ? town_.office : town_.enterprise;
        return count(town_.finance->act_on_need(town_.by(actor), need, act, "理由"));
    }

    bool on_claim(const ClaimRow& claim) {
        const auto& book = town_.finance->book();
        const bool bank_acts = random_() % 3 != 0;
        const auto kind = bank_acts ? base::PartyKind::institution : base::PartyKind::enterprise;
        const auto open = book.claim().open_to(claim.state, kind);
        // Mostly what is possible, sometimes anything.
        auto act =
            open.empty() || random_() % 10 == 0 ? any(book.claim().steps()).act : any(open)->act;
        const bool gives_up = act == "refuse" || act == "withdraw" || act == "decline";
        if (gives_up && random_() % 8 != 0) act = onward(claim.state);
        const auto actor = bank_acts ? bank_of(claim) : town_.enterprise;
        const auto outcome =
            town_.finance->act_on_claim(town_.by(actor), claim.id, act, deed(claim));
        if (!count(outcome)) return false;
        EXPECT_TRUE(act == "claim" || followed(claim, act, kind)) << act;
        return true;
    }

    // What brings a claim nearer to its loan.
    static std::string onward(const std::string& state) {
        const std::map<std::string, std::string> next = {
            {"pushed", "claim"},
            {"claimed", "accept"},
            {"accepted", "offer"},
            {"due_diligence", "offer"},
            {"waiting_documents", "supply_documents"},
            {"offered", "choose"},
            {"chosen", "grant"},
            {"granted", "contract"}};
        const auto found = next.find(state);
        return found == next.end() ? "settle" : found->second;
    }

    // The state is the one the process names, or where the platform took it from there.
    bool followed(const ClaimRow& before, const std::string& act, base::PartyKind kind) {
        const auto& machine = town_.finance->book().claim();
        const auto step = machine.step(before.state, act, kind);
        if (!step) return false;
        const auto expected = process::Machine::after(**step, before.state);
        const auto now = town_.claim_row(before.id).state;
        return now == expected || (expected == "refused" && now == "repairing") || now == "expired";
    }

    base::Actor bank_of(const ClaimRow& claim) {
        for (const auto* bank : {&town_.bank, &town_.bank_2, &town_.bank_3}) {
            if (bank->party == claim.institution) return *bank;
        }
        return town_.bank;
    }

    Deed deed(const ClaimRow& claim) {
        auto made = town_.offering(static_cast<std::int64_t>(50'000 + random_() % 300'000));
        if (claim.offer && random_() % 2 == 0) made.amount = claim.offer->amount;
        made.officer = finance::Officer{"周", "1"};
        made.documents = {{"报表"}};
        made.reason = random_() % 2 == 0 ? "tax_grade_low" : "other";
        made.text = "说明说明说明说明说明";
        made.number = "HT";
        return made;
    }

    bool pay(const ClaimRow& claim) {
        const auto whole = claim.granted.fen - claim.disbursed.fen;
        const auto yuan = whole > 100 && random_() % 4 != 0
                              ? whole / 100
                              : static_cast<std::int64_t>(1 + random_() % 500'000);
        const auto outcome = town_.finance->disburse(
            town_.by(bank_of(claim)),
            claim.id,
            town_.loan_of("L" + std::to_string(++loan_numbers_), yuan));
        loans_ += outcome ? 1 : 0;
        return count(outcome);
    }

    void check() {
        for (const auto need : needs_)
            check_case(*town_.read(
                [&](const store::Snapshot& db) { return finance::find_case(db, need); }));
    }

    void check_case(const finance::Case& all) {
        const auto& machine = town_.finance->book().claim();
        Money granted;
        Money disbursed;
        std::map<std::int32_t, int> in_round;
        for (const auto& claim : all.claims) {
            granted += claim.granted;
            disbursed += claim.disbursed;
            ++in_round[claim.round];
            EXPECT_LE(claim.disbursed, claim.granted);
            EXPECT_TRUE(!claim.accepted || claim.offer);
            EXPECT_EQ(claim.ended_at.has_value(), machine.ends(claim.state)) << claim.state;
        }
        EXPECT_EQ(all.need.granted, granted);
        EXPECT_EQ(all.need.disbursed, disbursed);
        for (const auto& [round, count] : in_round)
            EXPECT_LE(count, town_.policy->pack().process.claims_most);
        Money paid;
        for (const auto& loan :
             town_.read([&](const store::Snapshot& db) { return loan::of_need(db, all.need.id); }))
            paid += loan.amount;
        EXPECT_EQ(paid, disbursed);
        check_ends(all);
    }

    void check_ends(const finance::Case& all) {
        const auto& book = town_.finance->book();
        const bool ended = book.need().ends(all.need.state);
        EXPECT_EQ(all.need.ended_at.has_value(), ended) << all.need.state;
        EXPECT_FALSE(ended && all.need.open);
        for (const auto& claim : all.claims) {
            const bool lives = !book.claim().ends(claim.state);
            EXPECT_FALSE(ended && lives && claim.state != "disbursed") << claim.state;
            EXPECT_FALSE(lives && claim.round != all.need.round && claim.state != "disbursed");
        }
        for (const auto& clock : all.clocks) {
            if (!clock.claim || clock.rule == "repair") continue;
            const auto claim = town_.claim_row(clock.claim);
            if (book.claim().ends(claim.state) && claim.state != "settled") {
                EXPECT_TRUE(clock.phase == process::Phase::stopped || claim.state == "declined")
                    << clock.rule << " runs in " << claim.state;
            }
        }
    }

    std::mt19937 random_;
    Town town_;
    std::vector<Id<Need>> needs_;
    int done_ = 0;
    int refused_ = 0;
    int loans_ = 0;
    int loan_numbers_ = 0;
};

TEST(FinanceModel, holds_after_every_random_command) {
    int loans = 0;
    for (int walk = 0; walk < 3; ++walk) {
        const auto seed = std::random_device{}();
        std::printf("seed %u\n", seed);
        SCOPED_TRACE("seed " + std::to_string(seed));
        loans += Walk(seed).run();
    }
    EXPECT_GT(loans, 0) << "the walks never got as far as a loan";
}

} // namespace
