// Use cases of 主体: organisations join from the pack, enterprises register and change.
#include "domain/party/party.hpp"

#include "engine/pack/policy.hpp"
#include "engine/reference/credit_code.hpp"

namespace party {
namespace {

using reference::CodeOutcome;

base::Error code_check_digit(const std::string& code) {
    return base::invalid(
               "party.code_check_digit",
               {"统一社会信用代码 " + code + " 的校验位不符。",
                "The check digit of credit code " + code + " does not fit."},
               {"请核对营业执照；如确为早期试点发放的代码，请填写仍予受理的理由。",
                "Compare it with the licence. If it is a genuine early code, give the reason for "
                "accepting it."})
        .at("/credit_code");
}

Result<> check_fields(const RegisterEnterprise& wish, Date today) {
    if (wish.name.empty() || wish.name.size() > 300) {
        return base::invalid(
                   "party.name",
                   {"企业名称为空或过长。", "The name is empty or too long."},
                   {"请填写营业执照上的名称。", "Give the name on the licence."})
            .at("/name");
    }
    if (wish.founded > today) {
        return base::invalid(
                   "party.founded",
                   {"成立日期晚于今天。", "The founding day is in the future."},
                   {"请填写营业执照上的成立日期。", "Give the day on the licence."})
            .at("/founded");
    }
    if (wish.registered_capital.fen < 0) {
        return base::invalid(
                   "party.registered_capital",
                   {"注册资本不能为负。", "Registered capital cannot be negative."},
                   {"请核对金额。", "Check the amount."})
            .at("/registered_capital");
    }
    return {};
}

// The wish as a stored enterprise, without its id, size and version.
Result<Enterprise> read_wish(
    const pack::Policy& policy, const RegisterEnterprise& wish, Instant now) {
    TRY(check_fields(wish, policy.calendar().zone().date(now)));
    const auto code = reference::CreditCode::parse(wish.credit_code);
    if (!code) {
        auto error = base::invalid("party.code_malformed", code.error().message, code.error().cure);
        return std::move(error).at("/credit_code");
    }
    const bool overridden = wish.code_override && !wish.code_override->empty();
    if (code->outcome() != CodeOutcome::valid && !overridden) return code_check_digit(code->text());
    const auto place = policy.industries().place(wish.industry);
    if (!place) {
        auto error =
            base::invalid("party.industry_unknown", place.error().message, place.error().cure);
        return std::move(error).at("/industry");
    }
    Enterprise enterprise;
    enterprise.credit_code = code->text();
    enterprise.name = wish.name;
    enterprise.industry = place->code;
    enterprise.town = wish.town;
    enterprise.founded = wish.founded;
    enterprise.legal_representative = wish.legal_representative;
    enterprise.contact = wish.contact;
    enterprise.phone = wish.phone;
    enterprise.registered_capital = wish.registered_capital;
    // A code that passes needs no excuse; keeping one would cast doubt on it.
    if (code->outcome() != CodeOutcome::valid) enterprise.code_override = wish.code_override;
    enterprise.changed_at = now;
    return enterprise;
}

Result<> not_taken(
    const store::Snapshot& db, const std::string& credit_code, std::optional<Id<Party>> by) {
    const auto other = find_enterprise_code(db, credit_code);
    if (!other || other->id == by) return {};
    return base::conflict(
               "party.code_taken",
               {"该统一社会信用代码已登记：" + other->name + "。",
                "This credit code is registered already: " + other->name + "."},
               {"请核对代码，或使用已有的企业账户。",
                "Check the code, or use the enterprise that is here."})
        .at("/credit_code");
}

base::Error no_enterprise() {
    return base::not_found(
        "party.no_enterprise",
        {"没有找到该企业。", "There is no such enterprise."},
        {"请核对编号。", "Check the number."});
}

std::vector<Organisation> organisations_of(const pack::Pack& pack) {
    std::vector<Organisation> all;
    const auto add = [&](PartyKind kind, const std::string& code, const Text& name) {
        auto& added = all.emplace_back();
        added.kind = kind;
        added.code = code;
        added.name = name;
        added.since = pack.header.effective_from;
        return &added;
    };
    add(PartyKind::platform, "platform", pack.header.title);
    for (const auto& unit : pack.units)
        add(PartyKind::department, unit.code, unit.name);
    for (const auto& institution : pack.institutions) {
        auto* added = add(PartyKind::institution, institution.code, institution.name);
        added->institution_kind = institution.kind;
        added->licence = institution.licence;
        added->town = institution.town;
        added->phone = institution.phone;
        added->since = institution.settled_on;
    }
    return all;
}

} // namespace

Result<> Parties::join_pack_organisations() {
    for (auto& organisation : organisations_of(policy_.pack())) {
        const bool here = database_.read([&](const store::Snapshot& db) {
            return find_code(db, organisation.kind, organisation.code).has_value();
        });
        if (here) continue;
        const auto command = store::Command::internal(
            "party:join:" + std::string(base::json::enum_name(organisation.kind)) + ":" +
            organisation.code);
        TRY(database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
            organisation.id = tx.new_id<Party>();
            organisation.changed_at = tx.now();
            tx.publish(OrganisationJoined{organisation}, organisation.id);
            return std::to_string(organisation.id.value);
        }));
    }
    return {};
}

Result<store::Receipt> Parties::register_enterprise(
    const store::Command& command, const RegisterEnterprise& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto enterprise = TRY(read_wish(policy_, wish, tx.now()));
        TRY(not_taken(tx, enterprise.credit_code, {}));
        enterprise.id = tx.new_id<Party>();
        tx.publish(EnterpriseRegistered{enterprise}, enterprise.id);
        return std::to_string(enterprise.id.value);
    });
}

Result<store::Receipt> Parties::change_enterprise(
    const store::Command& command,
    Id<Party> id,
    std::int64_t version,
    const RegisterEnterprise& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        const auto before = find_enterprise(tx, id);
        if (!before) return no_enterprise();
        if (before->version != version) {
            return base::conflict(
                "party.version",
                {"该企业资料刚被他人修改。", "Somebody has just changed this enterprise."},
                {"请刷新后再改。", "Reload and change it again."});
        }
        auto enterprise = TRY(read_wish(policy_, wish, tx.now()));
        TRY(not_taken(tx, enterprise.credit_code, id));
        enterprise.id = id;
        enterprise.size = before->size;
        enterprise.version = before->version + 1;
        tx.publish(EnterpriseChanged{enterprise}, id);
        return std::to_string(id.value);
    });
}

Result<store::Receipt> Parties::set_size(const store::Command& command, Id<Party> id, Size size) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        auto enterprise = find_enterprise(tx, id);
        if (!enterprise) return no_enterprise();
        if (enterprise->size != size) {
            enterprise->size = size;
            enterprise->changed_at = tx.now();
            tx.publish(EnterpriseChanged{*enterprise}, id);
        }
        return std::to_string(id.value);
    });
}

} // namespace party
