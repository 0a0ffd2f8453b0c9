// People of an organisation and their roles.
#include "domain/identity/identity.hpp"
#include "domain/party/party.hpp"
#include "edge/api/capabilities.hpp"

#include <map>

namespace api {
namespace {

struct Named {
    Id<base::Party> id;
    Text name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (id, name))

struct PersonView {
    Id<base::Person> id;
    std::string login;
    std::string name;
    Named party;
    std::vector<std::string> roles;
    identity::PersonState state = identity::PersonState::active;
    std::optional<Instant> last; // signed in
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(PersonView, (), (id, login, name, party, roles, state, last, version))

struct PeopleQuery {
    std::optional<Id<base::Party>> party;
    std::string text;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(PeopleQuery, (), (party, text, page, per_page))

struct NewPerson {
    std::string login;
    std::string name;
    std::optional<Id<base::Party>> party; // none: the actor's own organisation
    std::vector<std::string> roles;
};
BOOST_DESCRIBE_STRUCT(NewPerson, (), (login, name, party, roles))

struct PersonWish {
    std::string name;
    std::vector<std::string> roles;
    identity::PersonState state = identity::PersonState::active;
};
BOOST_DESCRIBE_STRUCT(PersonWish, (), (name, roles, state))

// Shown once; the person must choose another at the first sign-in.
struct OneTime {
    store::Receipt receipt;
    std::string one_time_password;
};
BOOST_DESCRIBE_STRUCT(OneTime, (), (receipt, one_time_password))

std::vector<Right> managers() { return {Right::people_manage, Right::security_manage}; }

Page<PersonView> list_people(const Services& services, const Call& call, const PeopleQuery& query) {
    identity::PersonFilter filter{
        .party = query.party, .text = query.text, .page = query.page, .per_page = query.per_page};
    if (!call.actor.rights.has(Right::security_manage)) filter.party = call.actor.party;
    return services.database->read([&](const store::Snapshot& db) {
        const auto found = identity::list(db, filter);
        Page<PersonView> page{
            .items = {}, .total = found.total, .page = query.page, .per_page = query.per_page};
        std::map<Id<base::Party>, Text> names{{{}, {"平台管理", "Platform administration"}}};
        for (const auto& person : found.items) {
            if (!names.contains(person.party)) {
                const auto organisation = party::find(db, person.party);
                names[person.party] = organisation ? organisation->name : Text{"?", "?"};
            }
            page.items.push_back(
                {.id = person.id,
                 .login = person.login,
                 .name = person.name,
                 .party = {.id = person.party, .name = names[person.party]},
                 .roles = person.roles,
                 .state = identity::state_at(person, call.now),
                 .last = person.last_at,
                 .version = person.version});
        }
        return page;
    });
}

Result<OneTime> register_person(Services& services, const Call& call, const NewPerson& wish) {
    identity::RegisterPerson person{.login = wish.login, .name = wish.name, .unit = {}};
    person.party = wish.party.value_or(call.actor.party);
    person.roles = wish.roles;
    if (person.party) {
        const auto organisation = services.database->read(
            [&](const store::Snapshot& db) { return party::find(db, person.party); });
        if (!organisation) {
            return base::not_found(
                       "party.unknown",
                       {"没有这个单位。", "There is no such organisation."},
                       {"请从单位列表中选择。", "Choose from the list of organisations."})
                .at("/party");
        }
        person.kind = organisation->kind;
        if (person.kind != base::PartyKind::enterprise) person.unit = organisation->code;
    }
    const auto command = call.command();
    const auto password = services.identity->one_time_password(command.id);
    auto receipt = TRY(services.identity->register_person(command, person, password));
    return OneTime{.receipt = std::move(receipt), .one_time_password = password.reveal()};
}

Result<OneTime> reset(Services& services, const Call& call) {
    const auto id = TRY(call.id<base::Person>());
    const auto command = call.command();
    const auto password = services.identity->one_time_password(command.id);
    auto receipt = TRY(services.identity->reset_password(command, id, password));
    return OneTime{.receipt = std::move(receipt), .one_time_password = password.reveal()};
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const auto& part : parts)
        out += (out.empty() ? "" : ", ") + part;
    return out;
}

} // namespace

void declare_people(Endpoints& all, Services& services) {
    all.capability("people");
    all.get(
           "/v1/people",
           Access::any_of(managers()),
           {"用户列表", "People"},
           [&](Call& call, const PeopleQuery& query) -> Result<Page<PersonView>> {
               return list_people(services, call, query);
           })
        .exportable(
            "people",
            {column(&PersonView::login, {"登录名", "Login"}),
             column(&PersonView::name, {"姓名", "Name"}),
             {{"单位", "Organisation"},
              [](const PersonView& row) -> SheetCell { return row.party.name; }},
             {{"角色", "Roles"},
              [](const PersonView& row) -> SheetCell { return joined(row.roles); }},
             column(&PersonView::state, {"状态", "State"}),
             column(&PersonView::last, {"最近登录", "Last sign-in"})});
    all.post(
        "/v1/people",
        Access::any_of(managers()),
        {"登记用户", "Register a person"},
        [&](Call& call, const NewPerson& wish) { return register_person(services, call, wish); });
    all.put(
           "/v1/people/{id}",
           Access::any_of(managers()),
           {"修改用户的角色或状态", "Change a person's roles or state"},
           [&](Call& call, const PersonWish& wish) -> Result<store::Receipt> {
               const auto id = TRY(call.id<base::Person>());
               return services.identity->change_person(
                   call.command(),
                   id,
                   *call.version,
                   {.name = wish.name, .roles = wish.roles, .state = wish.state});
           })
        .edited();
    all.post(
        "/v1/people/{id}/reset",
        Access::any_of(managers()),
        {"重设一次性密码", "Give a new one-time password"},
        [&](Call& call) { return reset(services, call); });
}

} // namespace api
