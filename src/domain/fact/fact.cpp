#include "domain/fact/fact.hpp"

#include "engine/pack/policy.hpp"

#include <algorithm>
#include <array>

namespace fact {
namespace {

constexpr std::array register_attributes = {
    std::string_view("industry"),
    std::string_view("manufacturing"),
    std::string_view("founded_on"),
    std::string_view("enterprise_size"),
    std::string_view("town"),
    std::string_view("registered_capital"),
    std::string_view("has_loan_here"),
    std::string_view("loan_balance_here")};

base::Error attribute_unknown(const std::string& name) {
    return base::invalid(
        "fact.attribute_unknown",
        {"数据目录中没有“" + name + "”。", "The catalogue has no " + name + "."},
        {"请使用数据目录中的名称。", "Use a name of the catalogue."});
}

bool of_cadence(const Period& period, pack::Cadence cadence) {
    switch (cadence) {
    case pack::Cadence::once: return false;
    case pack::Cadence::month: return period.kind == base::PeriodKind::month;
    case pack::Cadence::quarter: return period.kind == base::PeriodKind::quarter;
    case pack::Cadence::year: return period.kind == base::PeriodKind::year;
    }
    base::bug("cadence out of range");
}

// The value and the period of a datum whose attribute the catalogue has, against what it says of
// it.
Result<> check_value(const Datum& datum, const pack::Policy& policy, std::size_t place) {
    const auto* attribute = policy.attribute(datum.attribute);
    if (datum.period && attribute != nullptr && !of_cadence(*datum.period, attribute->cadence)) {
        return base::invalid(
                   "fact.period",
                   {"“" + attribute->label.zh + "”不按这种期间统计：" + datum.period->text(),
                    attribute->label.en +
                        " is not counted by such a period: " + datum.period->text()},
                   {"请使用数据目录中规定的频度。", "Use the cadence that the catalogue names."})
            .at("/period");
    }
    const auto json = TRY(base::json::parse(datum.value.text));
    auto value = rule::from_json(policy.schema().at(place), json);
    if (!value) return std::move(value.error()).at("/value");
    return {};
}

base::Error no_enterprise() {
    return base::not_found(
        "fact.no_enterprise",
        {"没有找到这家企业。", "There is no such enterprise."},
        {"请核对企业编号。", "Check the enterprise's number."});
}

// The size class by the facts, when all the indexes it needs are there.
std::optional<party::Size> size_of(
    const pack::Policy& policy, const party::Enterprise& enterprise, const CurrentFacts& current) {
    const auto number = [&](std::string_view name) -> std::optional<std::int64_t> {
        const auto found = current.find(std::string(name));
        if (found == current.end()) return std::nullopt;
        const auto parsed =
            base::json::from_text<std::optional<std::int64_t>>(found->second.value.text);
        return parsed ? *parsed : std::nullopt;
    };
    const auto amount = [&](std::string_view name) -> std::optional<base::Money> {
        const auto fen = number(name);
        return fen ? std::optional(base::Money{*fen}) : std::nullopt;
    };
    const auto verdict = policy.sizes().judge(
        policy.industries(),
        enterprise.industry,
        {.employees = number("employees"),
         .revenue = amount("annual_revenue"),
         .assets = amount("total_assets")});
    if (!verdict) return std::nullopt; // an anonymous enterprise without an industry
    switch (verdict->outcome) {
    case reference::SizeOutcome::missing_facts: return std::nullopt;
    case reference::SizeOutcome::not_applicable: return party::Size::not_applicable;
    case reference::SizeOutcome::judged: break;
    }
    switch (*verdict->size) {
    case reference::Size::large: return party::Size::large;
    case reference::Size::medium: return party::Size::medium;
    case reference::Size::small: return party::Size::small;
    case reference::Size::micro: return party::Size::micro;
    }
    base::bug("size out of range");
}

} // namespace

bool answers_for(const base::Actor& actor, const pack::Policy& policy, std::string_view attribute) {
    if (actor.kind != base::PartyKind::department || !actor.rights.has(base::Right::fact_import))
        return false;
    const auto* known = policy.attribute(attribute);
    const auto* source = known == nullptr ? nullptr : policy.source(known->source);
    return source == nullptr || !source->unit || *source->unit == actor.unit;
}

bool from_register(std::string_view attribute) {
    return std::ranges::find(register_attributes, attribute) != register_attributes.end();
}

Result<> check(const Learn& wish, const pack::Policy& policy) {
    if (policy.source(wish.source) == nullptr) {
        return base::invalid(
                   "fact.source_unknown",
                   {"没有这个数据来源：" + wish.source, "There is no such source: " + wish.source},
                   {"来源应是数据目录中列出的。", "Use a source that the catalogue lists."})
            .at("/source");
    }
    for (std::size_t i = 0; i < wish.data.size(); ++i) {
        const auto& datum = wish.data[i];
        const auto at = "/data/" + std::to_string(i);
        const auto place = policy.schema().find(datum.attribute);
        if (!place) {
            return attribute_unknown(datum.attribute).at(at + "/attribute");
        }
        if (from_register(datum.attribute)) {
            return base::invalid(
                       "fact.attribute_of_register",
                       {"“" + datum.attribute + "”由企业登记信息得出，不能另行填报。",
                        datum.attribute + " follows from the register and cannot be stated apart."},
                       {"请在企业信息中修改。", "Change it in the enterprise's registration."})
                .at(at + "/attribute");
        }
        if (auto good = check_value(datum, policy, *place); !good) {
            const auto field = at + good.error().field;
            return std::move(good.error()).at(field);
        }
    }
    return {};
}

bool stated_by_enterprise(const pack::Policy& policy, const pack::Attribute& attribute) {
    const auto* source = policy.source(attribute.source);
    return attribute.editable && source != nullptr && !source->unit;
}

std::vector<Learn> by_source(
    const pack::Policy& policy, Id<Party> enterprise, Date as_of, const std::vector<Datum>& data) {
    std::vector<Learn> out;
    for (const auto& datum : data) {
        const auto* attribute = policy.attribute(datum.attribute);
        if (attribute == nullptr) continue;
        auto place = std::ranges::find(out, attribute->source, &Learn::source);
        if (place == out.end()) {
            out.push_back(
                {.enterprise = enterprise,
                 .source = attribute->source,
                 .as_of = as_of,
                 .data = {}});
            place = out.end() - 1;
        }
        place->data.push_back(datum);
    }
    return out;
}

Learn only_new(const Learn& wish, const CurrentFacts& current) {
    Learn fresh{
        .enterprise = wish.enterprise, .source = wish.source, .as_of = wish.as_of, .data = {}};
    for (const auto& datum : wish.data) {
        const auto found = current.find(datum.attribute);
        const bool same = found != current.end() && found->second.value == datum.value &&
                          found->second.period == datum.period &&
                          found->second.source == wish.source && found->second.as_of >= wish.as_of;
        if (!same) fresh.data.push_back(datum);
    }
    return fresh;
}

bool stale(const Current& current, const pack::Policy& policy, Date today) {
    const auto* source = policy.source(current.source);
    return source != nullptr && current.as_of.plus_days(source->fresh_days) < today;
}

void put(rule::Row& row, const pack::Policy& policy, std::string_view name, rule::Value value) {
    const auto place = policy.schema().find(name);
    if (place && rule::fits(policy.schema().at(*place), value)) row.put(*place, std::move(value));
}

void fill(
    rule::Row& row,
    const pack::Policy& policy,
    const party::Enterprise& enterprise,
    const CurrentFacts& current) {
    const auto& schema = policy.schema();
    for (const auto& [name, fact] : current) {
        const auto place = schema.find(name);
        if (!place)
            continue; // learned under a pack that had it; kept, but no rule speaks of it now
        const auto json = base::json::parse(fact.value.text);
        if (!json) continue;
        auto value = rule::from_json(schema.at(*place), *json);
        if (value) row.put(*place, *std::move(value));
    }
    const auto answer = [&](std::string_view name, rule::Value value) {
        put(row, policy, name, std::move(value));
    };
    if (!enterprise.industry.empty()) {
        answer("industry", enterprise.industry);
        answer("manufacturing", policy.industries().is_manufacturing(enterprise.industry));
    }
    if (enterprise.founded != Date{}) answer("founded_on", enterprise.founded);
    if (!enterprise.town.empty()) answer("town", enterprise.town);
    if (enterprise.registered_capital != base::Money{})
        answer("registered_capital", enterprise.registered_capital);
    if (enterprise.size != party::Size::unknown)
        answer("enterprise_size", std::string(base::json::enum_name(enterprise.size)));
}

Portrait portrait(
    const pack::Policy& policy,
    const Sitter& sitter,
    const base::Actor& actor,
    std::span<const permission::Permit> permits,
    Instant now) {
    const auto& [enterprise, current, values] = sitter;
    const auto today = policy.zone().date(now);
    Portrait out;
    for (const auto& attribute : policy.pack().attributes) {
        const auto answer = permission::fact(
            actor,
            {.enterprise = enterprise.id,
             .scope = attribute.scope,
             .grade = attribute.grade,
             .now = now},
            permits);
        View view{
            .attribute = attribute.name,
            .label = attribute.label,
            .source = attribute.source,
            .editable = stated_by_enterprise(policy, attribute),
            .scope = attribute.scope,
            .allowed = answer.allowed};
        if (const auto* source = policy.source(attribute.source)) view.source_label = source->label;
        if (!answer.allowed) {
            view.why = answer.why;
            out.facts.push_back(std::move(view));
            continue;
        }
        const auto place = *policy.schema().find(attribute.name);
        view.value = rule::to_json(values[place]);
        view.display = rule::display(values[place], policy.schema().at(place));
        if (const auto found = current.find(attribute.name); found != current.end()) {
            view.period = found->second.period;
            view.source = found->second.source;
            if (const auto* source = policy.source(view.source)) view.source_label = source->label;
            view.learned_at = found->second.learned_at;
            view.as_of = found->second.as_of;
            view.stale = stale(found->second, policy, today);
            view.disputed = found->second.disputed;
        }
        if (answer.by &&
            std::ranges::find(out.consents_used, answer.by) == out.consents_used.end()) {
            out.consents_used.push_back(answer.by);
        }
        if (answer.by && rule::known(values[place])) out.attributes_shown.push_back(attribute.name);
        out.facts.push_back(std::move(view));
    }
    return out;
}

std::int64_t publish_new(
    store::Transaction& tx,
    const pack::Policy& policy,
    const Learn& wish,
    std::optional<Id<Import>> import) {
    const auto fresh = only_new(tx, wish);
    if (fresh.data.empty()) return 0;
    const auto count = static_cast<std::int64_t>(fresh.data.size());
    tx.publish(Learned{.fact = fresh, .import = import}, wish.enterprise);
    auto enterprise = party::find_enterprise(tx, wish.enterprise);
    base::ensure(enterprise.has_value(), "facts are learned of enterprises that are registered");
    const auto size = size_of(policy, *enterprise, current(tx, wish.enterprise));
    if (size && *size != enterprise->size) {
        enterprise->size = *size;
        enterprise->version += 1;
        enterprise->changed_at = tx.now();
        tx.publish(party::EnterpriseChanged{.enterprise = *enterprise}, enterprise->id);
    }
    return count;
}

Result<store::Receipt> Facts::learn(const store::Command& command, const Learn& wish) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::fact_import));
        if (!party::find_enterprise(tx, wish.enterprise)) return no_enterprise();
        TRY(check(wish, policy_));
        publish_new(tx, policy_, wish, std::nullopt);
        return std::to_string(wish.enterprise.value);
    });
}

Result<store::Receipt> Facts::state(
    const store::Command& command, Id<Party> enterprise, const std::map<std::string, Raw>& values) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::own_row(tx.actor(), enterprise));
        TRY(permission::require(tx.actor(), base::Right::fact_read));
        if (!party::find_enterprise(tx, enterprise)) return no_enterprise();
        std::vector<Datum> data;
        for (const auto& [name, value] : values) {
            const auto* attribute = policy_.attribute(name);
            if (attribute == nullptr) return attribute_unknown(name).at("/values/" + name);
            if (!stated_by_enterprise(policy_, *attribute)) {
                return base::forbidden(
                           "fact.not_editable",
                           {"“" + attribute->label.zh + "”不能自行填报。",
                            attribute->label.en + " cannot be self-reported."},
                           {"如数据有误，请提出异议。", "If it is wrong, dispute it."})
                    .at("/values/" + name);
            }
            data.push_back({.attribute = name, .period = {}, .value = value});
        }
        const auto today = policy_.zone().date(tx.now());
        for (const auto& wish : by_source(policy_, enterprise, today, data)) {
            for (const auto& datum : wish.data) {
                const Learn alone{
                    .enterprise = enterprise,
                    .source = wish.source,
                    .as_of = today,
                    .data = {datum}};
                if (auto good = check(alone, policy_); !good)
                    return std::move(good.error()).at("/values/" + datum.attribute);
            }
            publish_new(tx, policy_, wish, std::nullopt);
        }
        return std::to_string(enterprise.value);
    });
}

Result<store::Receipt> Facts::dispute(
    const store::Command& command,
    Id<Party> enterprise,
    const std::string& attribute,
    const std::string& reason) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::fact_dispute));
        TRY(permission::own_row(tx.actor(), enterprise));
        if (!current(tx, enterprise).contains(attribute)) {
            return base::not_found(
                "fact.nothing_to_dispute",
                {"平台没有这项数据，无需提出异议。", "There is no such datum to dispute."},
                {"请从数据列表中选择。", "Choose one from the list of data."});
        }
        if (reason.empty()) {
            return base::invalid(
                       "fact.dispute_reason",
                       {"请说明数据哪里有误。", "Say what is wrong with the datum."},
                       {"写明正确的数值和依据。", "Give the right value and where it is written."})
                .at("/reason");
        }
        tx.publish(
            Disputed{.enterprise = enterprise, .attribute = attribute, .reason = reason},
            enterprise);
        return std::to_string(tx.event().seq);
    });
}

Result<store::Receipt> Facts::answer_dispute(const store::Command& command, const Answer& answer) {
    return database_.write(command, [&](store::Transaction& tx) -> Result<std::string> {
        TRY(permission::require(tx.actor(), base::Right::fact_import));
        const auto found = tx.row<Dispute>(
            "select number, enterprise, attribute, reason, at, answered_at, accepted, answer from "
            "fact_dispute where number = $1",
            answer.number);
        if (!found || found->answered_at) {
            return base::conflict(
                "fact.dispute_closed",
                {"这条异议不存在或已经答复。",
                 "There is no such dispute, or it has been answered."},
                {"请刷新列表。", "Refresh the list."});
        }
        if (!answers_for(tx.actor(), policy_, found->attribute)) {
            return base::forbidden(
                "fact.dispute_of_other_unit",
                {"这项数据由其他单位负责。", "Another unit answers for this datum."},
                {"请由该数据来源的主管单位答复。",
                 "The unit that answers for the datum's source replies."});
        }
        if (answer.text.empty()) {
            return base::invalid(
                       "fact.dispute_answer",
                       {"请写明答复。", "Say what the answer is."},
                       {"说明如何更正，或为何不更正。", "Say how it is corrected, or why not."})
                .at("/text");
        }
        tx.publish(
            DisputeAnswered{
                .number = answer.number,
                .enterprise = found->enterprise,
                .attribute = found->attribute,
                .accepted = answer.accepted,
                .text = answer.text},
            found->enterprise);
        return std::to_string(answer.number);
    });
}

} // namespace fact
