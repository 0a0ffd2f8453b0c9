#include "domain/instrument/check.hpp"

#include "engine/rule/value.hpp"

#include <algorithm>

namespace instrument {
namespace {

constexpr std::size_t value_bytes_most = 400;
constexpr std::size_t account_bytes_most = 120;

base::Error wrong(const char* code, std::string field, Text message, Text cure) {
    return base::invalid(code, std::move(message), std::move(cure)).at(std::move(field));
}

rule::Attribute attribute_of(const pack::InstrumentField& field) {
    rule::Attribute attribute;
    attribute.name = field.name;
    attribute.label = field.label;
    attribute.type = base::json::enum_from<rule::Type>(field.type).value_or(rule::Type::text);
    if (field.unit) attribute.unit = {*field.unit, *field.unit};
    for (const auto& choice : field.choices)
        attribute.choices.push_back({choice, {choice, choice}});
    return attribute;
}

const FieldValue* value_of(const std::vector<FieldValue>& fields, const std::string& name) {
    const auto found = std::ranges::find(fields, name, &FieldValue::name);
    return found == fields.end() || found->value.empty() ? nullptr : &*found;
}

Text law_name(const pack::Policy& policy, const std::string& code) {
    const auto* law = policy.law(code);
    if (law == nullptr) return {code, code};
    const auto number = law->number.empty() ? "" : "（" + law->number + "）";
    return {"《" + law->title.zh + "》" + number + law->clause, law->title.en + " " + law->number};
}

Result<> check_parties(const Issue& wish, const Actor& actor) {
    if (wish.creditor == wish.debtor) {
        return wrong(
            "instrument.same_party",
            "/debtor",
            {"债权人和债务人不能是同一家。", "Creditor and debtor are the same."},
            {"请核对双方。", "Check the two sides."});
    }
    const bool party = actor.party == wish.creditor || actor.party == wish.debtor;
    if (party || actor.kind == base::PartyKind::platform) return {};
    return wrong(
        "instrument.not_party",
        "/creditor",
        {"只有债权人或债务人可以上传。", "Only its creditor or its debtor may upload it."},
        {"请由双方之一上传。", "Let one of the two upload it."});
}

Result<> check_dates(const pack::InstrumentKind& kind, const Issue& wish, Date today) {
    if (wish.issued_on > today) {
        return wrong(
            "instrument.dates",
            "/issued_on",
            {"开立日不能晚于今天。", "It is issued today at the latest."},
            {"请核对开立日。", "Check the day."});
    }
    if (kind.dated == wish.due.has_value() && (!wish.due || *wish.due > wish.issued_on)) return {};
    return wrong(
        "instrument.dates",
        "/due",
        kind.dated ? Text{"到期日应晚于开立日。", "It falls due after it was issued."}
                   : Text{"该种类没有到期日。", "This kind has no due day."},
        kind.dated ? Text{"请填写到期日。", "Give the due day."}
                   : Text{"请删去到期日。", "Leave the due day out."});
}

} // namespace

const pack::InstrumentTerm* term_rule(const pack::InstrumentKind& kind, Date issued) {
    const pack::InstrumentTerm* rule = nullptr;
    for (const auto& term : kind.terms) {
        if (term.from <= issued) rule = &term;
    }
    return rule;
}

Result<> check_term(
    const pack::InstrumentKind& kind, const Issue& wish, const pack::Policy& policy) {
    const auto* rule = term_rule(kind, wish.issued_on);
    if (rule == nullptr || !wish.due) return {};
    const auto law = law_name(policy, rule->law);
    const auto beyond = [&](std::int32_t months) {
        return months != 0 && *wish.due > wish.issued_on.plus_months(months);
    };
    if (beyond(rule->most_months)) {
        const auto months = std::to_string(rule->most_months);
        return wrong(
            "instrument.term_too_long",
            "/due",
            {"期限超过 " + months + " 个月，" + law.zh + " 不允许。",
             "It runs longer than " + months + " months, which " + law.en + " forbids."},
            {"到期日最晚为 " + wish.issued_on.plus_months(rule->most_months).text() + "。",
             "It falls due on " + wish.issued_on.plus_months(rule->most_months).text() +
                 " at the latest."});
    }
    if (beyond(rule->usual_months) && wish.term_reason.value_or("").empty()) {
        const auto months = std::to_string(rule->usual_months);
        return wrong(
            "instrument.term_reason",
            "/term_reason",
            {"期限超过 " + months + " 个月，按 " + law.zh + " 应说明理由。",
             "It runs longer than " + months + " months; " + law.en + " asks for a reason."},
            {"请填写理由，或缩短期限。", "Give the reason, or a shorter term."});
    }
    return {};
}

Result<> check_fields(const pack::InstrumentKind& kind, const std::vector<FieldValue>& fields) {
    const auto bad = [](const std::string& name, Text message, Text cure) {
        return wrong("instrument.field", "/fields/" + name, std::move(message), std::move(cure));
    };
    for (const auto& given : fields) {
        const auto field = std::ranges::find(kind.fields, given.name, &pack::InstrumentField::name);
        if (field == kind.fields.end()) {
            return bad(
                given.name,
                {"“" + kind.label.zh + "”没有“" + given.name + "”这一项。",
                 kind.label.en + " has no " + given.name + "."},
                {"请按目录填写。", "Use the fields the catalogue lists."});
        }
        if (given.value.empty()) continue;
        const auto value = rule::from_text(attribute_of(*field), given.value);
        if (!value || given.value.size() > value_bytes_most) {
            return bad(
                given.name,
                {"“" + field->label.zh + "”填写不正确：" + given.value,
                 field->label.en + " is not well written: " + given.value},
                value ? Text{"内容过长。", "It is too long."} : value.error().cure);
        }
    }
    for (const auto& field : kind.fields) {
        if (!field.required || value_of(fields, field.name) != nullptr) continue;
        return bad(
            field.name,
            {"缺少“" + field.label.zh + "”。", field.label.en + " is missing."},
            {"请填写。", "Fill it in."});
    }
    return {};
}

Result<> check(const Issue& wish, const Actor& actor, const pack::Policy& policy, Date today) {
    const auto* kind = policy.instrument(wish.kind);
    if (kind == nullptr) {
        return wrong(
            "instrument.kind_unknown",
            "/kind",
            {"没有这种凭证：" + wish.kind, "There is no such kind: " + wish.kind},
            {"请从目录中选择。", "Choose one from the catalogue."});
    }
    TRY(check_parties(wish, actor));
    if (wish.face <= 0 || wish.face > Money::limit_fen) {
        return wrong(
            "instrument.face",
            "/face",
            {"金额或数量应大于零，且在可表示范围内。", "The amount is more than nothing."},
            {"请核对金额或数量。", "Check the amount."});
    }
    if (wish.account.value_or("").size() > account_bytes_most) {
        return wrong(
            "instrument.field",
            "/account",
            {"回款账户过长。", "The account is too long."},
            {"请核对。", "Check it."});
    }
    TRY(check_dates(*kind, wish, today));
    TRY(check_fields(*kind, wish.fields));
    return check_term(*kind, wish, policy);
}

std::string key_of(const pack::InstrumentKind& kind, const std::vector<FieldValue>& fields) {
    std::string key;
    for (const auto& field : kind.fields) {
        if (!field.key) continue;
        const auto* value = value_of(fields, field.name);
        key += (key.empty() ? "" : ";") + field.name + "=" + (value == nullptr ? "" : value->value);
    }
    return key;
}

Text amount_text(pack::InstrumentUnit unit, std::int64_t amount) {
    switch (unit) {
    case pack::InstrumentUnit::fen: {
        const auto yuan = Money{amount}.yuan_text();
        return {yuan + " 元", "CNY " + yuan};
    }
    case pack::InstrumentUnit::gram:
        return {std::to_string(amount) + " 克", std::to_string(amount) + " g"};
    case pack::InstrumentUnit::piece:
        return {std::to_string(amount) + " 件", std::to_string(amount) + " pieces"};
    }
    base::bug("unit out of range");
}

} // namespace instrument
