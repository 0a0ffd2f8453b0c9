#include "domain/instrument/instrument.hpp"

#include "domain/account/account.hpp"
#include "domain/instrument/check.hpp"
#include "domain/instrument/turn.hpp"
#include "domain/permission/permission.hpp"
#include "store/search.hpp"

#include <algorithm>

namespace instrument {

// instrument_sql.cpp; the newest number of a year, or nothing.
std::string last_number(const store::Snapshot& db, const std::string& from, const std::string& to);

namespace {

base::Error no_instrument() {
    return base::not_found(
        "instrument.none",
        {"没有找到该凭证，或您无权查看。", "No such instrument, or it is not yours to see."},
        {"请核对编号。", "Check the number."});
}

std::string next_number(const store::Snapshot& db, int year) {
    const auto prefix = "PZ" + std::to_string(year);
    const auto last = last_number(db, prefix, "PZ" + std::to_string(year + 1));
    const auto count = last.empty() ? 0 : std::stoll(last.substr(prefix.size()));
    auto digits = std::to_string(count + 1);
    return prefix + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

account::Unit counted_in(pack::InstrumentUnit unit) {
    switch (unit) {
    case pack::InstrumentUnit::fen: return account::Unit::fen;
    case pack::InstrumentUnit::gram: return account::Unit::gram;
    case pack::InstrumentUnit::piece: return account::Unit::piece;
    }
    base::bug("unit out of range");
}

// Everything comes out of the issuer's account; no other ever gives what it has not got.
ledger::AccountId open_account(store::Transaction& tx, const NewAccount& wish) {
    const bool issuer = std::string_view(wish.role) == "issuer";
    const auto opened = account::open(
        tx,
        {.series = wish.series,
         .owner = wish.owner,
         .role = wish.role,
         .about = wish.about,
         .debit_limit = issuer ? ledger::unlimited : 0});
    base::ensure(opened.has_value(), "an account about something new is new");
    return *opened;
}

Scene scene_of(store::Transaction& tx, const pack::Policy& policy) {
    return {
        .policy = policy,
        .actor = tx.actor(),
        .today = policy.zone().date(tx.now()),
        .now = tx.now(),
        .new_id = [&tx] { return tx.new_id<Instrument>().value; },
        .open_series =
            [&tx](pack::InstrumentUnit unit, const std::string& label) {
                return account::open_series(tx, {.unit = counted_in(unit), .label = label});
            },
        .open_account = [&tx](const NewAccount& wish) { return open_account(tx, wish); },
        .organisation = [&tx](Id<Party> id) { return party::find(tx, id); }};
}

Result<> check_side(const store::Snapshot& db, Id<Party> id, const char* field) {
    const auto found = party::find(db, id);
    if (found && found->kind != base::PartyKind::platform) return {};
    return base::invalid(
               "instrument.no_party",
               {"平台上没有这家单位。", "There is no such organisation here."},
               {"请先登记该单位，或核对编号。", "Register it first, or check the number."})
        .at(field);
}

// The account says no where this module thought yes: the act is refused with the ledger's reason.
Result<> enter(store::Transaction& tx, const Decided& decided) {
    if (decided.chain.empty()) return {};
    TRY(account::post(tx, decided.chain));
    return {};
}

bool is_party(const Dossier& file, Id<Party> me) {
    const auto& row = file.instrument;
    const auto open_push = [&](const PushRow& push) {
        return push.funder == me && push.state != PushState::declined &&
               push.state != PushState::recalled;
    };
    return me == row.creditor || me == row.debtor ||
           std::ranges::any_of(file.parts, [&](const auto& part) { return part.holder == me; }) ||
           std::ranges::any_of(file.deals, [&](const auto& deal) { return deal.funder == me; }) ||
           std::ranges::any_of(file.pushes, open_push);
}

} // namespace

Result<> may_see(const Actor& actor, const Dossier& file) {
    if (actor.rights.has(base::Right::instrument_oversee)) return {};
    const bool here = actor.rights.has(base::Right::instrument_hold) ||
                      actor.rights.has(base::Right::instrument_fund);
    if (here && is_party(file, actor.party)) return {};
    return no_instrument();
}

namespace {

template <class Row>
void put(std::vector<Row>& rows, const Row& row) {
    const auto place = std::ranges::lower_bound(rows, row.id, {}, &Row::id);
    if (place != rows.end() && place->id == row.id) {
        *place = row;
    } else {
        rows.insert(place, row);
    }
}

void put(Past& past, Moved moved, const store::Event& event) {
    moved.line.seq = event.seq;
    moved.line.at = event.at;
    past.lines.push_back(moved.line);
    past.file.instrument = moved.instrument;
    for (auto& part : moved.parts) {
        if (part.seq == 0) part.seq = event.seq;
        put(past.file.parts, part);
    }
    for (const auto& deal : moved.deals)
        put(past.file.deals, deal);
    for (const auto& push : moved.pushes)
        put(past.file.pushes, push);
}

} // namespace

std::optional<Past> as_of(const store::Snapshot& db, Id<Instrument> id, Instant then) {
    std::vector<store::Event> events;
    store::JournalFilter filter{
        .kind = std::string(Moved::kind),
        .subject = std::to_string(id.value),
        .until = then.plus_ms(1),
        .per_page = 200};
    for (;; ++filter.page) {
        auto page = store::search(db, filter);
        std::ranges::move(page.items, std::back_inserter(events));
        if (page.items.empty() || static_cast<std::int64_t>(events.size()) >= page.total) break;
    }
    if (events.empty()) return std::nullopt;
    Past past;
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        auto moved = base::json::from_text<Moved>(event->body);
        base::ensure(moved.has_value(), "the journal holds what was published");
        put(past, *std::move(moved), *event);
    }
    return past;
}

Result<Id<Instrument>> Instruments::issue_in(
    store::Transaction& tx, const Issue& wish, Entrusted entrusted) const {
    const auto scene = scene_of(tx, policy_);
    const auto sender = entrusted == Entrusted::yes ? Actor::platform() : scene.actor;
    TRY(check(wish, sender, policy_, scene.today));
    TRY(check_side(tx, wish.creditor, "/creditor"));
    TRY(check_side(tx, wish.debtor, "/debtor"));
    const auto key = key_of(*policy_.instrument(wish.kind), wish.fields);
    if (const auto known = find_key(tx, wish.debtor, key)) {
        return base::conflict(
                   "instrument.uploaded_already",
                   {"同一债务人的这笔（" + key + "）已上传，不能重复登记。",
                    "This one of the same debtor (" + key + ") is here already."},
                   {"请核对合同、发票等编号。", "Check the numbers of contract and invoice."})
            .at("/fields");
    }
    const auto decided = instrument::issue(wish, next_number(tx, scene.today.year()), scene);
    TRY(enter(tx, decided));
    const auto id = decided.event.instrument.id;
    tx.publish(decided.event, id);
    return id;
}

Result<store::Receipt> Instruments::issue(const store::Command& command, const Issue& wish) {
    TRY(permission::require(command.actor, base::Right::instrument_hold));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto id = TRY(issue_in(tx, wish));
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Instruments::issue_all(
    const store::Command& command, const std::vector<Issue>& all) {
    TRY(permission::require(command.actor, base::Right::instrument_hold));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto issued = issue_in(tx, all[i]);
            if (issued) continue;
            auto error = std::move(issued).error();
            auto place = "/" + std::to_string(i) + error.field;
            return std::move(error).at(std::move(place));
        }
        return std::to_string(all.size());
    });
}

Result<store::Receipt> Instruments::act(
    const store::Command& command, Id<Instrument> id, const std::string& act, const Deed& deed) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto file = dossier(tx, id);
        if (!file) return no_instrument();
        TRY(may_see(tx.actor(), *file));
        const auto scene = scene_of(tx, policy_);
        const auto decided = TRY(take(*file, act, deed, scene));
        TRY(enter(tx, decided));
        tx.publish(decided.event, id);
        return std::to_string(id.value);
    });
}

} // namespace instrument
