// The pack's words for screens, the search over everything a reader may see, and the check of a
// credit code.
#include "domain/finance/finance.hpp"
#include "domain/permission/permission.hpp"
#include "domain/product/product.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"
#include "engine/reference/credit_code.hpp"

#include <algorithm>

namespace api {
namespace {

constexpr std::size_t hits_most = 20;
constexpr std::int32_t hits_a_kind = 6;

struct ScopeView {
    std::string code;
    Text label;
    Text explains;
};
BOOST_DESCRIBE_STRUCT(ScopeView, (), (code, label, explains))

struct AttributeView {
    std::string name;
    Text label;
    std::string type;
    std::optional<std::string> unit;
    std::vector<pack::Choice> choices;
    std::string source;
    std::string scope;
    std::int32_t grade = 2;
    pack::Cadence cadence = pack::Cadence::once;
    bool editable = false;
    bool ordered = false;
    std::optional<Text> note;
};
BOOST_DESCRIBE_STRUCT(
    AttributeView,
    (),
    (name, label, type, unit, choices, source, scope, grade, cadence, editable, ordered, note))

struct RefusalReason {
    std::string code;
    Text label;
    bool repairable = false;
    std::optional<std::string> owner;
    Text cure;
};
BOOST_DESCRIBE_STRUCT(RefusalReason, (), (code, label, repairable, owner, cure))

struct UnitName {
    std::string code;
    Text name;
    bool leads = false; // holds the leading group's office
};
BOOST_DESCRIBE_STRUCT(UnitName, (), (code, name, leads))

struct InstitutionEntry {
    Id<base::Party> id;
    std::string code;
    Text name;
    std::optional<pack::InstitutionKind> kind;
};
BOOST_DESCRIBE_STRUCT(InstitutionEntry, (), (id, code, name, kind))

struct IndustryEntry {
    std::string code;
    Text label;
    std::string section;
};
BOOST_DESCRIBE_STRUCT(IndustryEntry, (), (code, label, section))

struct RoleEntry {
    std::string code;
    Text label;
    base::PartyKind kind = base::PartyKind::enterprise;
};
BOOST_DESCRIBE_STRUCT(RoleEntry, (), (code, label, kind))

struct ClockEntry {
    std::string code;
    Text label;
    std::string on;
    std::int32_t budget = 0;
    pack::BudgetUnit unit = pack::BudgetUnit::working_days;
    std::string owner;
};
BOOST_DESCRIBE_STRUCT(ClockEntry, (), (code, label, on, budget, unit, owner))

struct ProcessView {
    std::vector<Labelled> need_states;
    std::vector<Labelled> claim_states;
    std::vector<pack::Step> need_steps;
    std::vector<pack::Step> claim_steps;
    std::vector<ClockEntry> clocks;
};
BOOST_DESCRIBE_STRUCT(ProcessView, (), (need_states, claim_states, need_steps, claim_steps, clocks))

struct CurrentLpr {
    base::Date date;
    base::Rate one_year;
    base::Rate five_year;
};
BOOST_DESCRIBE_STRUCT(CurrentLpr, (), (date, one_year, five_year))

struct Catalogue {
    std::vector<AttributeView> attributes;
    std::vector<ScopeView> scopes;
    std::vector<Labelled> sources;
    std::vector<pack::Choice> purposes;
    std::vector<pack::Choice> product_kinds;
    std::vector<pack::Choice> guarantee_modes;
    std::vector<Labelled> repayment_modes;
    std::vector<pack::Choice> tags;
    std::vector<pack::Choice> loan_uses;
    std::vector<RefusalReason> refusals;
    std::vector<UnitName> units;
    std::vector<InstitutionEntry> institutions;
    std::vector<Labelled> towns;
    std::vector<IndustryEntry> industries;
    std::vector<Labelled> institution_kinds;
    std::vector<Labelled> sizes;
    std::vector<RoleEntry> roles;
    ProcessView process;
    CurrentLpr lpr;
};
BOOST_DESCRIBE_STRUCT(
    Catalogue,
    (),
    (attributes,
     scopes,
     sources,
     purposes,
     product_kinds,
     guarantee_modes,
     repayment_modes,
     tags,
     loan_uses,
     refusals,
     units,
     institutions,
     towns,
     industries,
     institution_kinds,
     sizes,
     roles,
     process,
     lpr))

struct SearchQuery {
    std::string q;
};
BOOST_DESCRIBE_STRUCT(SearchQuery, (), (q))

enum class HitKind { enterprise, need, indicator, product, task, institution };
BOOST_DESCRIBE_ENUM(HitKind, enterprise, need, indicator, product, task, institution)

struct Hit {
    HitKind kind = HitKind::enterprise;
    std::string id;
    Text title;
    Text hint;
    std::string path;
};
BOOST_DESCRIBE_STRUCT(Hit, (), (kind, id, title, hint, path))

enum class CodeValidity { valid, check_digit, malformed };
BOOST_DESCRIBE_ENUM(CodeValidity, valid, check_digit, malformed)

struct CodeParts {
    Text department;
    Text category;
    Text area;
};
BOOST_DESCRIBE_STRUCT(CodeParts, (), (department, category, area))

struct CodeCheck {
    CodeValidity valid = CodeValidity::malformed;
    Text message;
    std::optional<CodeParts> parts;
};
BOOST_DESCRIBE_STRUCT(CodeCheck, (), (valid, message, parts))

std::vector<Labelled> institution_kinds() {
    return {
        {"bank", {"银行", "Bank"}},
        {"insurer", {"保险机构", "Insurer"}},
        {"guarantor", {"融资担保机构", "Guarantor"}},
        {"leasing", {"融资租赁公司", "Leasing company"}},
        {"fund", {"基金", "Fund"}},
        {"broker", {"证券机构", "Broker"}},
        {"bridge_lender", {"转贷机构", "Bridge lender"}}};
}

std::vector<Labelled> sizes() {
    return {
        {"large", {"大型", "Large"}},
        {"medium", {"中型", "Medium"}},
        {"small", {"小型", "Small"}},
        {"micro", {"微型", "Micro"}},
        {"not_applicable", {"不适用", "Not applicable"}},
        {"unknown", {"未判定", "Not judged"}}};
}

std::vector<Labelled> towns(const pack::Policy& policy, base::Date today) {
    std::vector<Labelled> out;
    for (const auto& area : policy.areas().inside(policy.pack().header.area, today)) {
        out.push_back({area.code, area.name});
    }
    return out;
}

ProcessView process_view(const pack::Process& process) {
    ProcessView out;
    for (const auto& state : process.need_states)
        out.need_states.push_back({state.code, state.label});
    for (const auto& state : process.claim_states)
        out.claim_states.push_back({state.code, state.label});
    out.need_steps = process.need_steps;
    out.claim_steps = process.claim_steps;
    for (const auto& clock : process.clocks) {
        out.clocks.push_back(
            {.code = clock.code,
             .label = clock.label,
             .on = clock.on,
             .budget = clock.budget,
             .unit = clock.unit,
             .owner = clock.owner});
    }
    return out;
}

void add_words(Catalogue& out, const pack::Policy& policy) {
    const auto& pack = policy.pack();
    for (const auto& it : pack.attributes) {
        out.attributes.push_back(
            {.name = it.name,
             .label = it.label,
             .type = it.type,
             .unit = it.unit,
             .choices = it.choices,
             .source = it.source,
             .scope = it.scope,
             .grade = it.grade,
             .cadence = it.cadence,
             .editable = it.editable,
             .ordered = it.ordered,
             .note = it.note});
    }
    for (const auto& it : pack.scopes)
        out.scopes.push_back({it.code, it.label, it.explains});
    for (const auto& it : pack.sources)
        out.sources.push_back({it.code, it.label});
    out.purposes = pack.purposes;
    out.product_kinds = pack.product_kinds;
    out.guarantee_modes = pack.guarantee_modes;
    out.tags = pack.tags;
    out.loan_uses = pack.loan_uses;
    for (const auto& it : policy.repayment_modes().table().modes)
        out.repayment_modes.push_back({it.code, it.name});
    for (const auto& it : pack.refusals) {
        out.refusals.push_back({it.code, it.label, it.repairable, it.owner, it.cure});
    }
    for (const auto& it : pack.units)
        out.units.push_back({it.code, it.name, it.leads});
    for (const auto& it : pack.roles)
        out.roles.push_back({it.code, it.label, it.kind});
    for (const auto& it : policy.industries().table().classes) {
        const auto place = policy.industries().place(it.code);
        out.industries.push_back({it.code, it.name, place ? place->section : ""});
    }
}

Result<Catalogue> catalogue(const Services& services, const Call& call) {
    const auto& policy = *services.policy;
    const auto today = policy.zone().date(call.now);
    Catalogue out;
    add_words(out, policy);
    out.towns = towns(policy, today);
    out.institution_kinds = institution_kinds();
    out.sizes = sizes();
    out.process = process_view(policy.pack().process);
    const auto lpr = TRY(policy.lpr().on(today));
    out.lpr = {.date = lpr.from, .one_year = lpr.one_year, .five_year = lpr.five_years};
    const auto institutions = services.database->read(
        [](const store::Snapshot& db) { return party::all_of(db, base::PartyKind::institution); });
    for (const auto& it : institutions) {
        out.institutions.push_back(
            {.id = it.id, .code = it.code, .name = it.name, .kind = it.institution_kind});
    }
    return out;
}

// Enterprises are listed for departments and the platform; permission::reach decides.
bool permission_to_list(const base::Actor& actor) {
    return permission::reach(actor) == permission::Reach::all;
}

bool contains(const Text& text, const std::string& wanted) {
    return text.zh.find(wanted) != std::string::npos || text.en.find(wanted) != std::string::npos;
}

void search_plan(
    const Services& services, const Call& call, const std::string& wanted, std::vector<Hit>& out) {
    if (call.actor.rights.has(Right::indicator_read)) {
        for (const auto& it : services.policy->pack().indicators) {
            if (!contains(it.label, wanted)) continue;
            out.push_back(
                {HitKind::indicator, it.code, it.label, it.group, "/indicators/" + it.code});
        }
    }
    if (!call.actor.rights.has(Right::task_read)) return;
    for (const auto& it : services.policy->pack().tasks) {
        if (!contains(it.title, wanted)) continue;
        const auto number = std::to_string(it.number);
        out.push_back({HitKind::task, number, it.title, it.group, "/tasks/" + number});
    }
}

void search_records(
    const Services& services,
    const Call& call,
    const store::Snapshot& db,
    const std::string& wanted,
    std::vector<Hit>& out) {
    if (permission_to_list(call.actor)) {
        for (const auto& it :
             party::list_enterprises(db, {.text = wanted, .per_page = hits_a_kind}).items) {
            out.push_back(
                {HitKind::enterprise,
                 std::to_string(it.id.value),
                 {it.name, it.name},
                 {it.credit_code, it.credit_code},
                 "/enterprises/" + std::to_string(it.id.value)});
        }
    }
    for (const auto& it :
         finance::list_needs(db, call.actor, {.text = wanted, .per_page = hits_a_kind}, call.now)
             .items) {
        const auto* state = services.policy->need_state(it.state);
        out.push_back(
            {HitKind::need,
             std::to_string(it.id.value),
             {it.number, it.number},
             state == nullptr ? Text{it.state, it.state} : state->label,
             "/needs/" + std::to_string(it.id.value)});
    }
    const auto today = services.policy->zone().date(call.now);
    std::int32_t products = 0;
    for (const auto& it : product::list(db, {.text = wanted}, today)) {
        if (++products > hits_a_kind) break;
        out.push_back(
            {HitKind::product,
             std::to_string(it.product.value),
             it.terms.name,
             it.terms.summary,
             "/products/" + std::to_string(it.product.value)});
    }
}

Result<std::vector<Hit>> search(
    const Services& services, const Call& call, const SearchQuery& query) {
    std::vector<Hit> out;
    if (query.q.empty()) return out;
    services.database->read([&](const store::Snapshot& db) {
        search_records(services, call, db, query.q, out);
        return true;
    });
    search_plan(services, call, query.q, out);
    if (out.size() > hits_most) out.resize(hits_most);
    return out;
}

CodeCheck check_code(const pack::Policy& policy, const std::string& code, base::Date today) {
    const auto reading = reference::read_code(code);
    CodeCheck out{.message = reading.message};
    switch (reading.outcome) {
    case reference::CodeOutcome::malformed: return out;
    case reference::CodeOutcome::check_digit_mismatch: out.valid = CodeValidity::check_digit; break;
    case reference::CodeOutcome::valid: out.valid = CodeValidity::valid; break;
    }
    const auto area = policy.areas().find(reading.area, today);
    out.parts = CodeParts{
        .department = reading.department,
        .category = reading.category,
        .area = area ? area->name : Text{reading.area, reading.area}};
    return out;
}

} // namespace

void declare_catalogue(Endpoints& all, Services& services) {
    all.capability("catalogue");
    all.get(
        "/v1/catalogue",
        Access::signed_in(),
        {"数据目录与各类代码", "The catalogue of data and every list of codes"},
        [&](Call& call) { return catalogue(services, call); });
    all.get(
        "/v1/search",
        Access::signed_in(),
        {"全局搜索", "Search everything the reader may see"},
        [&](Call& call, const SearchQuery& query) { return search(services, call, query); });
    all.get(
        "/v1/credit-code/{code}",
        Access::signed_in(),
        {"校验统一社会信用代码", "Check a unified social credit code"},
        [&](Call& call) -> Result<CodeCheck> {
            return check_code(
                *services.policy, call.text("code"), services.policy->zone().date(call.now));
        });
}

} // namespace api
