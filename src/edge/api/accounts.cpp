// Accounts of the ledger: what an organisation has, what is held, what was done. Reading only:
// amounts move by the acts of other capabilities.
#include "domain/account/account.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"

namespace api {
namespace {

struct AccountQuery {
    std::optional<Id<base::Party>> owner; // for departments
    std::optional<Id<base::Series>> series;
    std::optional<std::string> role;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(AccountQuery, (), (owner, series, role, page, per_page))

// Amounts are counts of `unit`.
struct AccountView {
    Id<base::Account> id;
    Id<base::Series> series;
    std::string series_label;
    account::Unit unit = account::Unit::fen;
    NamedParty owner;
    std::string role;
    std::string label;
    std::int64_t about = 0;
    ledger::State state = ledger::State::open;
    std::optional<std::int64_t> debit_limit; // none: unlimited
    std::optional<std::int64_t> credit_limit;
    std::int64_t debits_pending = 0;
    std::int64_t debits_posted = 0;
    std::int64_t credits_pending = 0;
    std::int64_t credits_posted = 0;
    std::optional<std::int64_t> available; // what may still be debited; none: without limit
    Instant opened_at;
};
BOOST_DESCRIBE_STRUCT(
    AccountView,
    (),
    (id,
     series,
     series_label,
     unit,
     owner,
     role,
     label,
     about,
     state,
     debit_limit,
     credit_limit,
     debits_pending,
     debits_posted,
     credits_pending,
     credits_posted,
     available,
     opened_at))

struct AccountMoment {
    std::optional<Instant> at; // as it was at the end of this millisecond
};
BOOST_DESCRIBE_STRUCT(AccountMoment, (), (at))

struct EntryView {
    Id<base::Transfer> id;
    Instant at;
    ledger::Kind kind = ledger::Kind::transfer;
    Id<base::Account> debit;
    Id<base::Account> credit; // 0 for what concerns one account only
    std::int64_t posted = 0;
    std::int64_t pending = 0; // the change of what is held
    std::optional<Id<base::Transfer>> hold;
    std::int64_t code = 0;
    std::int64_t about = 0;
    std::int64_t debits_after = 0; // posted
    std::int64_t credits_after = 0;
    std::int64_t held_after = 0; // of its debits
};
BOOST_DESCRIBE_STRUCT(
    EntryView,
    (),
    (id,
     at,
     kind,
     debit,
     credit,
     posted,
     pending,
     hold,
     code,
     about,
     debits_after,
     credits_after,
     held_after))

struct HoldView {
    Id<base::Transfer> id;
    Id<base::Account> debit;
    Id<base::Account> credit;
    std::int64_t amount = 0;
    std::int64_t held = 0;
    std::int64_t posted = 0;
    ledger::HoldState state = ledger::HoldState::open;
    std::optional<Instant> expires_at;
};
BOOST_DESCRIBE_STRUCT(HoldView, (), (id, debit, credit, amount, held, posted, state, expires_at))

std::int64_t signed_of(ledger::Amount amount) { return static_cast<std::int64_t>(amount); }

std::optional<std::int64_t> limit_of(ledger::Amount limit) {
    if (limit == ledger::unlimited) return std::nullopt;
    return signed_of(limit);
}

AccountView account_view(
    const store::Snapshot& db,
    PartyNames& names,
    const account::Account& account,
    const ledger::Account& balance) {
    const auto series = *account::find_series(db, account.series);
    AccountView view{
        .id = account.id,
        .series = account.series,
        .series_label = series.label,
        .unit = series.unit,
        .owner = names(account.owner),
        .role = account.role,
        .label = account.label,
        .about = account.about,
        .state = balance.state,
        .debit_limit = limit_of(balance.debit_limit),
        .credit_limit = limit_of(balance.credit_limit),
        .debits_pending = signed_of(balance.debits_pending),
        .debits_posted = signed_of(balance.debits_posted),
        .credits_pending = signed_of(balance.credits_pending),
        .credits_posted = signed_of(balance.credits_posted),
        .opened_at = account.opened_at};
    if (view.debit_limit) view.available = signed_of(balance.debitable());
    return view;
}

bool sees_all(const base::Actor& actor) { return actor.kind == base::PartyKind::department; }

base::Error no_account() {
    return base::not_found(
        "account.not_found",
        {"没有找到这个账户。", "There is no such account."},
        {"请回到账户列表刷新后重试。", "Go back to the list of accounts and refresh."});
}

// Its own, or any for a department; another's is not there.
Result<account::Account> visible_account(const store::Snapshot& db, const Call& call) {
    const auto id = TRY(call.id<base::Account>());
    const auto found = account::find(db, id);
    if (!found || (!sees_all(call.actor) && found->owner != call.actor.party)) return no_account();
    return *found;
}

Page<AccountView> list_accounts(
    const Services& services, const Call& call, const AccountQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        PartyNames names(db);
        const auto found = account::list(
            db,
            {.owner = sees_all(call.actor) ? query.owner : call.actor.party,
             .series = query.series,
             .role = query.role,
             .page = query.page,
             .per_page = query.per_page});
        auto page = page_of<AccountView>(query, found.total);
        for (const auto& held : found.items)
            page.items.push_back(account_view(db, names, held.account, held.balance));
        return page;
    });
}

Result<AccountView> one_account(
    const Services& services, const Call& call, const AccountMoment& moment) {
    return services.database->read([&](const store::Snapshot& db) -> Result<AccountView> {
        const auto found = TRY(visible_account(db, call));
        const auto balance = moment.at ? account::balance_at(db, found.id, *moment.at)
                                       : account::balance(db, found.id);
        if (!balance) return no_account();
        PartyNames names(db);
        return account_view(db, names, found, *balance);
    });
}

Result<Page<EntryView>> account_history(
    const Services& services, const Call& call, const Paging& paging) {
    return services.database->read([&](const store::Snapshot& db) -> Result<Page<EntryView>> {
        const auto found = TRY(visible_account(db, call));
        const auto entries = account::history(db, found.id, paging.page, paging.per_page);
        auto page = page_of<EntryView>(paging, entries.total);
        for (const auto& [line, after] : entries.items) {
            EntryView view{
                .id = line.act.id,
                .at = {line.stamp / ledger::stamps_per_ms},
                .kind = line.act.kind,
                .debit = line.debit,
                .credit = line.credit,
                .posted = line.posted,
                .pending = line.pending,
                .code = line.act.code,
                .about = line.act.about,
                .debits_after = signed_of(after.debits_posted),
                .credits_after = signed_of(after.credits_posted),
                .held_after = signed_of(after.debits_pending)};
            if (line.act.hold) view.hold = line.act.hold;
            page.items.push_back(view);
        }
        return page;
    });
}

Result<Page<HoldView>> account_holds(
    const Services& services, const Call& call, const Paging& paging) {
    return services.database->read([&](const store::Snapshot& db) -> Result<Page<HoldView>> {
        const auto found = TRY(visible_account(db, call));
        const auto holds = account::holds(db, found.id, paging.page, paging.per_page);
        auto page = page_of<HoldView>(paging, holds.total);
        for (const auto& hold : holds.items) {
            HoldView view{
                .id = hold.id,
                .debit = hold.debit,
                .credit = hold.credit,
                .amount = signed_of(hold.amount),
                .held = signed_of(hold.held),
                .posted = signed_of(hold.posted),
                .state = hold.state};
            if (hold.expires != 0) view.expires_at = Instant{hold.expires};
            page.items.push_back(view);
        }
        return page;
    });
}

} // namespace

void declare_accounts(Endpoints& all, Services& services) {
    all.get(
           "/v1/accounts",
           Access::signed_in(),
           {"账户列表", "List of accounts"},
           [&](Call& call, const AccountQuery& query) -> Result<Page<AccountView>> {
               return list_accounts(services, call, query);
           })
        .exportable(
            "accounts",
            {column(&AccountView::id, {"账户编号", "Account"}),
             column(&AccountView::series_label, {"资产系列", "Series"}),
             {{"持有人", "Owner"},
              [](const AccountView& row) -> SheetCell { return row.owner.name; }},
             column(&AccountView::role, {"用途", "Role"}),
             column(&AccountView::label, {"名称", "Label"}),
             column(&AccountView::unit, {"单位", "Unit"}),
             column(&AccountView::state, {"状态", "State"}),
             column(&AccountView::debits_posted, {"借方累计", "Debits"}),
             column(&AccountView::credits_posted, {"贷方累计", "Credits"}),
             column(&AccountView::debits_pending, {"已预留", "Held"}),
             column(&AccountView::available, {"可用余额", "Available"})});
    all.get(
        "/v1/accounts/{id}",
        Access::signed_in(),
        {"账户及其余额，可查询任一时刻", "An account with its balance, now or as of any moment"},
        [&](Call& call, const AccountMoment& moment) -> Result<AccountView> {
            return one_account(services, call, moment);
        });
    all.get(
           "/v1/accounts/{id}/history",
           Access::signed_in(),
           {"账户明细", "What was done at an account"},
           [&](Call& call, const Paging& paging) -> Result<Page<EntryView>> {
               return account_history(services, call, paging);
           })
        .exportable(
            "account_history",
            {column(&EntryView::at, {"时间", "Time"}),
             column(&EntryView::id, {"动作编号", "Act"}),
             column(&EntryView::kind, {"类型", "Kind"}),
             column(&EntryView::debit, {"借方账户", "Debit account"}),
             column(&EntryView::credit, {"贷方账户", "Credit account"}),
             column(&EntryView::posted, {"入账", "Posted"}),
             column(&EntryView::pending, {"预留变动", "Change of holds"}),
             column(&EntryView::debits_after, {"借方累计", "Debits after"}),
             column(&EntryView::credits_after, {"贷方累计", "Credits after"}),
             column(&EntryView::held_after, {"已预留", "Held after"})});
    all.get(
        "/v1/accounts/{id}/holds",
        Access::signed_in(),
        {"账户的预留", "Holds of an account"},
        [&](Call& call, const Paging& paging) -> Result<Page<HoldView>> {
            return account_holds(services, call, paging);
        });
}

} // namespace api
