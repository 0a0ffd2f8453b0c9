// The accounts, holds and ids that acts are decided against: a whole ledger, or the part of one
// that a batch touches. Deciding and performing are one pass in memory; what was done comes out as
// lines.
#pragma once

#include "engine/ledger/index.hpp"
#include "engine/ledger/ledger.hpp"
#include "engine/ledger/refusal.hpp"

#include <queue>
#include <span>

namespace ledger {

class Book {
public:
    // What is there before the acts. A number that is there twice is a Bug.
    void put(const Account& account);
    void put(const Hold& hold);
    void put_past(const Act& act); // done before, as its sender wished it
    void put_refused(TransferId id, Refusal why);

    [[nodiscard]] const Account* find(AccountId id) const;
    [[nodiscard]] const Hold* find_hold(TransferId id) const;

    [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }

    [[nodiscard]] const std::vector<Hold>& holds() const { return holds_; }

    // The number the next hold gets; for a part of a ledger it is set first.
    void next_hold(std::int64_t number) { next_hold_ = number; }

    // Decides and performs the acts in order, chain by chain, at `stamp` and the moments after it.
    // Holds whose time is over count as held until they are expired by an act of their own, but
    // nothing can be posted from them any more. `outcomes` gets one entry an act. A refused act
    // uses up its id, unless there was none, it is in use, or it was used up before.
    void post(std::span<const Act> acts, Stamp stamp, std::vector<Outcome>& outcomes);

    // Performs what was decided long ago: no question is asked but whether it is possible at all (a
    // Bug when not). `refused` acts use up their ids.
    void redo(std::span<const Act> acts, Stamp stamp);

    // Open holds whose time is over at `now_ms`, at most `most`, in the order of time and number.
    [[nodiscard]] std::vector<TransferId> due(std::int64_t now_ms, std::size_t most);

    // What was done since the last forget_lines(), in order, with acts of the kind `refused` among
    // them; each has its stamp, and the stamps have no gap.
    [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

    [[nodiscard]] const std::vector<Mark>& marks() const { return marks_; }

    // For whoever keeps the book and has written down what was done.
    void forget_lines() {
        lines_.clear();
        marks_.clear();
    }

private:
    // Where an act's accounts and hold lie, and what it changes of them.
    struct Sides {
        std::uint32_t debit = 0;
        std::uint32_t credit = 0;
        std::uint32_t hold = 0;
        std::int64_t pending = 0;
        std::int64_t posted = 0;
    };

    // What a chain has changed so far.
    struct Undo {
        bool active = false;
        std::size_t lines = 0;
        std::size_t marks = 0;
        std::size_t acts = 0;
        std::size_t holds = 0;
        std::int64_t next_hold = 0;
        std::vector<std::pair<std::uint32_t, Account>> accounts;
        std::vector<std::pair<std::uint32_t, Hold>> changed;
    };

    struct Due {
        std::int64_t expires = 0;
        std::int64_t number = 0;
        TransferId id;

        friend bool operator>(const Due& a, const Due& b) {
            return std::pair(a.expires, a.number) > std::pair(b.expires, b.number);
        }
    };

    [[nodiscard]] std::optional<std::uint32_t> hold_place(TransferId id) const;
    [[nodiscard]] Outcome known(const Act& act) const;
    [[nodiscard]] Refusal look_up(const Act& act, Sides& sides) const;
    void measure(const Act& act, Sides& sides) const;
    [[nodiscard]] Refusal decide(const Act& act, Stamp stamp, Sides& sides) const;
    [[nodiscard]] Refusal decide_move(const Act& act, Stamp stamp, const Sides& sides) const;
    [[nodiscard]] Refusal decide_hold(const Act& act, Stamp stamp, const Sides& sides) const;
    [[nodiscard]] Refusal decide_account(const Act& act, const Sides& sides) const;
    Outcome one(const Act& act, Stamp stamp);
    void chain(std::span<const Act> acts, Stamp& stamp, std::vector<Outcome>& outcomes);
    void refuse(
        std::span<const Act> acts,
        std::size_t culprit,
        Refusal why,
        Stamp& stamp,
        std::vector<Outcome>& outcomes);
    void perform(const Act& act, Stamp stamp, const Sides& sides);
    void touch(std::uint32_t place, const Line& line);
    void change_hold(const Act& act, const Sides& sides);
    void use_up(const Act& act, Refusal why, Stamp stamp);
    void take_back();

    std::vector<Account> accounts_;
    std::vector<Hold> holds_;
    std::vector<Act> acts_;
    std::vector<Refusal> refused_;
    Index account_places_;
    Index hold_places_; // may name a hold that was taken back
    Index act_places_;  // of acts_ and, with the highest bit, of refused_
    std::vector<Line> lines_;
    std::vector<Mark> marks_;
    std::int64_t next_hold_ = 1;
    Undo undo_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_; // resolved holds among them
};

} // namespace ledger
