// Lists by rule: the enterprises of the county for which a rule holds, with the data a reader asks
// for, and figures of them by group. Who never borrowed, whom to visit, whom a measure would reach:
// an expression instead of a report that somebody must program.
//
// For departments alone. A list is a question to every enterprise at once; among those that gave an
// institution a consent, a count alone would tell it what others keep closed. Institutions ask for
// one product (/v1/products/{id}/enterprises), where each look at an enterprise is written down.
#include "domain/census/census.hpp"
#include "domain/permission/permission.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"
#include "engine/column/decide.hpp"
#include "engine/column/order.hpp"

#include <algorithm>
#include <cmath>

namespace api {
namespace {

using base::Party;
using base::Raw;

constexpr std::size_t groups_most = 200;
constexpr std::size_t columns_most = 40;

struct ListQuery {
    std::string expression; // empty: every enterprise
    rule::Outcome outcome = rule::Outcome::holds;
    std::vector<std::string> columns; // attributes; none: what the rule looks at
    std::string sort;                 // an attribute, with - before it for the largest first
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (expression, outcome, columns, sort, page, per_page))

struct ListColumn {
    std::string name;
    Text label;
    rule::Type type = rule::Type::text;
    Text unit;
};
BOOST_DESCRIBE_STRUCT(ListColumn, (), (name, label, type, unit))

struct ListValue {
    Raw value; // rule's JSON form; null when not known
    Text shown;
};
BOOST_DESCRIBE_STRUCT(ListValue, (), (value, shown))

struct ListRow {
    Id<Party> id;
    std::string credit_code;
    std::string name;
    std::vector<ListValue> values; // one a column
};
BOOST_DESCRIBE_STRUCT(ListRow, (), (id, credit_code, name, values))

struct EnterpriseList {
    std::vector<ListColumn> columns;
    std::vector<ListRow> items;
    std::int64_t total = 0; // of the outcome asked for
    std::int32_t page = 1;
    std::int32_t per_page = 50;
    std::int64_t tried = 0;
    std::int64_t holds = 0;
    std::int64_t fails = 0;
    std::int64_t unknown = 0;
    std::int64_t seq = 0; // of the newest event that is counted in
};
BOOST_DESCRIBE_STRUCT(
    EnterpriseList, (), (columns, items, total, page, per_page, tried, holds, fails, unknown, seq))

struct GroupsQuery {
    std::string expression;
    rule::Outcome outcome = rule::Outcome::holds;
    std::string by = "town"; // an attribute: a choice, a text or yes-no
    std::string measure;     // an attribute to sum up; empty: numbers of enterprises alone
};
BOOST_DESCRIBE_STRUCT(GroupsQuery, (), (expression, outcome, by, measure))

struct ListGroup {
    Text label;
    std::int64_t enterprises = 0;
    std::int64_t of = 0; // of all enterprises there
    std::int64_t known = 0;
    ListValue sum;
    ListValue average;
    ListValue median;
    ListValue least;
    ListValue most;
};
BOOST_DESCRIBE_STRUCT(
    ListGroup, (), (label, enterprises, of, known, sum, average, median, least, most))

struct EnterpriseGroups {
    ListColumn by;
    std::optional<ListColumn> measure;
    ListGroup all;
    std::vector<ListGroup> items; // those with most enterprises first
};
BOOST_DESCRIBE_STRUCT(EnterpriseGroups, (), (by, measure, all, items))

struct RosterView {
    std::string code;
    Text label;
    Text explains;
    std::string expression;
    std::vector<std::string> columns;
    std::string group_by;
    std::int64_t enterprises = 0;
};
BOOST_DESCRIBE_STRUCT(
    RosterView, (), (code, label, explains, expression, columns, group_by, enterprises))

// What is asked for, checked: whoever lists by data must be allowed to see them.
class Asked {
public:
    Asked(const Services& services, const Call& call)
        : policy_(*services.policy)
        , call_(call) {}

    Result<rule::Program> compiled(const std::string& expression) const {
        if (permission::reach(call_.actor) != permission::Reach::all) {
            return base::forbidden(
                "lists.county_only",
                {"名单面向全县企业，只供主管部门使用。",
                 "Lists are of the whole county and for its departments only."},
                {"请联系主管部门。", "Ask the department in charge."});
        }
        auto program = policy_.compile(expression.empty() ? "true" : expression);
        if (!program) return std::move(program).error().at("/expression");
        for (const auto& name : rule::needs(*program))
            TRY(place(name, "/expression"));
        return program;
    }

    // Of an attribute in the catalogue.
    Result<std::size_t> place(const std::string& name, const std::string& field) const {
        const auto* attribute = policy_.attribute(name);
        if (attribute == nullptr) {
            return base::invalid(
                       "lists.no_attribute",
                       {"数据目录中没有“" + name + "”。", "The catalogue has no " + name + "."},
                       {"请从数据目录中选择。", "Choose one of the catalogue."})
                .at(field);
        }
        const auto answer = permission::fact(
            call_.actor,
            {.enterprise = {},
             .scope = attribute->scope,
             .grade = attribute->grade,
             .now = call_.now},
            {});
        if (!answer.allowed) return base::forbidden("permission.fact", answer.why).at(field);
        const auto found = policy_.schema().find(attribute->name);
        base::ensure(found.has_value(), "rules speak of what the catalogue has");
        return *found;
    }

    Result<std::vector<std::size_t>> places(
        const std::vector<std::string>& names, const rule::Program& program) const {
        if (names.empty()) return std::vector(program.places().begin(), program.places().end());
        if (names.size() > columns_most) {
            return base::invalid(
                       "lists.columns",
                       {"最多选择 40 个数据项。", "At most 40 attributes are shown."},
                       {"请减少所选数据项。", "Choose fewer."})
                .at("/columns");
        }
        std::vector<std::size_t> out;
        for (const auto& name : names)
            out.push_back(TRY(place(name, "/columns")));
        return out;
    }

private:
    const pack::Policy& policy_;
    const Call& call_;
};

bool groupable(rule::Type type) {
    return type == rule::Type::choice || type == rule::Type::text || type == rule::Type::boolean;
}

bool measurable(rule::Type type) {
    const auto form = column::form_of(type);
    return form == column::Form::whole || form == column::Form::decimal;
}

ListColumn column_view(const rule::Attribute& attribute) {
    return {attribute.name, attribute.label, attribute.type, attribute.unit};
}

// A code of a national table with its words, everything else as rules show it.
Text shown_value(
    const pack::Policy& policy, const rule::Attribute& attribute, const rule::Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && attribute.name == "town") return town_label(policy, *text);
    if (text != nullptr && attribute.name == "industry") return industry_label(policy, *text);
    return rule::display(value, attribute);
}

ListValue list_value(
    const pack::Policy& policy, const rule::Attribute& attribute, const rule::Value& value) {
    return {rule::to_json(value), shown_value(policy, attribute, value)};
}

struct Judged {
    const census::Version& county;
    column::Verdicts verdicts;

    [[nodiscard]] column::Bitmap rows(rule::Outcome outcome) const {
        switch (outcome) {
        case rule::Outcome::holds: return verdicts.holds;
        case rule::Outcome::unknown: return verdicts.unknown;
        case rule::Outcome::fails: {
            auto rest = column::all_rows(*county.table);
            rest -= verdicts.holds;
            rest -= verdicts.unknown;
            return rest;
        }
        }
        base::bug("outcome out of range");
    }
};

Judged judge(
    const Services& services,
    const Call& call,
    const census::Version& county,
    const rule::Program& program) {
    const auto today = services.policy->zone().date(call.now);
    return {county, column::decide(*county.table, program, today)};
}

std::int64_t count_of(const column::Bitmap& rows) {
    return static_cast<std::int64_t>(rows.count());
}

struct Order {
    std::optional<std::size_t> place; // none: the order of the register
    column::Order direction = column::Order::smallest;
};

Result<Order> order_of(const Asked& asked, const std::string& sort) {
    if (sort.empty()) return Order{};
    const bool largest = sort.starts_with('-');
    return Order{
        TRY(asked.place(sort.substr(largest ? 1 : 0), "/sort")),
        largest ? column::Order::largest : column::Order::smallest};
}

// The first of the rows, as many as are wanted.
std::vector<std::size_t> first_rows(
    const column::Table& table, const column::Bitmap& rows, const Order& order, std::size_t most) {
    if (order.place) return column::sorted(table, *order.place, rows, most, order.direction);
    std::vector<std::size_t> out;
    rows.each([&](std::size_t row) {
        if (out.size() < most) out.push_back(row);
    });
    return out;
}

Result<EnterpriseList> enterprise_list(
    const Services& services, const Call& call, const ListQuery& query) {
    const Asked asked(services, call);
    const auto& policy = *services.policy;
    const auto program = TRY(asked.compiled(query.expression));
    const auto places = TRY(asked.places(query.columns, program));
    const auto order = TRY(order_of(asked, query.sort));
    return services.census->read([&](const store::Snapshot& db, const census::Version& county) {
        const auto judged = judge(services, call, county, program);
        const auto rows = judged.rows(query.outcome);
        EnterpriseList out;
        out.page = query.page;
        out.per_page = query.per_page;
        out.total = count_of(rows);
        out.tried = static_cast<std::int64_t>(county.table->rows());
        out.holds = count_of(judged.verdicts.holds);
        out.unknown = count_of(judged.verdicts.unknown);
        out.fails = out.tried - out.holds - out.unknown;
        out.seq = county.seq;
        for (const auto place : places)
            out.columns.push_back(column_view(policy.schema().at(place)));
        const auto skipped =
            static_cast<std::size_t>(query.page - 1) * static_cast<std::size_t>(query.per_page);
        const auto first = first_rows(
            *county.table, rows, order, skipped + static_cast<std::size_t>(query.per_page));
        for (auto i = skipped; i < first.size(); ++i) {
            const auto enterprise = party::find_enterprise(db, (*county.enterprises)[first[i]]);
            base::ensure(enterprise.has_value(), "the census and the register are of one moment");
            ListRow row{enterprise->id, enterprise->credit_code, enterprise->name, {}};
            for (const auto place : places)
                row.values.push_back(list_value(
                    policy, policy.schema().at(place), county.table->at(first[i], place)));
            out.items.push_back(std::move(row));
        }
        return Result<EnterpriseList>(std::move(out));
    });
}

SheetCell cell_of(
    const pack::Policy& policy, const rule::Attribute& attribute, const rule::Value& value) {
    if (!rule::known(value)) return {};
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* date = std::get_if<base::Date>(&value)) return *date;
    if (const auto* amount = std::get_if<base::Money>(&value)) return *amount;
    if (const auto* rate = std::get_if<base::Rate>(&value)) return *rate;
    return shown_value(policy, attribute, value);
}

Text title_of(const rule::Attribute& attribute) {
    auto title = attribute.label;
    const bool money = attribute.type == rule::Type::money;
    const Text unit = money ? Text{"元", "CNY"} : attribute.unit;
    if (!unit.zh.empty()) title.zh += "（" + unit.zh + "）";
    if (!unit.en.empty()) title.en += " (" + unit.en + ")";
    return title;
}

// All rows, of one moment: as many as a sheet holds.
Result<Sheet> sheet(const Services& services, const Call& call, const ListQuery& query) {
    const Asked asked(services, call);
    const auto& policy = *services.policy;
    const auto program = TRY(asked.compiled(query.expression));
    const auto places = TRY(asked.places(query.columns, program));
    const auto order = TRY(order_of(asked, query.sort));
    Sheet out{
        .name = "enterprises-by-rule",
        .titles = {{"统一社会信用代码", "Credit code"}, {"企业名称", "Name"}},
        .rows = {}};
    for (const auto place : places)
        out.titles.push_back(title_of(policy.schema().at(place)));
    return services.census->read([&](const store::Snapshot& db, const census::Version& county) {
        // The register has the order of the rows: one scan instead of a question for each.
        std::vector<std::pair<std::string, std::string>> names;
        names.reserve(county.table->rows());
        party::each_enterprise(db, [&](const party::Enterprise& enterprise) {
            names.emplace_back(enterprise.credit_code, enterprise.name);
        });
        const auto rows = judge(services, call, county, program).rows(query.outcome);
        for (const auto row : first_rows(*county.table, rows, order, sheet_rows_most)) {
            auto& cells = out.rows.emplace_back();
            cells.emplace_back(names[row].first);
            cells.emplace_back(names[row].second);
            for (const auto place : places)
                cells.push_back(
                    cell_of(policy, policy.schema().at(place), county.table->at(row, place)));
        }
        return Result<Sheet>(std::move(out));
    });
}

// An industry counts for its section (门类); what is not known is a group of its own.
struct GroupKey {
    std::string code;
    Text label;
};

GroupKey group_key(
    const pack::Policy& policy, const rule::Attribute& attribute, const rule::Value& value) {
    if (!rule::known(value)) return {"", {"未知", "Not known"}};
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && attribute.name == "industry") {
        const auto place = policy.industries().place(*text);
        if (place) return {place->section, industry_label(policy, place->section)};
    }
    return {rule::to_json(value).text, shown_value(policy, attribute, value)};
}

base::Error too_many_groups(const rule::Attribute& attribute) {
    return base::rejected(
               "lists.too_many_groups",
               {"“" + attribute.label.zh + "”的取值超过 200 种，不适合分组。",
                attribute.label.en + " has more than 200 values: too many to group by."},
               {"请换一个数据项。", "Choose another attribute."})
        .at("/by");
}

// In the attribute's own unit, whole numbers with two decimals.
ListValue average_value(
    const pack::Policy& policy, const rule::Attribute& attribute, double average) {
    const bool plain =
        attribute.type == rule::Type::integer || attribute.type == rule::Type::number;
    if (!plain) {
        const auto whole = static_cast<column::Raw>(std::llround(average));
        return list_value(policy, attribute, column::value_of(attribute.type, whole));
    }
    auto decimal = attribute;
    decimal.type = rule::Type::number;
    return list_value(policy, decimal, std::round(average * 100) / 100);
}

void measure(
    const pack::Policy& policy,
    const column::Table& table,
    std::size_t place,
    const column::Bitmap& rows,
    ListGroup& out) {
    const auto& attribute = policy.schema().at(place);
    const auto value = [&](const std::optional<rule::Value>& found) {
        return list_value(policy, attribute, found.value_or(rule::Value()));
    };
    const auto summary = column::summarize(table, place, rows);
    out.known = summary.known;
    out.sum = value(summary.known > 0 ? summary.sum : std::nullopt);
    out.least = value(summary.least);
    out.most = value(summary.most);
    out.median = value(column::quantile(table, place, rows, 500'000));
    out.average = summary.average ? average_value(policy, attribute, *summary.average) : value({});
}

struct Grouped {
    std::size_t by = 0;
    std::optional<std::size_t> measure;
};

Result<Grouped> grouped(const Asked& asked, const rule::Schema& schema, const GroupsQuery& query) {
    Grouped out{TRY(asked.place(query.by, "/by")), std::nullopt};
    if (!groupable(schema.at(out.by).type)) {
        return base::invalid(
                   "lists.group",
                   {"只能按选项、文字或是否类数据项分组。",
                    "Groups are by a choice, a text or a yes-no attribute."},
                   {"请换一个数据项。", "Choose another attribute."})
            .at("/by");
    }
    if (query.measure.empty()) return out;
    out.measure = TRY(asked.place(query.measure, "/measure"));
    if (!measurable(schema.at(*out.measure).type)) {
        return base::invalid(
                   "lists.measure",
                   {"只能统计金额、数量、比率和日期。",
                    "Figures are of amounts, numbers, rates and dates."},
                   {"请换一个数据项。", "Choose another attribute."})
            .at("/measure");
    }
    return out;
}

Result<EnterpriseGroups> groups(
    const Services& services, const Call& call, const GroupsQuery& query) {
    const Asked asked(services, call);
    const auto& policy = *services.policy;
    const auto program = TRY(asked.compiled(query.expression));
    const auto places = TRY(grouped(asked, policy.schema(), query));
    const auto& by = policy.schema().at(places.by);
    return services.census->read(
        [&](const store::Snapshot&, const census::Version& county) -> Result<EnterpriseGroups> {
            const auto& table = *county.table;
            const auto rows = judge(services, call, county, program).rows(query.outcome);
            std::map<std::string, std::size_t> numbers;
            EnterpriseGroups out{column_view(by), std::nullopt, {}, {}};
            auto sets = column::partition(
                table, places.by, column::all_rows(table), [&](const rule::Value& value) {
                    const auto key = group_key(policy, by, value);
                    // One more than is allowed holds whatever is too much.
                    const auto next = std::min(numbers.size(), groups_most);
                    const auto [found, fresh] = numbers.try_emplace(key.code, next);
                    if (fresh && next == out.items.size())
                        out.items.push_back(ListGroup{.label = key.label});
                    return found->second;
                });
            if (out.items.size() > groups_most) return too_many_groups(by);
            const auto fill = [&](ListGroup& group, const column::Bitmap& of) {
                auto held = of;
                held &= rows;
                group.of = count_of(of);
                group.enterprises = count_of(held);
                if (places.measure) measure(policy, table, *places.measure, held, group);
            };
            out.all.label = {"全部", "All"};
            fill(out.all, column::all_rows(table));
            for (std::size_t i = 0; i < sets.size(); ++i)
                fill(out.items[i], sets[i]);
            if (places.measure) out.measure = column_view(policy.schema().at(*places.measure));
            std::ranges::stable_sort(out.items, std::ranges::greater{}, &ListGroup::enterprises);
            return out;
        });
}

Result<std::vector<RosterView>> rosters(const Services& services, const Call& call) {
    const Asked asked(services, call);
    std::vector<rule::Program> programs;
    std::vector<RosterView> out;
    for (const auto& roster : services.policy->pack().rosters) {
        programs.push_back(TRY(asked.compiled(roster.expression)));
        out.push_back(
            {roster.code,
             roster.label,
             roster.explains,
             roster.expression,
             roster.columns,
             roster.group_by.value_or(""),
             0});
    }
    return services.census->read([&](const store::Snapshot&, const census::Version& county) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i].enterprises =
                count_of(judge(services, call, county, programs[i]).verdicts.holds);
        return Result<std::vector<RosterView>>(std::move(out));
    });
}

SheetCell shown_cell(const ListValue& value) { return value.shown; }

} // namespace

void declare_lists(Endpoints& all, Services& services) {
    all.capability("lists");
    all.get(
        "/v1/lists",
        Right::need_supervise,
        {"现成的企业名单", "Ready-made lists of enterprises"},
        [&](Call& call) -> Result<std::vector<RosterView>> { return rosters(services, call); });
    all.get(
           "/v1/lists/enterprises",
           Right::need_supervise,
           {"按规则列出企业", "Enterprises for which a rule holds"},
           [&](Call& call, const ListQuery& query) -> Result<EnterpriseList> {
               return enterprise_list(services, call, query);
           })
        .sheet([&](Call& call, const ListQuery& query) -> Result<Sheet> {
            return sheet(services, call, query);
        });
    all.get(
           "/v1/lists/groups",
           Right::need_supervise,
           {"按规则分组统计企业", "Enterprises for which a rule holds, by group"},
           [&](Call& call, const GroupsQuery& query) -> Result<EnterpriseGroups> {
               return groups(services, call, query);
           })
        .exportable(
            "groups-by-rule",
            {column(&ListGroup::label, {"分组", "Group"}),
             column(&ListGroup::enterprises, {"企业数", "Enterprises"}),
             column(&ListGroup::of, {"全部企业数", "Of all"}),
             column(&ListGroup::known, {"有数据的企业数", "With a value"}),
             {{"合计", "Sum"}, [](const ListGroup& row) { return shown_cell(row.sum); }},
             {{"平均", "Average"}, [](const ListGroup& row) { return shown_cell(row.average); }},
             {{"中位数", "Median"}, [](const ListGroup& row) { return shown_cell(row.median); }},
             {{"最小", "Least"}, [](const ListGroup& row) { return shown_cell(row.least); }},
             {{"最大", "Most"}, [](const ListGroup& row) { return shown_cell(row.most); }}});
}

} // namespace api
