#include "domain/account/account_sql.hpp"
#include "domain/account/pages.hpp"
#include "engine/ledger/packed.hpp"

namespace account {
namespace {

// A million accounts: some 100 MB. A ledger of more has its pages read again now and then.
constexpr std::size_t pages_most = 32'768;

struct PageRow {
    std::int64_t number = 0;
    store::Blob packed;
};
BOOST_DESCRIBE_STRUCT(PageRow, (), (number, packed))

AccountId first_of(std::int64_t page) { return {page * accounts_per_page + 1}; }

std::vector<ledger::Account> read_page(const store::Snapshot& db, std::int64_t number) {
    const auto packed =
        db.row<store::Blob>("select packed from account_page where number = $1", number);
    if (!packed) return {};
    return ledger::unpack_accounts(packed->bytes, first_of(number));
}

} // namespace

Pages::Page& Pages::page(const store::Snapshot& db, std::int64_t number) {
    if (const auto place = places_.find(number + 1)) return pages_[*place];
    places_.put(number + 1, static_cast<std::uint32_t>(pages_.size()));
    return pages_.emplace_back(Page{.number = number, .accounts = read_page(db, number)});
}

const ledger::Account* Pages::find(const store::Snapshot& db, AccountId id) {
    if (id.value <= 0) return nullptr;
    const auto& accounts = page(db, page_of(id)).accounts;
    const auto place = static_cast<std::size_t>(id.value - first_of(page_of(id)).value);
    return place < accounts.size() ? &accounts[place] : nullptr;
}

void Pages::put(store::Transaction& tx, const ledger::Account& account) {
    auto& found = page(tx, page_of(account.id));
    const auto place = static_cast<std::size_t>(account.id.value - first_of(found.number).value);
    base::ensure(place <= found.accounts.size(), "accounts are numbered without a gap");
    if (place == found.accounts.size()) {
        found.accounts.push_back(account);
    } else if (found.accounts[place] == account) {
        return;
    } else {
        found.accounts[place] = account;
    }
    if (!found.changed) changed_.push_back(&found);
    found.changed = true;
}

void Pages::write(store::Transaction& tx) {
    static_assert(dirty_width % accounts_per_page == 0);
    std::ranges::sort(changed_, {}, &Page::number);
    std::int64_t dirty = -1;
    store::Blob packed;
    for (auto* page : changed_) {
        packed.bytes.clear();
        for (const auto& account : page->accounts)
            ledger::pack(packed.bytes, account);
        tx.exec("insert or replace into account_page values ($1,$2)", page->number, packed);
        page->changed = false;
        const auto run = page->number * accounts_per_page / dirty_width;
        if (run != dirty) make_dirty(tx, Tree::accounts, run);
        dirty = run;
    }
    changed_.clear();
}

void Pages::settle(store::Transaction& tx) {
    auto& memory = store::memory(tx);
    if (!memory.replaying()) return write(tx);
    if (promised_) return;
    promised_ = true;
    memory.at_end([this](store::Transaction& end) { write(end); });
}

void Pages::trim(store::Transaction& tx) {
    if (pages_.size() <= pages_most) return;
    if (!changed_.empty()) write(tx);
    places_ = {};
    pages_.clear();
}

Pages& pages(store::Transaction& tx) {
    auto& found = store::memory(tx).of<Pages>();
    found.trim(tx);
    return found;
}

std::optional<ledger::Account> read_account(const store::Snapshot& db, AccountId id) {
    if (id.value <= 0) return std::nullopt;
    const auto accounts = read_page(db, page_of(id));
    const auto place = static_cast<std::size_t>(id.value - first_of(page_of(id)).value);
    if (place >= accounts.size()) return std::nullopt;
    return accounts[place];
}

void each_account(
    const store::Snapshot& db,
    AccountId from,
    AccountId to,
    const std::function<void(const ledger::Account&)>& see) {
    db.each<PageRow>(
        "select number, packed from account_page where number between $1 and $2 order by number",
        [&](const PageRow& row) {
            for (const auto& account :
                 ledger::unpack_accounts(row.packed.bytes, first_of(row.number))) {
                if (account.id >= from && account.id <= to) see(account);
            }
        },
        page_of(from),
        page_of(to));
}

} // namespace account
