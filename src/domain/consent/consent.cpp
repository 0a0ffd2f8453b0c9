#include "domain/consent/consent.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>

namespace consent {
namespace {

constexpr int validity_years_most = 2;

template <class T>
bool has_code(const std::vector<T>& items, const std::string& code) {
    return std::ranges::any_of(items, [&](const T& item) { return item.code == code; });
}

base::Error no_such_consent() {
    return base::not_found(
        "consent.not_found",
        {"没有找到这份授权。", "There is no such consent."},
        {"请回到授权列表刷新后重试。", "Go back to the list of consents and refresh."});
}

base::Error ended() {
    return base::conflict(
        "consent.ended",
        {"这份授权已经结束，不能再改动。", "This consent has ended and cannot be changed."},
        {"需要时请重新授权。", "Give a new consent when it is needed."});
}

} // namespace

Status status(const Artefact& consent, Instant now) {
    switch (consent.state) {
    case State::revoked: return Status::revoked;
    case State::used: return Status::used;
    case State::paused: return now < consent.valid_until ? Status::paused : Status::expired;
    case State::active: return now < consent.valid_until ? Status::active : Status::expired;
    }
    base::bug("consent state out of range");
}

Result<> check(const Give& wish, const pack::Pack& pack, Date today) {
    if (!has_code(pack.purposes, wish.purpose)) {
        return base::invalid(
                   "consent.purpose_unknown",
                   {"没有这种授权用途。", "There is no such purpose."},
                   {"请从列表中选择用途。", "Choose a purpose from the list."})
            .at("/purpose");
    }
    if (wish.scopes.empty()) {
        return base::invalid(
                   "consent.nothing_asked",
                   {"请至少选择一项授权范围。", "Choose at least one scope."},
                   {"勾选愿意让对方查看的数据。", "Tick the data the receiver may see."})
            .at("/scopes");
    }
    for (std::size_t i = 0; i < wish.scopes.size(); ++i) {
        if (has_code(pack.scopes, wish.scopes[i])) continue;
        return base::invalid(
                   "consent.scope_unknown",
                   {"没有这个授权范围：" + wish.scopes[i],
                    "There is no such scope: " + wish.scopes[i]},
                   {"请从列表中选择范围。", "Choose scopes from the list."})
            .at("/scopes/" + std::to_string(i));
    }
    if (wish.valid_until < today ||
        wish.valid_until > today.plus_months(12 * validity_years_most)) {
        return base::invalid(
                   "consent.validity",
                   {"授权期限应在今天至两年之内。",
                    "A consent lasts from today to two years at most."},
                   {"请改选到期日。", "Choose another last day."})
            .at("/valid_until");
    }
    return {};
}

Result<> may_become(const Artefact& consent, State wanted, Instant now) {
    const auto current = status(consent, now);
    if (current != Status::active && current != Status::paused) return ended();
    if (consent.state != wanted) return {};
    return base::conflict(
        "consent.unchanged",
        {"授权已经是这个状态。", "The consent is in that state already."},
        {"请刷新页面查看最新状态。", "Refresh the page to see its state."});
}

Result<store::Receipt> Consents::give(const store::Command& command, const Give& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::consent_give));
        const auto zone = policy_.zone();
        const auto today = zone.date(tx.now());
        TRY(check(wish, policy_.pack(), today));
        const auto receiver = party::find(tx, wish.receiver);
        if (!receiver || receiver->kind != base::PartyKind::institution) {
            return base::invalid(
                       "consent.receiver",
                       {"授权对象应是已入驻的机构。",
                        "The receiver must be an institution of this county."},
                       {"请从机构列表中选择。", "Choose it from the list of institutions."})
                .at("/receiver");
        }
        Given event;
        event.consent = {
            .id = tx.new_id<Consent>(),
            .enterprise = tx.actor().party,
            .receiver = wish.receiver,
            .purpose = wish.purpose,
            .scopes = wish.scopes,
            .mode = wish.mode,
            .valid_from = tx.now(),
            .valid_until = zone.at(wish.valid_until.plus_days(1), 0),
            .state = State::active,
            .need = wish.need,
            .given_at = tx.now(),
            .given_by = tx.actor().person,
            .revoked_at = {},
            .reads = 0};
        tx.publish(event, event.consent.id);
        return std::to_string(event.consent.id.value);
    });
}

Result<store::Receipt> Consents::change_state(
    const store::Command& command, Id<Consent> id, State wanted, const std::string& reason) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::consent_give));
        const auto found = find(tx, id);
        if (!found) return no_such_consent();
        TRY(permission::own_row(tx.actor(), found->enterprise));
        TRY(may_become(*found, wanted, tx.now()));
        tx.publish(StateChanged{.consent = id, .state = wanted, .reason = reason}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Consents::record_reading(
    const store::Command& command,
    Id<Party> enterprise,
    const std::vector<Id<Consent>>& used,
    const std::vector<std::string>& attributes) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        Read event;
        for (const auto id : used) {
            const auto found = find(tx, id);
            if (!found || status(*found, tx.now()) != Status::active ||
                found->enterprise != enterprise || found->receiver != tx.actor().party) {
                return base::conflict(
                    "consent.no_longer",
                    {"授权已撤回或到期，数据不再可见。",
                     "The consent has been withdrawn or has ended."},
                    {"请联系企业重新授权。", "Ask the enterprise for a new consent."});
            }
            if (event.reading.purpose.empty()) event.reading.purpose = found->purpose;
        }
        event.reading.enterprise = enterprise;
        event.reading.reader = tx.actor().party;
        event.reading.person = tx.actor().person;
        event.reading.person_name = tx.actor().name;
        event.reading.consents = used;
        event.reading.attributes = attributes;
        tx.publish(event, enterprise);
        return std::to_string(enterprise.value);
    });
}

} // namespace consent
