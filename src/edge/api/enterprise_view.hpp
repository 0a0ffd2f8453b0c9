// An enterprise as answers show it: the register's entry, what is known of it, its months.
#pragma once

#include "domain/dossier/quality.hpp"
#include "domain/permission/permission.hpp"
#include "edge/api/looks.hpp"
#include "edge/api/naming.hpp"

namespace api {

struct EnterpriseView {
    Id<base::Party> id;
    std::string credit_code;
    std::string name;
    std::string industry;
    Text industry_label;
    std::string town;
    Text town_label;
    base::Date founded;
    std::string legal_representative;
    std::string contact;
    std::string phone;
    base::Money registered_capital;
    party::Size size = party::Size::unknown;
    std::optional<std::string> code_override;
    std::int64_t version = 1;
};
BOOST_DESCRIBE_STRUCT(
    EnterpriseView,
    (),
    (id,
     credit_code,
     name,
     industry,
     industry_label,
     town,
     town_label,
     founded,
     legal_representative,
     contact,
     phone,
     registered_capital,
     size,
     code_override,
     version))

struct FactsView {
    Id<base::Party> enterprise;
    std::vector<fact::View> facts;
    std::vector<dossier::Finding> quality;
    std::vector<fact::Dispute> disputes;
};
BOOST_DESCRIBE_STRUCT(FactsView, (), (enterprise, facts, quality, disputes))

struct Trends {
    std::vector<base::Period> months;
    std::vector<base::Money> sales;
    std::vector<base::Money> purchases;
    std::vector<std::int64_t> invoices;
    std::vector<base::Rate> void_rate;
};
BOOST_DESCRIBE_STRUCT(Trends, (), (months, sales, purchases, invoices, void_rate))

[[nodiscard]] EnterpriseView enterprise_view(
    const pack::Policy& policy, const party::Enterprise& it);

// What the reader may see of what is known, and what has to be written down of it.
struct SeenFacts {
    FactsView view;
    Looked looked;
};

[[nodiscard]] SeenFacts seen_facts(
    const Services& services,
    const store::Snapshot& db,
    const Call& call,
    const dossier::Dossier& known,
    std::span<const permission::Permit> permits);

// The catalogue's attribute for loans recorded here: the consent scope that it belongs to opens
// the sums of loans, credit lines and guarantees as well.
inline constexpr std::string_view loans_attribute = "loan_balance_here";

// permission::part() with the consent scope that the catalogue gives the part.
[[nodiscard]] permission::PartAnswer see_part(
    const pack::Policy& policy,
    const Call& call,
    Id<base::Party> enterprise,
    permission::Part part,
    std::span<const permission::Permit> permits);

// The months of its invoices, whoever asks, and the attributes that they add up to.
Result<Trends> invoice_months(const store::Snapshot& db, Id<base::Party> enterprise);
[[nodiscard]] const std::vector<std::string>& trend_attributes();

} // namespace api
