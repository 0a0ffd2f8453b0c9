#include "domain/product/product.hpp"

#include "domain/permission/permission.hpp"
#include "engine/lint/lint.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace product {
namespace {

using base::Right;

base::Error at_field(std::string code, std::string field, base::Text message, base::Text cure) {
    return base::invalid(std::move(code), std::move(message), std::move(cure)).at(std::move(field));
}

base::Error unknown_code(std::string field, const std::string& given) {
    return at_field(
        "product.unknown_code",
        std::move(field),
        {"目录中没有“" + given + "”。", "The catalogue has no '" + given + "'."},
        {"请从列表中选择。", "Choose one from the list."});
}

base::Error bad_limits(std::string field, const char* zh, const char* en) {
    return at_field(
        "product.limits", std::move(field), {zh, en}, {"请核对上下限。", "Check the limits."});
}

Result<> check_limits(const pack::Product& terms) {
    if (terms.amount_min.fen < 0 || terms.amount_max < terms.amount_min ||
        terms.amount_max.fen <= 0)
        return bad_limits(
            "/amount_max",
            "额度上限应不低于下限且大于零。",
            "The highest amount is at least the lowest, and not zero.");
    if (terms.term_min_months < 1 || terms.term_max_months < terms.term_min_months)
        return bad_limits(
            "/term_max_months",
            "期限上限应不低于下限。",
            "The longest term is at least the shortest.");
    if (terms.answer_days < 1 || terms.answer_days > 60)
        return bad_limits(
            "/answer_days",
            "承诺答复时间应为 1 至 60 个工作日。",
            "The promised answer takes 1 to 60 working days.");
    if (terms.fee_rate.ppm < 0 || terms.subsidy_rate.ppm < 0)
        return bad_limits(
            "/fee_rate", "费率和贴息率不能为负。", "Fees and subsidies are not negative.");
    if (terms.valid_to && *terms.valid_to < terms.valid_from)
        return bad_limits("/valid_to", "截止日期早于起始日期。", "It ends before it begins.");
    return {};
}

template <class Known>
Result<> all_known(
    const std::vector<std::string>& codes, const std::string& field, const Known& known) {
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (!known(codes[i])) return unknown_code(field + "/" + std::to_string(i), codes[i]);
    }
    return {};
}

base::Error no_product() {
    return base::not_found(
        "product.none",
        {"没有找到该产品。", "There is no such product."},
        {"请核对编号。", "Check the number."});
}

base::Error taken_code(const std::string& code) {
    return base::conflict(
               "product.code_taken",
               {"产品代码“" + code + "”已被使用。", "The product code '" + code + "' is taken."},
               {"请换一个代码。", "Choose another code."})
        .at("/code");
}

Result<Version> own_newest(const store::Transaction& tx, Id<Product> id) {
    auto version = newest(tx, id);
    if (!version) return no_product();
    TRY(permission::own_row(tx.actor(), version->institution));
    if (version->state == State::retired) {
        return base::rejected(
            "product.retired",
            {"该产品已下架。", "The product is retired."},
            {"请新建产品。", "Make a new one."});
    }
    return *std::move(version);
}

// The institution's code stands in the terms; whoever edits cannot give a product away.
Result<pack::Product> owned_terms(
    const store::Transaction& tx, pack::Product terms, Id<Party> institution) {
    const auto owner = party::find(tx, institution);
    if (!owner || owner->kind != base::PartyKind::institution) {
        return base::forbidden(
            "product.not_an_institution",
            {"只有入驻机构可以维护产品。", "Only institutions keep products."},
            {"请用机构账户登录。", "Sign in for an institution."});
    }
    terms.institution = owner->code;
    return terms;
}

} // namespace

Result<> check(const pack::Product& terms, const pack::Policy& policy) {
    if (terms.code.empty() || terms.code.size() > 64 || terms.name.zh.empty()) {
        return at_field(
            "product.name",
            terms.code.empty() ? "/code" : "/name",
            {"产品代码和名称不能为空。", "A product has a code and a name."},
            {"请补充。", "Add them."});
    }
    TRY(check_limits(terms));
    if (policy.product_kind(terms.kind) == nullptr) return unknown_code("/kind", terms.kind);
    TRY(all_known(terms.guarantee_modes, "/guarantee_modes", [&](const std::string& code) {
        return policy.guarantee_mode(code) != nullptr;
    }));
    TRY(all_known(terms.repayment_modes, "/repayment_modes", [&](const std::string& code) {
        return policy.repayment_modes().find(code).has_value();
    }));
    TRY(all_known(terms.scopes, "/scopes", [&](const std::string& code) {
        return policy.scope(code) != nullptr;
    }));
    TRY(all_known(
        terms.tags, "/tags", [&](const std::string& code) { return policy.tag(code) != nullptr; }));
    auto program = policy.compile(terms.eligibility);
    if (!program) return std::move(program).error().at("/eligibility");
    for (const auto& finding : lint::conditions(*program)) {
        if (finding.blocks)
            return at_field("product.never_holds", "/eligibility", finding.message, finding.cure);
    }
    return {};
}

std::vector<FieldChange> differences(const pack::Product& before, const pack::Product& after) {
    std::vector<FieldChange> changes;
    base::each_member<pack::Product>([&](auto member) {
        auto old_text = base::json::text(before.*member.pointer);
        auto new_text = base::json::text(after.*member.pointer);
        if (old_text != new_text)
            changes.push_back({member.name, {std::move(old_text)}, {std::move(new_text)}});
    });
    return changes;
}

Result<base::Rate> rate_on(const pack::Price& price, const pack::Policy& policy, Date day) {
    const auto spread = base::Rate::basis_points(price.spread_bp);
    if (price.base == pack::PriceBase::fixed) return spread;
    const auto lpr = TRY(policy.lpr().on(day));
    return spread + (price.base == pack::PriceBase::lpr_1y ? lpr.one_year : lpr.five_years);
}

Products::Products(store::Database& database, const pack::Policy& policy)
    : database_(database)
    , policy_(policy) {}

Products::~Products() = default;

Result<> Products::publish_pack_products() {
    for (const auto& terms : policy_.pack().products) {
        const bool here = database_.read(
            [&](const store::Snapshot& db) { return find_code(db, terms.code).has_value(); });
        if (here) continue;
        const auto command = store::Command::internal("product:pack:" + terms.code);
        TRY(database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
            const auto owner =
                party::find_code(tx, base::PartyKind::institution, terms.institution);
            base::ensure(owner.has_value(), "the pack's institutions join before its products");
            Version version;
            version.product = tx.new_id<Product>();
            version.state = State::published;
            version.institution = owner->id;
            version.terms = terms;
            version.effective_from = terms.valid_from;
            version.at = tx.now();
            tx.publish(Published{version}, version.product);
            return std::to_string(version.product.value);
        }));
    }
    return {};
}

Result<store::Receipt> Products::draft(const store::Command& command, const pack::Product& terms) {
    TRY(permission::require(command.actor, Right::product_edit));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        Version version;
        version.terms = TRY(owned_terms(tx, terms, tx.actor().party));
        TRY(check(version.terms, policy_));
        if (find_code(tx, terms.code)) return taken_code(terms.code);
        version.product = tx.new_id<Product>();
        version.institution = tx.actor().party;
        version.at = tx.now();
        version.editor = tx.actor().person;
        tx.publish(Drafted{version}, version.product);
        return std::to_string(version.product.value);
    });
}

Result<store::Receipt> Products::change(
    const store::Command& command, Id<Product> id, std::int64_t seen, const pack::Product& terms) {
    TRY(permission::require(command.actor, Right::product_edit));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto before = TRY(own_newest(tx, id));
        if (before.version != seen) {
            return base::conflict(
                "product.version",
                {"该产品刚被他人修改。", "Somebody has just changed this product."},
                {"请刷新后再改。", "Reload and change it again."});
        }
        auto version = before;
        version.terms = TRY(owned_terms(tx, terms, before.institution));
        TRY(check(version.terms, policy_));
        const auto holder = find_code(tx, terms.code);
        if (holder && *holder != id) return taken_code(terms.code);
        ++version.version;
        version.state = State::draft;
        version.effective_from.reset();
        version.at = tx.now();
        version.editor = tx.actor().person;
        tx.publish(Drafted{version}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Products::publish(
    const store::Command& command, Id<Product> id, Date effective_from) {
    TRY(permission::require(command.actor, Right::product_edit));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto version = TRY(own_newest(tx, id));
        if (version.state != State::draft) {
            return base::rejected(
                "product.nothing_to_publish",
                {"没有待发布的修改。", "There is no draft to publish."},
                {"请先修改产品。", "Change the product first."});
        }
        if (effective_from < policy_.calendar().zone().date(tx.now())) {
            return at_field(
                "product.effective_in_past",
                "/effective_from",
                {"生效日期不能早于今天。", "It cannot take effect before today."},
                {"请选择今天或以后的日期。", "Choose today or later."});
        }
        TRY(check(version.terms, policy_));
        version.state = State::published;
        version.effective_from = effective_from;
        version.at = tx.now();
        version.editor = tx.actor().person;
        tx.publish(Published{version}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Products::retire(
    const store::Command& command, Id<Product> id, const std::string& reason) {
    TRY(permission::require(command.actor, Right::product_edit));
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(own_newest(tx, id));
        if (reason.empty()) {
            return at_field(
                "product.reason",
                "/reason",
                {"下架须说明原因。", "Retiring needs a reason."},
                {"请填写原因。", "Write it."});
        }
        tx.publish(Retired{id, reason}, id);
        return std::to_string(id.value);
    });
}

namespace {

// A product and one of its versions as one number. A version counts edits, so thousands are far
// away.
std::int64_t index_id(const Version& version) {
    constexpr std::int64_t versions_most = 1 << 20;
    base::ensure(version.version < versions_most, "a product has fewer than a million versions");
    return version.product.value * versions_most + version.version;
}

} // namespace

Products::Found Products::indexed(const std::vector<Version>& versions) const {
    const std::scoped_lock lock(indexing_);
    Found found;
    match::Index::Edit edit;
    for (const auto& version : versions) {
        found.ids.push_back(index_id(version));
        auto& held = in_index_[version.product];
        if (std::ranges::find(held, version.version) != held.end()) continue;
        std::erase_if(held, [&](std::int64_t older) {
            if (older > version.version) return false;
            auto gone = version;
            gone.version = older;
            edit.removed.push_back(index_id(gone));
            return true;
        });
        held.push_back(version.version);
        edit.put.push_back({found.ids.back(), eligibility(version)});
    }
    if (!edit.put.empty()) index_.apply(edit);
    found.index = index_.version();
    return found;
}

const rule::Program* Products::eligibility(const Version& version) const {
    const std::scoped_lock lock(mutex_);
    auto& place = programs_[{version.product, version.version}];
    if (!place) {
        auto compiled = policy_.compile(version.terms.eligibility);
        if (!compiled) return nullptr;
        place = std::make_unique<rule::Program>(*std::move(compiled));
    }
    return place.get();
}

} // namespace product
