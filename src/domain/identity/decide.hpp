// The decisions about people: functions of what is known and what is wished.
#pragma once

#include "domain/identity/event.hpp"

#include <span>

namespace identity {

// Lower case, checked: `identity.login_malformed`.
Result<std::string> clean_login(std::string_view login);

// `identity.no_role`, `identity.role_unknown`, `identity.role_other_kind`,
// `identity.roles_exclude`.
Result<> check_roles(
    std::span<const pack::Role> known, PartyKind kind, const std::vector<std::string>& roles);

[[nodiscard]] Rights rights_of(
    std::span<const pack::Role> known, const std::vector<std::string>& roles);

// security_manage reaches everybody; people_manage the actor's own organisation; the platform's
// administrators are for security_manage alone. permission.denied, permission.other_party.
Result<> may_manage(const base::Actor& actor, PartyKind kind, Id<base::Party> party);

// The person, if the actor may manage it: what may_manage says, `permission.other_party` too when
// there is none.
Result<Person> managed(const store::Snapshot& db, const base::Actor& actor, Id<base::Person> id);

// The role codes of the three administrators, in the order system, security, audit. Empty when the
// pack lacks one.
[[nodiscard]] std::vector<std::string> administrator_roles(std::span<const pack::Role> known);

// `identity.set_up_roles` unless the three people take the three administrators' roles.
Result<> check_first_people(
    std::span<const pack::Role> known, const std::vector<FirstPerson>& people);

// The person after the change. `identity.version`, `identity.own_roles`.
Result<Person> change(
    Person person, std::int64_t version, const ChangePerson& wish, Id<base::Person> actor);

// What a wrong password does: one failure more, and a lock at the limit.
[[nodiscard]] SignInFailed fail(
    const Person& person, const std::string& from, const Settings& settings, Instant now);

base::Error wrong();
base::Error old_password();
base::Error locked(Instant until, Instant now);
base::Error slow_down(std::int64_t wait_ms);

} // namespace identity
