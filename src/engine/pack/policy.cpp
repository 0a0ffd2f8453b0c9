#include "engine/pack/policy.hpp"

#include "base/digest.hpp"
#include "engine/pack/checker.hpp"

#include <algorithm>

namespace pack {

using base::Result;

struct Policy::Inside {
    using Index = std::map<std::string, std::size_t, std::less<>>;

    Pack pack;
    std::string version;
    rule::Schema schema;
    std::vector<rule::Program> eligibility; // in the order of the products
    std::map<std::string, rule::Program, std::less<>> must;
    std::map<std::string, rule::Program, std::less<>> signals;
    calendar::BusinessCalendar calendar;
    reference::Industries industries;
    reference::SizeStandard sizes;
    reference::Areas areas;
    reference::LprHistory lpr;
    reference::TaxGrades tax_grades;
    reference::LoanClasses loan_classes;
    reference::RepaymentModes repayment_modes;
    reference::GreenCatalogues green_catalogues;
    std::map<std::string, Index, std::less<>> indexes; // section → code → place
};

namespace {

base::Error refused(const std::vector<Finding>& findings) {
    constexpr std::size_t shown_most = 20;
    Text message{"政策包不能使用", "the pack cannot be used"};
    const Finding* first = nullptr;
    std::size_t count = 0;
    for (const auto& found : findings) {
        if (found.severity != Severity::error || count++ >= shown_most) continue;
        if (first == nullptr) first = &found;
        const auto place = found.file + ":" + std::to_string(found.line);
        message.zh += "；" + place + "：" + found.message.zh;
        message.en += "; " + place + ": " + found.message.en;
    }
    auto error = base::invalid("pack.refused", std::move(message), first->cure);
    return std::move(error).at(first->file + ":" + std::to_string(first->line));
}

// Every file's name within its pack and its bytes, so that a copy elsewhere is the same version.
std::string digest_of(const Loaded& loaded) {
    std::string all;
    for (const auto& [name, bytes] : loaded.files) {
        const auto folder = name.rfind('/');
        all += name.substr(folder == std::string::npos ? 0 : folder + 1) + '\n';
        all += base::hex(base::sha256(bytes)) + '\n';
    }
    return base::hex(base::sha256(all)).substr(0, 12);
}

template <class T>
std::map<std::string, std::size_t, std::less<>> index_of(const std::vector<T>& items) {
    std::map<std::string, std::size_t, std::less<>> index;
    const auto codes = codes_of(items);
    for (std::size_t i = 0; i < codes.size(); ++i)
        index.emplace(codes[i], i);
    return index;
}

std::map<std::string, std::map<std::string, std::size_t, std::less<>>, std::less<>> indexes_of(
    const Pack& pack) {
    std::map<std::string, std::map<std::string, std::size_t, std::less<>>, std::less<>> indexes;
    base::each_member<Pack>([&](auto member) {
        const auto& section = pack.*member.pointer;
        if constexpr (base::is_vector<std::remove_cvref_t<decltype(section)>>)
            indexes[member.name] = index_of(section);
    });
    indexes["need_states"] = index_of(pack.process.need_states);
    indexes["claim_states"] = index_of(pack.process.claim_states);
    indexes["clocks"] = index_of(pack.process.clocks);
    for (std::size_t i = 0; i < pack.attributes.size(); ++i)
        indexes["attributes"].emplace(pack.attributes[i].label.zh, i);
    for (const auto& [name, code] : unit_names(pack))
        indexes["units"].emplace(name, indexes["units"].at(code));
    return indexes;
}

} // namespace

Policy::Policy(std::unique_ptr<const Inside> inside)
    : inside_(std::move(inside)) {}

Policy::~Policy() = default;

Result<std::unique_ptr<const Policy>> Policy::load(const std::filesystem::path& folder) {
    auto loaded = pack::load(folder);
    if (any_error(loaded.findings)) return refused(loaded.findings);
    const auto findings = check(loaded);
    if (any_error(findings)) return refused(findings);
    auto& tables = loaded.tables;
    auto schema = TRY(rule::Schema::make(rule_attributes(loaded.pack)));
    auto days = TRY(calendar::BusinessCalendar::make(tables.week, tables.years));
    auto industries = TRY(reference::Industries::make(std::move(tables.industries)));
    auto sizes = TRY(reference::SizeStandard::make(std::move(tables.sizes)));
    auto areas = TRY(reference::Areas::make(std::move(tables.areas)));
    auto lpr = TRY(reference::LprHistory::make(tables.lpr));
    auto tax_grades = TRY(reference::TaxGrades::make(std::move(tables.tax_grades)));
    auto loan_classes = TRY(reference::LoanClasses::make(std::move(tables.loan_classes)));
    auto repayment_modes = TRY(reference::RepaymentModes::make(std::move(tables.repayment_modes)));
    auto green = TRY(reference::GreenCatalogues::make(std::move(tables.green_catalogues)));
    std::vector<rule::Program> eligibility;
    for (const auto& product : loaded.pack.products)
        eligibility.push_back(TRY(rule::compile(product.eligibility, schema)));
    std::map<std::string, rule::Program, std::less<>> must;
    for (const auto& quality : loaded.pack.quality) {
        if (quality.must.empty()) continue;
        must.emplace(quality.code, TRY(rule::compile(quality.must, schema)));
    }
    std::map<std::string, rule::Program, std::less<>> signals;
    for (const auto& signal : loaded.pack.signals)
        signals.emplace(signal.code, TRY(rule::compile(signal_text(signal), schema)));
    const auto& header = loaded.pack.header;
    auto version = header.code + " " + header.version + " " + digest_of(loaded);
    auto indexes = indexes_of(loaded.pack);
    // Programs point into the schema's attributes, which do not move when the schema does.
    auto inside = std::unique_ptr<const Inside>(new Inside{
        std::move(loaded.pack),
        std::move(version),
        std::move(schema),
        std::move(eligibility),
        std::move(must),
        std::move(signals),
        std::move(days),
        std::move(industries),
        std::move(sizes),
        std::move(areas),
        std::move(lpr),
        std::move(tax_grades),
        std::move(loan_classes),
        std::move(repayment_modes),
        std::move(green),
        std::move(indexes)});
    return std::unique_ptr<const Policy>(new Policy(std::move(inside)));
}

const Pack& Policy::pack() const { return inside_->pack; }

const std::string& Policy::version() const { return inside_->version; }

const rule::Schema& Policy::schema() const { return inside_->schema; }

Result<rule::Program> Policy::compile(std::string_view expression) const {
    return rule::compile(expression, inside_->schema);
}

Result<match::Offer> Policy::offer(
    const Product& product, const rule::Program* eligibility, Date today) const {
    auto rate = Rate::basis_points(product.price.spread_bp);
    if (product.price.base != PriceBase::fixed) {
        const auto fixing = TRY(inside_->lpr.on(today));
        const bool short_term = product.price.base == PriceBase::lpr_1y;
        rate = rate + (short_term ? fixing.one_year : fixing.five_years);
    }
    return offer_of(product, eligibility, rate);
}

const calendar::BusinessCalendar& Policy::calendar() const { return inside_->calendar; }

const reference::Industries& Policy::industries() const { return inside_->industries; }

const reference::SizeStandard& Policy::sizes() const { return inside_->sizes; }

const reference::Areas& Policy::areas() const { return inside_->areas; }

const reference::LprHistory& Policy::lpr() const { return inside_->lpr; }

const reference::TaxGrades& Policy::tax_grades() const { return inside_->tax_grades; }

const reference::LoanClasses& Policy::loan_classes() const { return inside_->loan_classes; }

const reference::RepaymentModes& Policy::repayment_modes() const {
    return inside_->repayment_modes;
}

const reference::GreenCatalogues& Policy::green_catalogues() const {
    return inside_->green_catalogues;
}

// ---- by code

namespace {

template <class Indexes, class T>
const T* find(
    const Indexes& indexes,
    const char* section,
    const std::vector<T>& items,
    std::string_view code) {
    const auto& index = indexes.find(section)->second;
    const auto found = index.find(code);
    return found == index.end() ? nullptr : &items[found->second];
}

} // namespace

const rule::Program* Policy::eligibility(std::string_view code) const {
    return find(inside_->indexes, "products", inside_->eligibility, code);
}

const rule::Program* Policy::must(std::string_view code) const {
    const auto found = inside_->must.find(code);
    return found == inside_->must.end() ? nullptr : &found->second;
}

const rule::Program* Policy::signal(std::string_view code) const {
    const auto found = inside_->signals.find(code);
    return found == inside_->signals.end() ? nullptr : &found->second;
}

const Source* Policy::source(std::string_view code) const {
    return find(inside_->indexes, "sources", pack().sources, code);
}

const Scope* Policy::scope(std::string_view code) const {
    return find(inside_->indexes, "scopes", pack().scopes, code);
}

const Choice* Policy::purpose(std::string_view code) const {
    return find(inside_->indexes, "purposes", pack().purposes, code);
}

const Attribute* Policy::attribute(std::string_view name) const {
    return find(inside_->indexes, "attributes", pack().attributes, name);
}

const Choice* Policy::product_kind(std::string_view code) const {
    return find(inside_->indexes, "product_kinds", pack().product_kinds, code);
}

const Choice* Policy::guarantee_mode(std::string_view code) const {
    return find(inside_->indexes, "guarantee_modes", pack().guarantee_modes, code);
}

const Choice* Policy::tag(std::string_view code) const {
    return find(inside_->indexes, "tags", pack().tags, code);
}

const Choice* Policy::loan_use(std::string_view code) const {
    return find(inside_->indexes, "loan_uses", pack().loan_uses, code);
}

const Unit* Policy::unit(std::string_view code_or_name) const {
    return find(inside_->indexes, "units", pack().units, code_or_name);
}

const Institution* Policy::institution(std::string_view code) const {
    return find(inside_->indexes, "institutions", pack().institutions, code);
}

const Role* Policy::role(std::string_view code) const {
    return find(inside_->indexes, "roles", pack().roles, code);
}

const Product* Policy::product(std::string_view code) const {
    return find(inside_->indexes, "products", pack().products, code);
}

const Refusal* Policy::refusal(std::string_view code) const {
    return find(inside_->indexes, "refusals", pack().refusals, code);
}

const ClockRule* Policy::clock(std::string_view code) const {
    return find(inside_->indexes, "clocks", pack().process.clocks, code);
}

const Law* Policy::law(std::string_view code) const {
    return find(inside_->indexes, "laws", pack().laws, code);
}

const InstrumentKind* Policy::instrument(std::string_view code) const {
    return find(inside_->indexes, "instruments", pack().instruments, code);
}

const InstrumentLife& Policy::life(const InstrumentKind& kind) const {
    const auto* life =
        find(inside_->indexes, "instrument_lives", pack().instrument_lives, kind.life);
    base::ensure(life != nullptr, "the check admits no kind without its life");
    return *life;
}

const State* Policy::need_state(std::string_view code) const {
    return find(inside_->indexes, "need_states", pack().process.need_states, code);
}

const State* Policy::claim_state(std::string_view code) const {
    return find(inside_->indexes, "claim_states", pack().process.claim_states, code);
}

const Task* Policy::task(std::string_view code) const {
    return find(inside_->indexes, "tasks", pack().tasks, code);
}

const BodyTarget* Policy::target(std::string_view code) const {
    return find(inside_->indexes, "targets", pack().targets, code);
}

const Indicator* Policy::indicator(std::string_view code) const {
    return find(inside_->indexes, "indicators", pack().indicators, code);
}

const QualityRule* Policy::quality_rule(std::string_view code) const {
    return find(inside_->indexes, "quality", pack().quality, code);
}

namespace {

template <class T>
const T* in_force(const std::vector<T>& versions, Date day) {
    const T* newest = nullptr;
    for (const auto& version : versions) {
        if (version.from <= day && (newest == nullptr || newest->from <= version.from))
            newest = &version;
    }
    return newest;
}

} // namespace

const SecurityRegime* Policy::security_regime(Date day) const {
    return in_force(pack().security_regimes, day);
}

const GuaranteeRules* Policy::guarantee_rules(Date day) const {
    return in_force(pack().guarantee_rules, day);
}

const Programme* Policy::programme(std::string_view code) const {
    return find(inside_->indexes, "programmes", pack().programmes, code);
}

const Course* Policy::course(std::string_view code) const {
    return find(inside_->indexes, "courses", pack().courses, code);
}

const Text& Policy::text(std::string_view code) const {
    static const Text none;
    const auto found = pack().texts.find(std::string(code));
    return found == pack().texts.end() ? none : found->second;
}

// ---- roles

base::Rights Policy::rights_of(std::span<const std::string> roles) const {
    base::Rights rights;
    for (const auto& code : roles) {
        const auto* known = role(code);
        if (known == nullptr) continue;
        for (const auto& name : known->rights) {
            if (const auto right = base::json::enum_from<base::Right>(name)) rights.add(*right);
        }
    }
    return rights;
}

Result<> Policy::may_hold(PartyKind kind, std::span<const std::string> roles) const {
    for (const auto& code : roles) {
        const auto* mine = role(code);
        if (mine == nullptr) {
            return base::invalid(
                "pack.role_unknown",
                {"没有角色“" + code + "”", "there is no role “" + code + "”"},
                {"从角色清单中选择", "choose from the list of roles"});
        }
        if (mine->kind != kind) {
            return base::rejected(
                "pack.role_kind",
                {"角色“" + mine->label.zh + "”不适用于这类组织",
                 "the role “" + mine->label.en + "” is not for this kind of organisation"},
                {"换一个角色", "choose another role"});
        }
        for (const auto& other : roles) {
            if (!one_of(mine->excludes, other)) continue;
            const auto* theirs = role(other);
            const auto label = theirs == nullptr ? Text{other, other} : theirs->label;
            return base::rejected(
                "pack.roles_exclude",
                {"同一人不能兼任“" + mine->label.zh + "”和“" + label.zh + "”",
                 "one person may not be both “" + mine->label.en + "” and “" + label.en + "”"},
                {"由不同的人担任", "give them to different people"});
        }
    }
    return {};
}

} // namespace pack
