// Products: what institutions offer, edited version by version; and the rule editor's questions.
#include "base/clock.hpp"
#include "domain/census/census.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/product_view.hpp"
#include "engine/lint/lint.hpp"
#include "engine/match/standings.hpp"

#include <array>

namespace api {
namespace {

struct ProductQuery {
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::optional<Id<Party>> institution;
    std::string kind;
    std::string tag;
    std::string text;
    std::optional<product::State> state;
};
BOOST_DESCRIBE_STRUCT(ProductQuery, (), (page, per_page, institution, kind, tag, text, state))

struct EditProduct {
    std::string code;
    Text name;
    std::string kind;
    Text summary;
    Money amount_min;
    Money amount_max;
    std::int32_t term_min_months = 1;
    std::int32_t term_max_months = 12;
    pack::Price price;
    Rate fee_rate;
    Rate subsidy_rate;
    std::vector<std::string> guarantee_modes;
    std::vector<std::string> repayment_modes;
    std::int32_t answer_days = 3;
    std::vector<Text> documents;
    std::vector<std::string> scopes;
    std::vector<std::string> tags;
    Date valid_from;
    std::optional<Date> valid_to;
    std::string eligibility;
    pack::WhenUnknown when_unknown = pack::WhenUnknown::ask;
};
BOOST_DESCRIBE_STRUCT(
    EditProduct,
    (),
    (code,
     name,
     kind,
     summary,
     amount_min,
     amount_max,
     term_min_months,
     term_max_months,
     price,
     fee_rate,
     subsidy_rate,
     guarantee_modes,
     repayment_modes,
     answer_days,
     documents,
     scopes,
     tags,
     valid_from,
     valid_to,
     eligibility,
     when_unknown))

struct Editor {
    Id<base::Person> id;
    std::string name; // empty: the pack
};
BOOST_DESCRIBE_STRUCT(Editor, (), (id, name))

struct VersionView {
    std::int64_t version = 1;
    Instant at;
    Editor by;
    product::State state = product::State::draft;
    std::optional<Date> effective_from;
    std::string reason;
    std::vector<product::FieldChange> changes;
};
BOOST_DESCRIBE_STRUCT(VersionView, (), (version, at, by, state, effective_from, reason, changes))

struct PublishWish {
    Date effective_from;
};
BOOST_DESCRIBE_STRUCT(PublishWish, (), (effective_from))

struct RetireWish {
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(RetireWish, (), (reason))

struct RuleText {
    std::string expression;
};
BOOST_DESCRIBE_STRUCT(RuleText, (), (expression))

struct RuleClause {
    std::string text;
    Text sentence;
};
BOOST_DESCRIBE_STRUCT(RuleClause, (), (text, sentence))

struct RuleCheck {
    bool ok = false;
    std::vector<rule::Finding> findings;
    std::vector<std::string> uses;
    std::vector<RuleClause> clauses;
    std::int64_t cost = 0;
    std::vector<lint::Finding> lint; // odd although it compiles
};
BOOST_DESCRIBE_STRUCT(RuleCheck, (), (ok, findings, uses, clauses, cost, lint))

struct WordAttribute {
    std::string name;
    Text label;
    rule::Type type = rule::Type::text;
    Text unit;
    std::vector<rule::Choice> choices;
};
BOOST_DESCRIBE_STRUCT(WordAttribute, (), (name, label, type, unit, choices))

struct WordFunction {
    std::string name;
    std::string signature;
    Text explains;
};
BOOST_DESCRIBE_STRUCT(WordFunction, (), (name, signature, explains))

struct RuleVocabulary {
    std::vector<WordAttribute> attributes;
    std::vector<WordFunction> functions;
    std::vector<rule::Word> words; // everything the editor may offer
};
BOOST_DESCRIBE_STRUCT(RuleVocabulary, (), (attributes, functions, words))

struct PreviewWish {
    std::optional<Id<Product>> product; // compare with its version in force
    std::string expression;
};
BOOST_DESCRIBE_STRUCT(PreviewWish, (), (product, expression))

struct PreviewEnterprise {
    std::optional<Id<Party>> id;
    std::string name; // masked for institutions
};
BOOST_DESCRIBE_STRUCT(PreviewEnterprise, (), (id, name))

struct PreviewRow {
    PreviewEnterprise enterprise;
    match::Standing outcome = match::Standing::unknown;
    std::vector<ClauseView> clauses;
};
BOOST_DESCRIBE_STRUCT(PreviewRow, (), (enterprise, outcome, clauses))

struct RulePreview {
    std::int64_t tried = 0;
    std::int64_t eligible = 0;
    std::int64_t nearly = 0;
    std::int64_t unknown = 0;
    std::int64_t not_eligible = 0;
    std::int64_t enters = 0; // eligible now, not under the version in force
    std::int64_t leaves = 0;
    std::vector<PreviewRow> sample;
    std::vector<PreviewRow> entering; // the first of them, for those who may see names
    std::vector<PreviewRow> leaving;
    std::vector<lint::Finding> lint; // by today's data and beside the institution's other products
};
BOOST_DESCRIBE_STRUCT(
    RulePreview,
    (),
    (tried,
     eligible,
     nearly,
     unknown,
     not_eligible,
     enters,
     leaves,
     sample,
     entering,
     leaving,
     lint))

constexpr std::size_t sample_of_each_most = 5;
constexpr std::size_t moved_most = 20; // enterprises named that enter, and that leave
// Looking for the smallest change is the dear part; beyond so many a miss counts as not eligible.
constexpr std::size_t preview_changes_most = 2'000;

Date today_of(const Services& services, const Call& call) {
    return services.policy->calendar().zone().date(call.now);
}

pack::Product terms_of(const EditProduct& wish) {
    return {
        .code = wish.code,
        .institution = "",
        .name = wish.name,
        .kind = wish.kind,
        .summary = wish.summary,
        .eligibility = wish.eligibility,
        .when_unknown = wish.when_unknown,
        .amount_min = wish.amount_min,
        .amount_max = wish.amount_max,
        .term_min_months = wish.term_min_months,
        .term_max_months = wish.term_max_months,
        .price = wish.price,
        .fee_rate = wish.fee_rate,
        .subsidy_rate = wish.subsidy_rate,
        .guarantee_modes = wish.guarantee_modes,
        .repayment_modes = wish.repayment_modes,
        .answer_days = wish.answer_days,
        .documents = wish.documents,
        .scopes = wish.scopes,
        .tags = wish.tags,
        .valid_from = wish.valid_from,
        .valid_to = wish.valid_to};
}

base::Error no_product() {
    return base::not_found(
        "product.none",
        {"没有找到该产品。", "There is no such product."},
        {"请核对编号。", "Check the number."});
}

// What this reader sees of a product: the owner its newest version, others the one in force.
Result<product::Version> seen(
    const store::Snapshot& db, const Call& call, Id<Product> id, Date today) {
    const auto last = product::newest(db, id);
    if (!last) return no_product();
    if (call.actor.party == last->institution) return *last;
    const auto holding = product::in_force(db, id, today);
    if (!holding) return no_product();
    return *holding;
}

Page<ProductView> products_page(
    const Services& services, const Call& call, const ProductQuery& query) {
    return services.database->read([&](const store::Snapshot& db) {
        const auto today = today_of(services, call);
        product::Filter filter{
            .institution = query.institution,
            .kind = query.kind,
            .tag = query.tag,
            .text = query.text,
            .state = query.state,
            .drafts_of = {}};
        if (call.actor.kind == base::PartyKind::institution) filter.drafts_of = call.actor.party;
        const auto found = product::list(db, filter, today);
        auto page = page_of<ProductView>(query, static_cast<std::int64_t>(found.size()));
        PartyNames names(db);
        const auto first = static_cast<std::size_t>((query.page - 1) * query.per_page);
        for (auto i = first;
             i < found.size() && i < first + static_cast<std::size_t>(query.per_page);
             ++i)
            page.items.push_back(product_view(found[i], *services.policy, names, today));
        return page;
    });
}

std::vector<VersionView> versions(const store::Snapshot& db, Id<Product> id, bool drafts_too) {
    std::vector<VersionView> views;
    std::optional<pack::Product> before;
    for (const auto& version : product::versions(db, id)) {
        if (version.state == product::State::draft && !drafts_too) continue;
        VersionView view;
        view.version = version.version;
        view.at = version.at;
        view.by = {version.editor, version.editor ? "" : "pack"};
        view.state = version.state;
        view.effective_from = version.effective_from;
        view.reason = version.reason;
        if (before) view.changes = product::differences(*before, version.terms);
        before = version.terms;
        views.push_back(std::move(view));
    }
    return views;
}

RuleCheck check_rule(const pack::Policy& policy, const std::string& text, Date today) {
    RuleCheck check;
    check.findings = rule::check(text, policy.schema());
    const auto program = policy.compile(text);
    check.ok = program.has_value();
    if (!program) return check;
    check.uses = rule::needs(*program);
    check.cost = program->cost();
    for (const auto& clause : rule::explain(*program, rule::Row(policy.schema()), today).clauses)
        check.clauses.push_back({clause.text, clause.sentence});
    check.lint = lint::conditions(*program);
    return check;
}

RuleVocabulary vocabulary(const pack::Policy& policy) {
    RuleVocabulary out;
    for (const auto& attribute : policy.schema().attributes()) {
        out.attributes.push_back(
            {attribute.name, attribute.label, attribute.type, attribute.unit, attribute.choices});
    }
    out.words = rule::vocabulary(policy.schema());
    for (const auto& word : out.words) {
        if (word.kind == "function" || word.kind == "method")
            out.functions.push_back({word.name, word.signature, word.note});
    }
    return out;
}

// What a rule would do to the enterprises of one version of the census.
class Preview {
public:
    // All must outlive it. `named`: whether the reader may see which enterprises these are.
    Preview(
        const store::Snapshot& db,
        const census::Version& version,
        const rule::Program& wanted,
        bool named,
        Date today)
        : db_(db)
        , version_(version)
        , wanted_(wanted)
        , named_(named)
        , today_(today)
        , standings_(*version.table, offer_of_rule(wanted), today, preview_changes_most) {
        out.tried = static_cast<std::int64_t>(version.table->rows());
        out.eligible = standings_.count(match::Standing::eligible);
        out.nearly = standings_.count(match::Standing::nearly);
        out.unknown = standings_.count(match::Standing::unknown);
        out.not_eligible = standings_.count(match::Standing::not_eligible);
        sample();
    }

    // Who is eligible now and was not by `before`, and the other way round.
    void compare(const rule::Program& before) {
        const auto held = column::decide(*version_.table, before, today_).holds;
        auto entering = standings_.of(match::Standing::eligible);
        entering -= held;
        auto leaving = held;
        leaving -= standings_.of(match::Standing::eligible);
        out.enters = static_cast<std::int64_t>(entering.count());
        out.leaves = static_cast<std::int64_t>(leaving.count());
        if (!named_) return;
        for (const auto row : first_of(entering, moved_most))
            out.entering.push_back(shown(row));
        for (const auto row : first_of(leaving, moved_most))
            out.leaving.push_back(shown(row));
    }

    // What is odd by today's data.
    [[nodiscard]] std::vector<lint::Finding> odd() const {
        std::vector<lint::Seen> seen;
        for (const auto place : wanted_.places()) {
            auto& of = seen.emplace_back(lint::Seen{place, {}});
            for (std::size_t row = 0; row < version_.table->rows(); ++row) {
                auto value = version_.table->at(row, place);
                if (rule::known(value)) of.values.push_back(std::move(value));
            }
        }
        auto found = lint::units(wanted_, seen);
        const lint::Tried tried{out.tried, out.eligible, out.unknown};
        for (auto& each : lint::effect(wanted_, tried))
            found.push_back(std::move(each));
        return found;
    }

    RulePreview out;

private:
    static match::Offer offer_of_rule(const rule::Program& wanted) {
        match::Offer offer;
        offer.eligibility = &wanted;
        return offer;
    }

    static std::vector<std::size_t> first_of(const column::Bitmap& rows, std::size_t most) {
        std::vector<std::size_t> first;
        rows.each([&](std::size_t row) {
            if (first.size() < most) first.push_back(row);
        });
        return first;
    }

    // Some of each standing, in the order of the register.
    void sample() {
        std::vector<std::size_t> rows;
        for (const auto standing :
             {match::Standing::eligible,
              match::Standing::nearly,
              match::Standing::unknown,
              match::Standing::not_eligible}) {
            const auto first = first_of(standings_.of(standing), sample_of_each_most);
            rows.insert(rows.end(), first.begin(), first.end());
        }
        std::ranges::sort(rows);
        for (const auto row : rows)
            out.sample.push_back(shown(row));
    }

    [[nodiscard]] PreviewRow shown(std::size_t row) const {
        PreviewRow made;
        made.outcome = standings_.at(row);
        made.enterprise.name = "企业（未授权，名称隐藏） name hidden without consent";
        // The clauses carry the enterprise's data, so they are shown with its name or not at all.
        if (named_) {
            const auto enterprise = party::find_enterprise(db_, (*version_.enterprises)[row]);
            base::ensure(enterprise.has_value(), "the census and the register are of one moment");
            made.enterprise = {enterprise->id, enterprise->name};
            made.clauses = clause_views(rule::explain(wanted_, version_.table->row(row), today_));
        }
        return made;
    }

    const store::Snapshot& db_;
    const census::Version& version_;
    const rule::Program& wanted_;
    bool named_;
    Date today_;
    match::Standings standings_;
};

lint::Product on_shelf(const Services& services, const product::Version& version, Date today) {
    const auto offer = offer_of(version, *services.products, *services.policy, today);
    return {
        .code = version.terms.code,
        .name = version.terms.name,
        .family = version.terms.kind,
        .eligibility = offer.eligibility,
        .amount_min = offer.amount_min,
        .amount_max = offer.amount_max,
        .term_min_months = offer.term_min_months,
        .term_max_months = offer.term_max_months,
        .cost = match::all_in_cost(offer),
        .guarantee_modes = offer.guarantee_modes};
}

// The rule as this product's, beside the others of its institution.
std::vector<lint::Finding> beside_others(
    const Services& services,
    const store::Snapshot& db,
    Id<Product> id,
    const rule::Program& wanted,
    Date today) {
    const auto version = product::newest(db, id);
    if (!version) return {};
    auto wished = on_shelf(services, *version, today);
    wished.eligibility = &wanted;
    product::Filter filter;
    filter.institution = version->institution;
    std::vector<lint::Product> others;
    for (const auto& other : product::list(db, filter, today))
        others.push_back(on_shelf(services, other, today));
    return lint::neighbours(wished, others);
}

Result<RulePreview> preview(const Services& services, const Call& call, const PreviewWish& wish) {
    auto program = services.policy->compile(wish.expression);
    if (!program) return std::move(program).error().at("/expression");
    const auto today = today_of(services, call);
    const bool named = call.actor.kind == base::PartyKind::department;
    return services.census->read([&](const store::Snapshot& db, const census::Version& version) {
        Preview counted(db, version, *program, named, today);
        counted.out.lint = counted.odd();
        if (wish.product) {
            if (const auto holding = product::in_force(db, *wish.product, today)) {
                const auto* before = services.products->eligibility(*holding);
                if (before != nullptr) counted.compare(*before);
            }
            for (auto& each : beside_others(services, db, *wish.product, *program, today))
                counted.out.lint.push_back(std::move(each));
        }
        return Result<RulePreview>(std::move(counted.out));
    });
}

void declare_rules(Endpoints& all, Services& services) {
    const auto writers = Access::any_of({Right::product_edit, Right::need_supervise});
    all.ask(
        "/v1/rules/check",
        writers,
        {"检查准入规则", "Check an eligibility rule"},
        [&](Call& call, const RuleText& wish) -> Result<RuleCheck> {
            return check_rule(*services.policy, wish.expression, today_of(services, call));
        });
    all.get(
        "/v1/rules/vocabulary",
        writers,
        {"规则可用词", "The words of the rule language"},
        [&](Call&) -> Result<RuleVocabulary> { return vocabulary(*services.policy); });
    all.ask(
        "/v1/rules/preview",
        writers,
        {"规则效果预览", "What a rule would do to today's enterprises"},
        [&](Call& call, const PreviewWish& wish) -> Result<RulePreview> {
            return preview(services, call, wish);
        });
}

void declare_product_reads(Endpoints& all, Services& services) {
    all.get(
           "/v1/products",
           Access::signed_in(),
           {"金融产品", "Products"},
           [&](Call& call, const ProductQuery& query) -> Result<Page<ProductView>> {
               return products_page(services, call, query);
           })
        .kept({"product", "party"})
        .exportable(
            "products",
            {column(&ProductView::code, {"代码", "Code"}),
             column(&ProductView::name, {"名称", "Name"}),
             {{"机构", "Institution"},
              [](const ProductView& row) -> SheetCell { return row.institution.name; }},
             column(&ProductView::kind_label, {"类别", "Kind"}),
             column(&ProductView::amount_min, {"最低额度（元）", "Least (CNY)"}),
             column(&ProductView::amount_max, {"最高额度（元）", "Most (CNY)"}),
             {{"年利率", "Yearly rate"},
              [](const ProductView& row) -> SheetCell { return row.price.rate; }},
             column(&ProductView::answer_days, {"承诺答复（工作日）", "Answer (working days)"}),
             column(&ProductView::eligibility, {"准入规则", "Eligibility"})});
    all.get(
        "/v1/products/{id}",
        Access::signed_in(),
        {"产品", "A product"},
        [&](Call& call) -> Result<ProductView> {
            const auto id = TRY(call.id<Product>());
            return services.database->read([&](const store::Snapshot& db) -> Result<ProductView> {
                const auto today = today_of(services, call);
                const auto version = TRY(seen(db, call, id, today));
                PartyNames names(db);
                return product_view(version, *services.policy, names, today);
            });
        });
    all.get(
        "/v1/products/{id}/versions",
        Access::signed_in(),
        {"产品版本", "The versions of a product"},
        [&](Call& call) -> Result<std::vector<VersionView>> {
            const auto id = TRY(call.id<Product>());
            return services.database->read(
                [&](const store::Snapshot& db) -> Result<std::vector<VersionView>> {
                    const auto version = TRY(seen(db, call, id, today_of(services, call)));
                    return versions(db, id, version.institution == call.actor.party);
                });
        });
}

} // namespace

void declare_products(Endpoints& all, Services& services) {
    all.capability("products");
    declare_product_reads(all, services);
    all.post(
        "/v1/products",
        Right::product_edit,
        {"新建产品草稿", "Draft a product"},
        [&](Call& call, const EditProduct& wish) -> Result<store::Receipt> {
            return services.products->draft(call.command(), terms_of(wish));
        });
    all.put(
           "/v1/products/{id}",
           Right::product_edit,
           {"修改产品", "Change a product; the change is a draft until published"},
           [&](Call& call, const EditProduct& wish) -> Result<store::Receipt> {
               const auto id = TRY(call.id<Product>());
               return services.products->change(call.command(), id, *call.version, terms_of(wish));
           })
        .edited();
    all.post(
        "/v1/products/{id}/publish",
        Right::product_edit,
        {"发布产品修改", "Publish a product's draft"},
        [&](Call& call, const PublishWish& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Product>());
            return services.products->publish(call.command(), id, wish.effective_from);
        });
    all.post(
        "/v1/products/{id}/retire",
        Right::product_edit,
        {"下架产品", "Retire a product"},
        [&](Call& call, const RetireWish& wish) -> Result<store::Receipt> {
            const auto id = TRY(call.id<Product>());
            return services.products->retire(call.command(), id, wish.reason);
        });
    declare_rules(all, services);
}

} // namespace api
