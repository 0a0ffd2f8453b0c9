// A throw-away county with a supplier, its buyer, two firms further up, two banks and a court desk,
// for the tests of instruments.
#pragma once

#include "domain/account/account.hpp"
#include "domain/instrument/instrument.hpp"
#include "domain/intake/intake.hpp"
#include "domain/party/county_test.hpp"

namespace instrument::test {

using party::test::code;

struct Street : party::test::County {
    Street()
        : County({account::declare, intake::declare, declare}, "jiashan")
        , instruments(*database, *policy) {
        const auto banks = read([](const store::Snapshot& db) {
            return party::all_of(db, base::PartyKind::institution);
        });
        second_bank = banks.at(1).id;
    }

    // What each does for itself.
    Actor firm(Id<Party> id) const {
        return somebody(base::PartyKind::enterprise, id, {base::Right::instrument_hold});
    }

    Actor clerk(Id<Party> id) const {
        return somebody(
            base::PartyKind::institution,
            id,
            {base::Right::instrument_hold, base::Right::instrument_fund});
    }

    Actor desk() const { return of_unit("county_court", {base::Right::instrument_oversee}); }

    [[nodiscard]] Date today() const { return policy->zone().date(clock.now()); }

    [[nodiscard]] Issue wish(std::int64_t yuan, const std::string& invoice = "0001") const {
        Issue made;
        made.kind = "receivable";
        made.creditor = supplier;
        made.debtor = buyer;
        made.face = Money::yuan(yuan).fen;
        made.issued_on = today();
        made.due = today().plus_months(5);
        made.fields = {{"contract", "HT-1"}, {"invoice", invoice}};
        return made;
    }

    // The id; a refusal fails the test.
    Id<Instrument> issue(const Issue& made, const Actor& actor) {
        const auto done = instruments.issue(command(actor), made);
        EXPECT_TRUE(done) << done.error().code << " " << done.error().message.en;
        return done ? Id<Instrument>{std::stoll(done->subject)} : Id<Instrument>{};
    }

    Id<Instrument> confirmed(std::int64_t yuan, const std::string& invoice = "0001") {
        const auto id = issue(wish(yuan, invoice), firm(supplier));
        EXPECT_EQ(act(id, "confirm", {}, firm(buyer)), "ok");
        return id;
    }

    // "ok", or the refusal's code.
    std::string act(
        Id<Instrument> id, const std::string& name, const Deed& deed, const Actor& actor) {
        const auto done = instruments.act(command(actor), id, name, deed);
        if (!done) last = done.error();
        return code(done);
    }

    Dossier file(Id<Instrument> id) const {
        return *read([&](const store::Snapshot& db) { return dossier(db, id); });
    }

    PartRow part_of(Id<Instrument> id, Id<Party> holder) const {
        PartRow found;
        for (const auto& part : file(id).parts) {
            if (part.holder == holder && !part.ended_at) found = part;
        }
        return found;
    }

    // From the push to the notice signed for; the push's id.
    Id<PushMark> agreed(
        Id<Instrument> id, Id<Party> holder, Id<Party> funder, const Deed& intention) {
        Deed deed;
        deed.part = part_of(id, holder).id;
        deed.amount = intention.amount;
        deed.funders = std::vector{funder};
        EXPECT_EQ(act(id, "push", deed, firm(holder)), "ok");
        const auto push = file(id).pushes.back().id;
        Deed terms = intention;
        terms.push = push;
        EXPECT_EQ(act(id, "intend", terms, clerk(funder)), "ok") << last.message.en;
        Deed about;
        about.push = push;
        EXPECT_EQ(act(id, "accept", about, firm(holder)), "ok");
        EXPECT_EQ(act(id, "notify", about, clerk(funder)), "ok");
        EXPECT_EQ(act(id, "read_notice", about, firm(buyer)), "ok");
        return push;
    }

    // Σ parts = face − redeemed − on paper; each part's amounts are the ledger's; every part but
    // the first came out of an earlier one of its endorser or holder; what is held is what pledges
    // hold.
    void expect_sound(Id<Instrument> id) const {
        const auto it = file(id);
        std::int64_t sum = 0;
        for (const auto& part : it.parts) {
            sum += part.amount;
            const auto balance = read(
                [&](const store::Snapshot& db) { return *account::balance(db, part.account_id); });
            ASSERT_EQ(
                static_cast<std::int64_t>(balance.credits_posted - balance.debits_posted),
                part.amount)
                << part.number;
            ASSERT_EQ(static_cast<std::int64_t>(balance.debits_pending), part.held) << part.number;
            ASSERT_GE(part.free(), 0) << part.number;
            std::int64_t held = 0;
            for (const auto& deal : it.deals)
                held += deal.part == part.id ? deal.held : 0;
            ASSERT_EQ(held, part.held) << part.number;
            expect_linked(it, part);
        }
        const auto& row = it.instrument;
        const auto whole = row.confirmed_at ? row.face - row.redeemed - row.on_paper : 0;
        ASSERT_EQ(sum, whole) << row.number;
        const auto issuer =
            read([&](const store::Snapshot& db) { return *account::balance(db, row.account_id); });
        ASSERT_EQ(static_cast<std::int64_t>(issuer.debits_posted - issuer.credits_posted), whole);
    }

    Instruments instruments;
    base::Error last;
    Id<Party> supplier = enterprise(1);
    Id<Party> buyer = enterprise(2);
    Id<Party> maker = enterprise(3);
    Id<Party> miner = enterprise(4);
    Id<Party> second_bank;

private:
    static void expect_linked(const Dossier& it, const PartRow& part) {
        if (part.id == it.parts.front().id) {
            ASSERT_FALSE(part.parent);
            return;
        }
        const auto parent = std::ranges::find(it.parts, part.parent, &PartRow::id);
        ASSERT_NE(parent, it.parts.end()) << part.number;
        ASSERT_LT(parent->id, part.id);
        const bool same_holder = parent->holder == part.holder;
        const bool endorsed = parent->holder == part.endorser;
        const bool back = part.act == "recourse";
        ASSERT_TRUE(same_holder || endorsed || back) << part.number;
    }
};

} // namespace instrument::test
