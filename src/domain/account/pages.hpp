// Balances as they are kept: so many accounts a row, packed. Posting reads each page once and
// writes it once however many acts touched it; the writer remembers the pages it has seen.
#pragma once

#include "domain/account/account.hpp"
#include "engine/ledger/index.hpp"
#include "store/memory.hpp"

#include <deque>

namespace account {

inline constexpr std::int64_t accounts_per_page = 32;

// Page 0 has accounts 1 … 32.
[[nodiscard]] inline std::int64_t page_of(AccountId id) {
    return (id.value - 1) / accounts_per_page;
}

// The writer's. Kept in store::Memory, so that it is made anew when something was taken back.
class Pages {
public:
    // Nothing when there is no such account. The pointer is good until the next call.
    const ledger::Account* find(const store::Snapshot& db, AccountId id);
    // Inside apply(): an account that was just opened, or what acts have made of one.
    void put(store::Transaction& tx, const ledger::Account& account);
    // After an event's puts: writes them. While the journal is applied again that waits for the
    // end of it, since later events overwrite most of them.
    void settle(store::Transaction& tx);
    // Inside apply(): writes what waits, for who reads the table next, and marks the state root's
    // tree.
    void write(store::Transaction& tx);
    // Forgets all when more is remembered than a ledger of ordinary size has.
    void trim(store::Transaction& tx);

private:
    struct Page {
        std::int64_t number = 0;
        std::vector<ledger::Account> accounts;
        bool changed = false;
    };

    Page& page(const store::Snapshot& db, std::int64_t number);

    ledger::Index places_; // by number + 1
    std::deque<Page> pages_;
    std::vector<Page*> changed_;
    bool promised_ = false; // to write at the end of a replay
};

[[nodiscard]] Pages& pages(store::Transaction& tx);

// For readers.
[[nodiscard]] std::optional<ledger::Account> read_account(const store::Snapshot& db, AccountId id);
// Accounts from … to, in order, those that exist.
void each_account(
    const store::Snapshot& db,
    AccountId from,
    AccountId to,
    const std::function<void(const ledger::Account&)>& see);

} // namespace account
