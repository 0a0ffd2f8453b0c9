// Parties and codes with their words, as answers show them.
#pragma once

#include "domain/party/party.hpp"
#include "edge/api/endpoint.hpp"
#include "engine/pack/policy.hpp"

#include <map>

namespace api {

struct NamedParty {
    Id<base::Party> id;
    Text name;
};
BOOST_DESCRIBE_STRUCT(NamedParty, (), (id, name))

struct Labelled {
    std::string code;
    Text label;
};
BOOST_DESCRIBE_STRUCT(Labelled, (), (code, label))

// Names of parties, each read once.
class PartyNames {
public:
    explicit PartyNames(const store::Snapshot& db)
        : db_(db) {}

    NamedParty operator()(Id<base::Party> id);

private:
    const store::Snapshot& db_;
    std::map<Id<base::Party>, Text> names_;
};

[[nodiscard]] Text town_label(const pack::Policy& policy, std::string_view town);
[[nodiscard]] Text industry_label(const pack::Policy& policy, std::string_view industry);

// `http.not_found`-like answer for an enterprise that is not there, or not the actor's to see.
Result<party::Enterprise> visible_enterprise(
    const store::Snapshot& db, const base::Actor& actor, Id<base::Party> id);

template <class T, class Item>
Page<T> page_of(const Item& query, std::int64_t total) {
    return Page<T>{.items = {}, .total = total, .page = query.page, .per_page = query.per_page};
}

} // namespace api
