// A ledger kept as plainly as can be, and random acts for it: what tests compare the real one with.
// It shares the acts and the names of refusals with the program, and no code.
#pragma once

#include "engine/ledger/ledger.hpp"
#include "engine/ledger/refusal.hpp"
#include "engine/ledger/text.hpp"

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>

namespace ledger::naive {

inline std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    // tidy-allow(environment): a knob of tests.
    const char* told = std::getenv(name);
    return told == nullptr ? otherwise : std::strtoull(told, nullptr, 10);
}

// RONGQIAO_SEED, or another one each time; printed either way.
inline std::uint64_t seed() {
    // tidy-allow(randomness): a test's, printed.
    const auto chosen = number_from("RONGQIAO_SEED", std::random_device{}());
    // tidy-allow(output): a test prints its seed.
    std::cout << "seed " << chosen << '\n';
    return chosen;
}

__extension__ using Big = __int128;

struct Account {
    std::int64_t series = 0;
    std::string state = "open";
    Big debit_limit = -1; // -1: none
    Big credit_limit = -1;
    Big held_out = 0;
    Big held_in = 0;
    Big out = 0;
    Big in = 0;
};

struct Hold {
    std::int64_t debit = 0;
    std::int64_t credit = 0;
    Big held = 0;
    std::int64_t expires = 0;
    std::string state = "open";
    std::int64_t number = 0;
};

class Ledger {
public:
    std::map<std::int64_t, Account> accounts;
    std::map<std::int64_t, Hold> holds;
    std::map<std::int64_t, Act> done;
    std::map<std::int64_t, std::string> refused;

    // The names of the outcomes, "none" for what happened.
    std::vector<std::string> batch(const std::vector<Act>& acts, std::int64_t now) {
        std::vector<std::string> answers;
        for (std::size_t first = 0; first < acts.size();) {
            auto last = first;
            while (last < acts.size() && acts[last].linked)
                ++last;
            if (last == acts.size()) {
                refuse(
                    {acts.begin() + static_cast<std::ptrdiff_t>(first), acts.end()},
                    acts.size() - first - 1,
                    "chain_open",
                    answers);
                return answers;
            }
            chain(
                {acts.begin() + static_cast<std::ptrdiff_t>(first),
                 acts.begin() + static_cast<std::ptrdiff_t>(last) + 1},
                now,
                answers);
            first = last + 1;
        }
        return answers;
    }

    [[nodiscard]] std::vector<std::int64_t> due(std::int64_t now) const {
        std::set<std::tuple<std::int64_t, std::int64_t, std::int64_t>> found;
        for (const auto& [id, hold] : holds) {
            if (hold.state == "open" && hold.expires != 0 && hold.expires <= now)
                found.insert({hold.expires, hold.number, id});
        }
        std::vector<std::int64_t> ids;
        for (const auto& one : found)
            ids.push_back(std::get<2>(one));
        return ids;
    }

private:
    void chain(const std::vector<Act>& acts, std::int64_t now, std::vector<std::string>& answers) {
        std::size_t there = 0;
        for (const auto& act : acts)
            there += id_says(act) == "exists" ? 1 : 0;
        if (there == acts.size()) {
            answers.insert(answers.end(), acts.size(), "exists");
            return;
        }
        if (acts.size() == 1) {
            const auto said = try_one(acts.front(), now);
            answers.push_back(said);
            burn(acts.front(), said);
            return;
        }
        const auto before_accounts = accounts;
        const auto before_holds = holds;
        std::vector<std::int64_t> new_ids;
        for (std::size_t i = 0; i < acts.size(); ++i) {
            auto said = try_one(acts[i], now);
            if (said == "none") {
                new_ids.push_back(acts[i].id.value);
                continue;
            }
            for (const auto id : new_ids) {
                if (id == acts[i].id.value) said = "id_repeated";
                done.erase(id);
            }
            accounts = before_accounts;
            holds = before_holds;
            refuse(acts, i, said, answers);
            return;
        }
        answers.insert(answers.end(), acts.size(), "none");
    }

    // None of the acts happens; the one at `culprit` is why.
    void refuse(
        const std::vector<Act>& acts,
        std::size_t culprit,
        const std::string& why,
        std::vector<std::string>& answers) {
        for (std::size_t i = 0; i < acts.size(); ++i) {
            auto said = id_says(acts[i]);
            if (said == "none") {
                said = i == culprit ? why : "chain_broken";
                refused[acts[i].id.value] = said;
            } else if (i == culprit && why == "id_repeated") {
                said = why;
            }
            answers.push_back(said);
        }
    }

    void burn(const Act& act, const std::string& said) {
        if (id_says(act) == "none") refused[act.id.value] = said;
    }

    [[nodiscard]] std::string id_says(const Act& act) const {
        if (act.id.value <= 0) return "id_missing";
        if (refused.contains(act.id.value)) return "id_already_refused";
        const auto found = done.find(act.id.value);
        if (found == done.end()) return "none";
        const auto& old = found->second;
        const std::string differs = "exists_with_different_";
        if (old.kind != act.kind) return differs + "kind";
        if (old.debit != act.debit) return differs + "debit";
        if (old.credit != act.credit) return differs + "credit";
        if (old.amount != act.amount) return differs + "amount";
        if (old.hold != act.hold) return differs + "hold";
        if (old.keep != act.keep) return differs + "rest";
        if (old.expires != act.expires) return differs + "expiry";
        if (old.code != act.code) return differs + "code";
        if (old.about != act.about) return differs + "about";
        return "exists";
    }

    std::string try_one(const Act& act, std::int64_t now) {
        if (const auto said = id_says(act); said != "none") return said;
        std::string said;
        switch (act.kind) {
        case Kind::transfer:
        case Kind::hold: said = move(act, now); break;
        case Kind::post:
        case Kind::release:
        case Kind::adjust:
        case Kind::expire: said = on_hold(act, now); break;
        default: said = on_account(act); break;
        }
        if (said == "none") done[act.id.value] = act;
        return said;
    }

    std::string move(const Act& act, std::int64_t now) {
        const auto from = accounts.find(act.debit.value);
        const auto to = accounts.find(act.credit.value);
        if (act.amount > amount_most && act.amount != unlimited) return "amount_too_large";
        if (from == accounts.end() || to == accounts.end()) return "account_not_found";
        if (from == to) return "same_account";
        auto& debit = from->second;
        auto& credit = to->second;
        if (debit.series != credit.series) return "series_differ";
        if (act.amount == 0) return "amount_zero";
        if (act.amount > amount_most) return "amount_too_large";
        if (act.kind == Kind::hold && act.expires != 0 && act.expires <= now) return "expiry_past";
        if (debit.state != "open") return "account_" + debit.state;
        if (credit.state != "open") return "account_" + credit.state;
        const Big amount = act.amount;
        if (debit.debit_limit >= 0 &&
            debit.out + debit.held_out + amount > debit.in + debit.debit_limit)
            return "exceeds_debitable";
        if (debit.debit_limit < 0 && amount > amount_most) return "exceeds_debitable";
        if (credit.credit_limit >= 0 &&
            credit.in + credit.held_in + amount > credit.out + credit.credit_limit)
            return "exceeds_creditable";
        if (debit.out + debit.held_out + amount > amount_most) return "overflow";
        if (credit.in + credit.held_in + amount > amount_most) return "overflow";
        if (act.kind == Kind::transfer) {
            debit.out += amount;
            credit.in += amount;
        } else {
            debit.held_out += amount;
            credit.held_in += amount;
            holds[act.id.value] = {
                .debit = act.debit.value,
                .credit = act.credit.value,
                .held = amount,
                .expires = act.expires,
                .number = static_cast<std::int64_t>(holds.size()) + 1};
        }
        return "none";
    }

    std::string on_hold(const Act& act, std::int64_t now) {
        if (act.amount > amount_most && act.amount != unlimited) return "amount_too_large";
        const auto found = holds.find(act.hold.value);
        if (found == holds.end()) return "hold_not_found";
        if (act.amount > amount_most) return "amount_too_large";
        auto& hold = found->second;
        auto& debit = accounts[hold.debit];
        auto& credit = accounts[hold.credit];
        if (hold.state != "open") return "hold_" + hold.state;
        const bool over = hold.expires != 0 && hold.expires <= now;
        if (act.kind == Kind::expire && !over) return "hold_not_due";
        if (act.kind != Kind::expire && over) return "hold_expired";
        const Big amount = act.amount;
        Big less = hold.held;
        Big posted = 0;
        if (act.kind == Kind::post || act.kind == Kind::adjust) {
            for (const auto* account : {&debit, &credit}) {
                if (account->state != "open") return "account_" + account->state;
            }
            if (act.kind == Kind::post) {
                if (amount > hold.held) return "exceeds_hold";
                posted = amount == 0 ? hold.held : amount;
                if (act.keep) less = posted;
            } else {
                if (amount == 0) return "amount_zero";
                if (amount >= hold.held) return "not_less";
                less = hold.held - amount;
            }
        }
        hold.held -= less;
        debit.held_out -= less;
        credit.held_in -= less;
        debit.out += posted;
        credit.in += posted;
        if (hold.held > 0) return "none";
        hold.state = act.kind == Kind::post     ? "posted"
                     : act.kind == Kind::expire ? "expired"
                                                : "released";
        return "none";
    }

    std::string on_account(const Act& act) {
        if (act.amount > amount_most && act.amount != unlimited) return "amount_too_large";
        const auto found = accounts.find(act.debit.value);
        if (found == accounts.end()) return "account_not_found";
        auto& account = found->second;
        if (account.state == "closed") return "account_closed";
        const bool frozen = account.state == "frozen";
        if (act.kind == Kind::freeze && frozen) return "already_frozen";
        if (act.kind == Kind::unfreeze && !frozen) return "not_frozen";
        if (act.kind == Kind::freeze) account.state = "frozen";
        if (act.kind == Kind::unfreeze) account.state = "open";
        if (act.kind == Kind::freeze || act.kind == Kind::unfreeze) return "none";
        if (frozen) return "account_frozen";
        if (act.kind == Kind::close) {
            if (account.held_in != 0 || account.held_out != 0 || account.in != account.out)
                return "account_in_use";
            account.state = "closed";
            return "none";
        }
        auto& limit = act.kind == Kind::debit_limit ? account.debit_limit : account.credit_limit;
        limit = act.amount == unlimited ? Big{-1} : Big{act.amount};
        return "none";
    }
};

// Random acts over a few accounts, many of them at the edge of what is allowed, some of them sent
// again or sent wrongly.
class Source {
public:
    explicit Source(std::uint64_t seed, std::int64_t first_id = 1)
        : random_(seed)
        , next_id_(first_id) {}

    std::int64_t below(std::int64_t limit) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
    }

    [[nodiscard]] bool one_in(std::int64_t many) { return below(many) == 0; }

    std::vector<Act> batch(std::size_t accounts, std::int64_t now, std::size_t most = 6) {
        std::vector<Act> acts;
        const auto count = 1 + below(static_cast<std::int64_t>(most));
        for (std::int64_t i = 0; i < count; ++i) {
            acts.push_back(act(static_cast<std::int64_t>(accounts), now));
            acts.back().linked = i + 1 < count ? one_in(3) : one_in(60);
        }
        return acts;
    }

    Act act(std::int64_t accounts, std::int64_t now) {
        if (!sent_.empty() && one_in(25)) return again();
        Act made = wish(accounts, now);
        made.id = {one_in(200) ? 0 : next_id_++};
        made.code = static_cast<std::uint32_t>(below(3));
        made.about = below(3);
        if (made.kind == Kind::hold) holds_.push_back(made.id);
        sent_.push_back(made);
        return made;
    }

private:
    // The same act, or another one under its id.
    Act again() {
        const auto change = below(12);
        auto act = sent_[static_cast<std::size_t>(below(std::ssize(sent_)))];
        // Only a post of a part says what becomes of the rest, and few acts name a hold: look for
        // one.
        const auto suits = [&] { return act.kind == Kind::post && act.amount > 0; };
        for (int tries = 0; (change == 7 || change == 8) && !suits() && tries < 60; ++tries) {
            act = sent_[static_cast<std::size_t>(below(std::ssize(sent_)))];
        }
        switch (change) {
        case 0: act.amount += 1; break;
        case 1: act.debit.value += 1; break;
        case 2: act.credit.value += 1; break;
        case 3: act.code += 1; break;
        case 4: act.about += 1; break;
        case 5: act.kind = Kind::freeze; break;
        case 6: act.expires += 1; break;
        case 7: act.keep = !act.keep; break;
        case 8: act.hold.value += 1; break;
        default: break;
        }
        return plain(act);
    }

    Act wish(std::int64_t accounts, std::int64_t now) {
        const AccountId one{1 + below(accounts + (one_in(50) ? 2 : 0))};
        const AccountId other{1 + below(accounts)};
        const auto amount = static_cast<Amount>(one_in(40) ? 0 : 1 + below(one_in(9) ? 500 : 60));
        const TransferId hold = holds_.empty() || one_in(30)
                                    ? TransferId{below(next_id_ + 1)}
                                    : holds_[static_cast<std::size_t>(std::max<std::int64_t>(
                                          0, std::ssize(holds_) - 1 - below(12)))];
        switch (below(20)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4: return hold_wish(one, other, amount, now);
        case 5:
        case 6: return post({.hold = hold, .amount = one_in(3) ? 0 : amount});
        case 7: return post({.hold = hold, .amount = amount, .rest = Rest::keep});
        case 8: return release({.hold = hold});
        case 9: return adjust({.hold = hold, .stays = amount});
        case 10: return one_in(2) ? freeze({.account = one}) : unfreeze({.account = one});
        case 11: return one_in(8) ? close({.account = one}) : unfreeze({.account = one});
        case 12:
            return one_in(2) ? set_debit_limit({.account = one, .limit = limit()})
                             : set_credit_limit({.account = one, .limit = limit()});
        case 13: return one_in(4) ? expire({.hold = hold}) : unfreeze({.account = one});
        default: break;
        }
        auto move = transfer({.debit = one, .credit = other, .amount = amount});
        if (one_in(300)) move.amount = one_in(2) ? amount_most : amount_most + 1;
        return move;
    }

    Act hold_wish(AccountId one, AccountId other, Amount amount, std::int64_t now) {
        const auto expires = one_in(2) ? 0 : now - 3 + below(40);
        return ledger::hold(
            {.debit = one, .credit = other, .amount = amount, .expires = {expires}});
    }

    Amount limit() {
        if (one_in(4)) return unlimited;
        return one_in(60) ? amount_most + 1 : static_cast<Amount>(below(300));
    }

    // tidy-allow(randomness): a test's, by its seed.
    std::mt19937_64 random_;
    std::int64_t next_id_;
    std::vector<Act> sent_;
    std::vector<TransferId> holds_;
};

} // namespace ledger::naive
