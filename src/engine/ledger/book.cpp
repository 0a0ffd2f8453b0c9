#include "engine/ledger/book.hpp"

namespace ledger {
namespace {

constexpr std::uint32_t refused_bit = std::uint32_t{1} << 31;

bool moves(Kind kind) { return kind == Kind::transfer || kind == Kind::hold; }

bool of_hold(Kind kind) {
    return kind == Kind::post || kind == Kind::release || kind == Kind::adjust ||
           kind == Kind::expire;
}

Refusal compare(const Act& there, const Act& act) {
    using enum Refusal;
    if (there.kind != act.kind) return exists_with_different_kind;
    if (there.debit != act.debit) return exists_with_different_debit;
    if (there.credit != act.credit) return exists_with_different_credit;
    if (there.amount != act.amount) return exists_with_different_amount;
    if (there.hold != act.hold) return exists_with_different_hold;
    if (there.keep != act.keep) return exists_with_different_rest;
    if (there.expires != act.expires) return exists_with_different_expiry;
    if (there.code != act.code) return exists_with_different_code;
    if (there.about != act.about) return exists_with_different_about;
    return exists;
}

// Whether a refusal leaves the id to be used: it has none, or it belongs to another act.
bool keeps_id(Refusal refusal) {
    return refusal <= Refusal::id_missing; // `none` and all that speak of the id
}

Refusal state_refusal(State state) {
    switch (state) {
    case State::open: return Refusal::none;
    case State::frozen: return Refusal::account_frozen;
    case State::closed: return Refusal::account_closed;
    }
    base::bug("account state out of range");
}

std::uint32_t place_of(std::size_t size) {
    base::ensure(size < refused_bit, "a book holds fewer than 2^31 things of a kind");
    return static_cast<std::uint32_t>(size);
}

void add(Amount& sum, std::int64_t change) { sum += static_cast<Amount>(change); }

} // namespace

void Book::put(const Account& account) {
    const bool fresh = account_places_.put(account.id.value, place_of(accounts_.size()));
    base::ensure(fresh && account.id, "an account is put once");
    accounts_.push_back(account);
}

void Book::put(const Hold& hold) {
    const bool fresh = hold_places_.put(hold.id.value, place_of(holds_.size()));
    base::ensure(fresh && hold.id, "a hold is put once");
    if (hold.state == HoldState::open && hold.expires != 0)
        due_.push({.expires = hold.expires, .number = hold.number, .id = hold.id});
    holds_.push_back(hold);
}

void Book::put_past(const Act& act) {
    const bool fresh = act_places_.put(act.id.value, place_of(acts_.size()));
    base::ensure(fresh && act.id, "an act is put once");
    acts_.push_back(act);
}

void Book::put_refused(TransferId id, Refusal why) {
    const auto place = place_of(refused_.size()) | refused_bit;
    // An act of a broken chain was there for a moment.
    if (!act_places_.put(id.value, place)) act_places_.move(id.value, place);
    refused_.push_back(why);
}

const Account* Book::find(AccountId id) const {
    const auto place = account_places_.find(id.value);
    return place ? &accounts_[*place] : nullptr;
}

const Hold* Book::find_hold(TransferId id) const {
    const auto place = hold_place(id);
    return place ? &holds_[*place] : nullptr;
}

std::optional<std::uint32_t> Book::hold_place(TransferId id) const {
    const auto place = hold_places_.find(id.value);
    if (!place || *place >= holds_.size() || holds_[*place].id != id) return std::nullopt;
    return place;
}

std::vector<TransferId> Book::due(std::int64_t now_ms, std::size_t most) {
    std::vector<TransferId> found;
    std::vector<Due> again;
    while (!due_.empty() && due_.top().expires <= now_ms && found.size() < most) {
        const auto* hold = find_hold(due_.top().id);
        if (hold != nullptr && hold->state == HoldState::open) {
            found.push_back(hold->id);
            again.push_back(due_.top()); // until it has been expired
        }
        due_.pop();
    }
    for (const auto& one : again)
        due_.push(one);
    return found;
}

// What the id alone says.
Outcome Book::known(const Act& act) const {
    if (act.id.value <= 0) return {.refusal = Refusal::id_missing};
    const auto place = act_places_.find(act.id.value);
    if (!place) return {};
    if ((*place & refused_bit) == 0) return {.refusal = compare(acts_[*place], act)};
    return {.refusal = Refusal::id_already_refused, .reason = refused_[*place & ~refused_bit]};
}

Refusal Book::look_up(const Act& act, Sides& sides) const {
    auto debit = act.debit;
    auto credit = act.credit;
    if (of_hold(act.kind)) {
        const auto hold = hold_place(act.hold);
        if (!hold) return Refusal::hold_not_found;
        sides.hold = *hold;
        debit = holds_[*hold].debit;
        credit = holds_[*hold].credit;
    }
    const auto one = account_places_.find(debit.value);
    if (!one || !debit) return Refusal::account_not_found;
    sides.debit = sides.credit = *one;
    if (!moves(act.kind) && !of_hold(act.kind)) return Refusal::none;
    const auto other = account_places_.find(credit.value);
    if (!other || !credit) return Refusal::account_not_found;
    sides.credit = *other;
    return Refusal::none;
}

void Book::measure(const Act& act, Sides& sides) const {
    const auto held = static_cast<std::int64_t>(of_hold(act.kind) ? holds_[sides.hold].held : 0);
    const auto amount = static_cast<std::int64_t>(act.amount);
    switch (act.kind) {
    case Kind::transfer: sides.posted = amount; return;
    case Kind::hold: sides.pending = amount; return;
    case Kind::post:
        sides.posted = amount == 0 ? held : amount;
        sides.pending = act.keep ? -sides.posted : -held;
        return;
    case Kind::release:
    case Kind::expire: sides.pending = -held; return;
    case Kind::adjust: sides.pending = amount - held; return;
    case Kind::freeze:
    case Kind::unfreeze:
    case Kind::close:
    case Kind::debit_limit:
    case Kind::credit_limit: return;
    case Kind::refused: break;
    }
    base::bug("act kind out of range");
}

Refusal Book::decide(const Act& act, Stamp stamp, Sides& sides) const {
    base::ensure(act.kind != Kind::refused, "nobody wishes to be refused");
    if (act.amount > amount_most && act.amount != unlimited) return Refusal::amount_too_large;
    if (const auto refusal = look_up(act, sides); refusal != Refusal::none) return refusal;
    if (moves(act.kind)) {
        const auto refusal = decide_move(act, stamp, sides);
        if (refusal == Refusal::none) measure(act, sides);
        return refusal;
    }
    if (!of_hold(act.kind)) return decide_account(act, sides);
    if (act.amount > amount_most) return Refusal::amount_too_large;
    measure(act, sides);
    return decide_hold(act, stamp, sides);
}

Refusal Book::decide_move(const Act& act, Stamp stamp, const Sides& sides) const {
    using enum Refusal;
    const auto& debit = accounts_[sides.debit];
    const auto& credit = accounts_[sides.credit];
    if (sides.debit == sides.credit) return same_account;
    if (debit.series != credit.series) return series_differ;
    if (act.amount == 0) return amount_zero;
    if (act.amount > amount_most) return amount_too_large;
    if (act.kind == Kind::hold && act.expires != 0 && act.expires <= stamp / stamps_per_ms)
        return expiry_past;
    if (const auto refusal = state_refusal(debit.state); refusal != none) return refusal;
    if (const auto refusal = state_refusal(credit.state); refusal != none) return refusal;
    if (act.amount > debit.debitable()) return exceeds_debitable;
    if (act.amount > credit.creditable()) return exceeds_creditable;
    // What is held is counted in, so that posting it later never overflows.
    if (debit.debits_posted + debit.debits_pending + act.amount > amount_most) return overflow;
    if (credit.credits_posted + credit.credits_pending + act.amount > amount_most) return overflow;
    return none;
}

Refusal Book::decide_hold(const Act& act, Stamp stamp, const Sides& sides) const {
    using enum Refusal;
    const auto& hold = holds_[sides.hold];
    switch (hold.state) {
    case HoldState::open: break;
    case HoldState::posted: return hold_posted;
    case HoldState::released: return hold_released;
    case HoldState::expired: return hold_expired;
    }
    const bool over = hold.expires != 0 && hold.expires <= stamp / stamps_per_ms;
    if (act.kind == Kind::expire) return over ? none : hold_not_due;
    if (over) return hold_expired;
    if (act.kind == Kind::release) return none;
    for (const auto place : {sides.debit, sides.credit}) {
        if (const auto refusal = state_refusal(accounts_[place].state); refusal != none)
            return refusal;
    }
    if (act.kind == Kind::post) return act.amount > hold.held ? exceeds_hold : none;
    if (act.amount == 0) return amount_zero;
    return act.amount < hold.held ? none : not_less;
}

Refusal Book::decide_account(const Act& act, const Sides& sides) const {
    using enum Refusal;
    const auto& account = accounts_[sides.debit];
    if (account.state == State::closed) return account_closed;
    if (act.kind == Kind::freeze) return account.state == State::frozen ? already_frozen : none;
    if (act.kind == Kind::unfreeze) return account.state == State::open ? not_frozen : none;
    if (account.state == State::frozen) return account_frozen;
    if (act.kind != Kind::close) return none;
    const bool settled = account.debits_pending == 0 && account.credits_pending == 0 &&
                         account.debits_posted == account.credits_posted;
    return settled ? none : account_in_use;
}

void Book::touch(std::uint32_t place, const Line& line) {
    auto& account = accounts_[place];
    if (undo_.active) undo_.accounts.emplace_back(place, account);
    follow(account, line);
    if (account.lines % lines_per_mark == 0) marks_.push_back({account, line.stamp});
}

void Book::change_hold(const Act& act, const Sides& sides) {
    auto& hold = holds_[sides.hold];
    if (undo_.active) undo_.changed.emplace_back(sides.hold, hold);
    add(hold.held, sides.pending);
    add(hold.posted, sides.posted);
    if (act.kind == Kind::expire) {
        hold.held = 0;
        hold.state = HoldState::expired;
    } else if (hold.held == 0) {
        hold.state = act.kind == Kind::post ? HoldState::posted : HoldState::released;
    }
}

void Book::perform(const Act& act, Stamp stamp, const Sides& sides) {
    const bool two = sides.credit != sides.debit;
    Line line{
        .act = act,
        .stamp = stamp,
        .debit = accounts_[sides.debit].id,
        .pending = sides.pending,
        .posted = sides.posted,
        .debit_previous = accounts_[sides.debit].last};
    line.act.linked = false;
    if (two) {
        line.credit = accounts_[sides.credit].id;
        line.credit_previous = accounts_[sides.credit].last;
    }
    touch(sides.debit, line);
    if (two) touch(sides.credit, line);
    if (act.kind == Kind::hold) {
        put(Hold{
            .number = next_hold_++,
            .id = act.id,
            .debit = act.debit,
            .credit = act.credit,
            .amount = act.amount,
            .held = act.amount,
            .expires = act.expires});
    }
    if (of_hold(act.kind)) change_hold(act, sides);
    put_past(line.act);
    lines_.push_back(line);
}

void Book::use_up(const Act& act, Refusal why, Stamp stamp) {
    put_refused(act.id, why);
    lines_.push_back(
        {.act = {.kind = Kind::refused, .code = static_cast<std::uint32_t>(why), .id = act.id},
         .stamp = stamp});
}

Outcome Book::one(const Act& act, Stamp stamp) {
    if (const auto outcome = known(act); outcome.refusal != Refusal::none) return outcome;
    Sides sides;
    const auto refusal = decide(act, stamp, sides);
    if (refusal == Refusal::none) perform(act, stamp, sides);
    return {.refusal = refusal};
}

void Book::post(std::span<const Act> acts, Stamp stamp, std::vector<Outcome>& outcomes) {
    base::ensure(acts.size() <= batch_most, "a batch has its most");
    outcomes.clear();
    outcomes.reserve(acts.size());
    while (!acts.empty()) {
        std::size_t length = 1;
        while (length <= acts.size() && acts[length - 1].linked)
            ++length;
        if (length > acts.size()) {
            refuse(acts, acts.size() - 1, Refusal::chain_open, stamp, outcomes);
            return;
        }
        if (length > 1) {
            chain(acts.first(length), stamp, outcomes);
        } else {
            const auto outcome = one(acts.front(), stamp);
            outcomes.push_back(outcome);
            if (!keeps_id(outcome.refusal)) use_up(acts.front(), outcome.refusal, stamp);
            if (outcome.refusal == Refusal::none || !keeps_id(outcome.refusal)) ++stamp;
        }
        acts = acts.subspan(length);
    }
}

void Book::chain(std::span<const Act> acts, Stamp& stamp, std::vector<Outcome>& outcomes) {
    const auto there = [&](const Act& act) { return known(act).refusal == Refusal::exists; };
    if (std::ranges::all_of(acts, there)) {
        outcomes.insert(outcomes.end(), acts.size(), {.refusal = Refusal::exists});
        return;
    }
    undo_.active = true;
    undo_.lines = lines_.size();
    undo_.marks = marks_.size();
    undo_.acts = acts_.size();
    undo_.holds = holds_.size();
    undo_.next_hold = next_hold_;
    undo_.accounts.clear();
    undo_.changed.clear();
    std::size_t done = 0;
    Outcome outcome;
    for (; done < acts.size(); ++done) {
        outcome = one(acts[done], stamp + static_cast<Stamp>(done));
        if (outcome.refusal != Refusal::none) break;
    }
    undo_.active = false;
    if (done == acts.size()) {
        outcomes.insert(outcomes.end(), acts.size(), {});
        stamp += static_cast<Stamp>(acts.size());
        return;
    }
    take_back();
    const auto again = [&](const Act& act) { return act.id == acts[done].id; };
    const bool repeated = std::ranges::any_of(acts.first(done), again);
    refuse(acts, done, repeated ? Refusal::id_repeated : outcome.refusal, stamp, outcomes);
}

void Book::take_back() {
    // The ids stay in the index: they are used up next.
    for (auto one = undo_.accounts.rbegin(); one != undo_.accounts.rend(); ++one)
        accounts_[one->first] = one->second;
    for (auto one = undo_.changed.rbegin(); one != undo_.changed.rend(); ++one) {
        if (one->first < undo_.holds) holds_[one->first] = one->second;
    }
    lines_.resize(undo_.lines);
    marks_.resize(undo_.marks);
    acts_.resize(undo_.acts);
    holds_.resize(undo_.holds);
    next_hold_ = undo_.next_hold;
}

void Book::refuse(
    std::span<const Act> acts,
    std::size_t culprit,
    Refusal why,
    Stamp& stamp,
    std::vector<Outcome>& outcomes) {
    for (std::size_t i = 0; i < acts.size(); ++i) {
        const auto& act = acts[i];
        // An act that the chain did for a moment is no act of the past.
        const auto place = act.id.value > 0 ? act_places_.find(act.id.value) : std::nullopt;
        const bool undone = place && (*place & refused_bit) == 0 && *place >= acts_.size();
        auto outcome = undone ? Outcome{} : known(act);
        if (outcome.refusal == Refusal::none) {
            outcome.refusal = i == culprit ? why : Refusal::chain_broken;
            use_up(act, outcome.refusal, stamp++);
        } else if (outcome.refusal == Refusal::id_already_refused && i == culprit) {
            if (why == Refusal::id_repeated) outcome = {.refusal = why};
        }
        outcomes.push_back(outcome);
    }
}

void Book::redo(std::span<const Act> acts, Stamp stamp) {
    for (const auto& act : acts) {
        if (act.kind == Kind::refused) {
            use_up(act, static_cast<Refusal>(act.code), stamp++);
            continue;
        }
        Sides sides;
        base::ensure(look_up(act, sides) == Refusal::none, "a recorded act finds its accounts");
        const bool open = !of_hold(act.kind) || holds_[sides.hold].state == HoldState::open;
        base::ensure(open, "a recorded act finds its hold open");
        measure(act, sides);
        perform(act, stamp++, sides);
    }
}

} // namespace ledger
