// 主体: the enterprises, institutions and departments of a county. The ground floor of the domain.
#pragma once

#include "base/actor.hpp"
#include "engine/pack/pack.hpp"
#include "store/database.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace pack {
class Policy;
}

namespace party {

using base::Date;
using base::Id;
using base::Instant;
using base::Money;
using base::Party;
using base::PartyKind;
using base::Result;
using base::Text;

enum class Size { large, medium, small, micro, not_applicable, unknown };
BOOST_DESCRIBE_ENUM(Size, large, medium, small, micro, not_applicable, unknown)

// party_organisation: every party has a row; `code` is the credit code of an enterprise, the pack's
// code of a unit or institution.
struct Organisation {
    Id<Party> id;
    PartyKind kind = PartyKind::enterprise;
    std::string code;
    Text name;
    std::optional<pack::InstitutionKind> institution_kind;
    std::string licence;
    std::string town;
    std::string phone;
    Date since; // settled on (institution), founded (enterprise), registered (department)
    Instant changed_at;
};
BOOST_DESCRIBE_STRUCT(
    Organisation,
    (),
    (id, kind, code, name, institution_kind, licence, town, phone, since, changed_at))

// party_enterprise: what an enterprise has beyond that.
struct Enterprise {
    Id<Party> id;
    std::string credit_code; // 统一社会信用代码, 18 characters
    std::string name;
    std::string industry; // four digits, GB/T 4754-2017
    std::string town;     // nine-digit code of the 镇/街道, or empty
    Date founded;         // 1970-01-01 when an anonymous import did not say
    std::string legal_representative;
    std::string contact;
    std::string phone;
    Money registered_capital;
    Size size = Size::unknown; // computed from employees, revenue and assets (国统字〔2017〕213号)
    std::optional<std::string> code_override; // why a code that fails its check digit was accepted
    std::int64_t version = 1;                 // for If-Match
    Instant changed_at;
};
BOOST_DESCRIBE_STRUCT(
    Enterprise,
    (),
    (id,
     credit_code,
     name,
     industry,
     town,
     founded,
     legal_representative,
     contact,
     phone,
     registered_capital,
     size,
     code_override,
     version,
     changed_at))

struct RegisterEnterprise {
    std::string credit_code;
    std::string name;
    std::string industry;
    std::string town;
    Date founded;
    std::string legal_representative;
    std::string contact;
    std::string phone;
    Money registered_capital;
    std::optional<std::string> code_override;
};
BOOST_DESCRIBE_STRUCT(
    RegisterEnterprise,
    (),
    (credit_code,
     name,
     industry,
     town,
     founded,
     legal_representative,
     contact,
     phone,
     registered_capital,
     code_override))

struct EnterpriseFilter {
    std::string text;                   // part of a name or credit code
    std::string industry;               // leading digits of the code
    std::vector<std::string> divisions; // those of a section, instead of `industry`
    std::string town;
    std::optional<Size> size;
    std::int32_t page = 1;
    std::int32_t per_page = 50; // at most 200
};

template <class T>
struct Page {
    std::vector<T> items;
    std::int64_t total = 0;
};

// Events
// ------------------------------------------------------------------------------------------------------------

struct OrganisationJoined { // a department or institution of the pack, or one that settles later
    static constexpr std::string_view kind = "party.organisation_joined";
    Organisation organisation;
};
BOOST_DESCRIBE_STRUCT(OrganisationJoined, (), (organisation))

struct EnterpriseRegistered {
    static constexpr std::string_view kind = "party.enterprise_registered";
    Enterprise enterprise;
};
BOOST_DESCRIBE_STRUCT(EnterpriseRegistered, (), (enterprise))

struct EnterpriseChanged {
    static constexpr std::string_view kind = "party.enterprise_changed";
    Enterprise enterprise; // as it now is
};
BOOST_DESCRIBE_STRUCT(EnterpriseChanged, (), (enterprise))

void apply(store::Transaction& tx, const OrganisationJoined& event);
void apply(store::Transaction& tx, const EnterpriseRegistered& event);
void apply(store::Transaction& tx, const EnterpriseChanged& event);
void declare(store::Schema& schema);

// Reads
// -------------------------------------------------------------------------------------------------------------

std::optional<Organisation> find(const store::Snapshot& db, Id<Party> id);
std::optional<Organisation> find_code(
    const store::Snapshot& db, PartyKind kind, std::string_view code);
std::vector<Organisation> all_of(const store::Snapshot& db, PartyKind kind);
std::optional<Enterprise> find_enterprise(const store::Snapshot& db, Id<Party> id);
std::optional<Enterprise> find_enterprise_code(
    const store::Snapshot& db, std::string_view credit_code);
Page<Enterprise> list_enterprises(const store::Snapshot& db, const EnterpriseFilter& filter);
void each_enterprise(
    const store::Snapshot& db, const std::function<void(const Enterprise&)>& visit);

// Use cases
// ---------------------------------------------------------------------------------------------------------

class Parties {
public:
    Parties(store::Database& database, const pack::Policy& policy)
        : database_(database)
        , policy_(policy) {}

    // Every unit and institution of the pack that is not here yet, and the platform itself (code
    // `platform`). Harmless to repeat.
    Result<> join_pack_organisations();
    // `party.code_malformed`, `party.code_check_digit` (give `code_override` to go on),
    // `party.code_taken`, `party.industry_unknown`.
    Result<store::Receipt> register_enterprise(
        const store::Command& command, const RegisterEnterprise& wish);
    // `version` is what the editor saw; `party.version` (conflict) when somebody was faster.
    Result<store::Receipt> change_enterprise(
        const store::Command& command,
        Id<Party> id,
        std::int64_t version,
        const RegisterEnterprise& wish);
    // Recomputes the size class; called by facts when employees, revenue or assets change.
    Result<store::Receipt> set_size(const store::Command& command, Id<Party> id, Size size);

private:
    store::Database& database_;
    const pack::Policy& policy_;
};

} // namespace party
