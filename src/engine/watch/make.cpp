// From the rules as written to a watch that runs.
#include "base/digest.hpp"
#include "engine/watch/watch.hpp"

#include <set>

namespace watch {
namespace {

base::Error wrong(const std::string& where, base::Text what, base::Text cure) {
    return base::invalid(
               "watch.rules", {where + "：" + what.zh, where + ": " + what.en}, std::move(cure))
        .at(where);
}

base::Result<std::int64_t> span_ms(const std::string& where, const std::string& text) {
    const auto span = rule::Duration::parse(text);
    if (!span || span->seconds <= 0 || span->seconds > 3'660 * 86'400LL)
        return wrong(
            where,
            {"“" + text + "”不是时长", "“" + text + "” is no length of time"},
            {"写成 30d、12h、90m，不超过 3660d", "write 30d, 12h, 90m, at most 3660d"});
    return span->seconds * 1'000;
}

rule::Type type_of(FieldType type) {
    switch (type) {
    case FieldType::word: return rule::Type::text;
    case FieldType::money: return rule::Type::money;
    case FieldType::integer: return rule::Type::integer;
    }
    base::bug("field type out of range");
}

rule::Attribute attribute_of(const std::string& name, const base::Text& label, rule::Type type) {
    rule::Attribute made;
    made.name = name;
    made.label = label.zh.empty() ? base::Text{name, name} : label;
    made.type = type;
    return made;
}

rule::Type type_of(const Counted& counted, FieldType field) {
    switch (counted.of) {
    case Aggregate::count:
    case Aggregate::distinct: return rule::Type::integer;
    case Aggregate::since: return rule::Type::duration;
    case Aggregate::mean:
    case Aggregate::sd: return field == FieldType::money ? rule::Type::money : rule::Type::number;
    case Aggregate::sum:
    case Aggregate::min:
    case Aggregate::max:
    case Aggregate::quantile:
    case Aggregate::nth_last: return type_of(field);
    }
    base::bug("aggregate out of range");
}

const base::Text sight_labels[sights] = {
    {"分散转入的新收款户数", "new payees fanned out to"},
    {"分散转入新收款户金额", "amount fanned out to new payees"},
    {"集中转入的新付款户数", "new payers fanning in"},
    {"集中转入新付款户金额", "amount fanned in by new payers"},
    {"付款户归集来源数", "sources gathered by the payer"},
    {"付款户归集金额", "amount gathered by the payer"},
    {"付款户分散去向数", "sinks scattered to by the payer"},
    {"付款户分散金额", "amount scattered by the payer"},
    {"同源中转户数", "middles between one source and the payee"},
    {"资金回流环长度", "length of the cycle of money"},
    {"连续过账层数", "hops of the chain"},
    {"分层过账户数", "accounts of the layer that passes on"},
    {"担保圈长度", "length of the guarantee circle"}};

bool is_amount(Sight sight) {
    return sight == Sight::fan_out_amount || sight == Sight::fan_in_amount ||
           sight == Sight::gather_amount || sight == Sight::scatter_amount;
}

} // namespace

class Maker {
public:
    explicit Maker(Watch& watch)
        : watch_(watch)
        , book_(watch.book_) {}

    base::Result<void> make();

private:
    base::Result<void> fields();
    base::Result<void> spans();
    base::Result<void> schema();
    base::Result<void> windows();
    base::Result<void> rules();
    void keep_asked();
    base::Result<void> typologies();
    base::Result<void> lists();
    base::Result<std::uint32_t> field(const std::string& where, const std::string& name) const;
    base::Result<std::vector<std::uint32_t>> key(
        const std::string& where, const std::vector<std::string>& names) const;
    base::Result<std::uint32_t> series(const Counted& counted, const std::string& where);
    void ask(std::string name, base::Text label, Watch::Asked asked);
    [[nodiscard]] bool is_shown(const std::string& name) const;

    Watch& watch_;
    const Book& book_;
    std::vector<rule::Attribute> attributes_;
    std::vector<Series> series_;
    std::vector<std::string> series_where_;
};

base::Result<void> Maker::fields() {
    auto& all = watch_.fields_;
    all = {
        {"payer", {"付款户", "payer"}, FieldType::word, {}},
        {"payee", {"收款户", "payee"}, FieldType::word, {}},
        {"amount", {"金额", "amount"}, FieldType::money, {}},
        {"kind", {"种类", "kind"}, FieldType::word, {}}};
    for (const auto& given : book_.fields) {
        if (given.name == "id" || given.name == "time") continue; // headings only
        const auto found = std::ranges::find(all, given.name, &Field::name);
        if (found == all.end()) {
            all.push_back(given);
        } else {
            found->columns = given.columns;
        }
    }
    return {};
}

base::Result<std::uint32_t> Maker::field(const std::string& where, const std::string& name) const {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < watch_.fields_.size(); ++i) {
        if (watch_.fields_[i].name == name) return i;
        names.push_back(watch_.fields_[i].name);
    }
    return wrong(
        where,
        {"没有字段“" + name + "”", "there is no field “" + name + "”"},
        {"可用：" + pack::listed(names), "there are: " + pack::listed(names)});
}

base::Result<std::vector<std::uint32_t>> Maker::key(
    const std::string& where, const std::vector<std::string>& names) const {
    std::vector<std::uint32_t> places;
    for (const auto& name : names)
        places.push_back(TRY(field(where, name)));
    return places;
}

base::Result<void> Maker::spans() {
    const auto& given = book_.spans;
    FlowSpans made;
    made.fan_ms = TRY(span_ms("spans/fan", given.fan));
    made.cycle_ms = TRY(span_ms("spans/cycle", given.cycle));
    made.hop_ms = TRY(span_ms("spans/hop", given.hop));
    made.circle_ms = TRY(span_ms("spans/guarantee", given.guarantee));
    made.keep_ppm = given.keep.ppm;
    made.least = given.least.fen;
    watch_.lateness_ms_ = TRY(span_ms("lateness", book_.lateness));
    if (!book_.learning.empty()) watch_.learning_ms_ = TRY(span_ms("learning", book_.learning));
    made.lateness_ms = watch_.lateness_ms_;
    watch_.flows_ = std::make_unique<Flows>(made);
    watch_.zone_.offset_minutes = static_cast<std::int32_t>(book_.zone_minutes);
    watch_.guarantee_word_ = watch_.words_.meet("guarantee").code;
    return {};
}

void Maker::ask(std::string name, base::Text label, Watch::Asked asked) {
    asked.attribute = attributes_.size();
    attributes_.push_back(attribute_of(name, label, asked.type));
    watch_.asked_.push_back(asked);
}

base::Result<void> Maker::schema() {
    using From = Watch::Asked::From;
    for (std::size_t i = 0; i < watch_.fields_.size(); ++i) {
        const auto& field = watch_.fields_[i];
        ask(field.name, field.label, {From::field, i, 0, type_of(field.type)});
    }
    ask("hour", {"时辰", "hour"}, {From::hour, 0, 0, rule::Type::integer});
    watch_.filter_asked_ = watch_.asked_;
    auto events = rule::Schema::make(attributes_);
    if (!events) return std::move(events).error();
    watch_.event_schema_ = std::make_unique<rule::Schema>(*std::move(events));
    for (std::size_t i = 0; i < book_.counted.size(); ++i) {
        const auto& counted = book_.counted[i];
        const auto where = "counted/" + counted.name;
        const bool whole = counted.of == Aggregate::count || counted.of == Aggregate::since;
        const auto place = whole ? 0U : TRY(field(where, counted.field));
        ask(counted.name,
            counted.label,
            {From::window, i, 0, type_of(counted, watch_.fields_[place].type)});
    }
    for (std::size_t i = 0; i < sights; ++i) {
        const auto sight = static_cast<Sight>(i);
        const auto type = is_amount(sight) ? rule::Type::money : rule::Type::integer;
        ask(std::string(name_of(sight)), sight_labels[i], {From::sight, i, 0, type});
    }
    for (std::size_t i = 0; i < book_.lists.size(); ++i) {
        const auto& list = book_.lists[i];
        ask("payer_on_" + list.code,
            {"付款户在" + list.label.zh, "payer on " + list.label.en},
            {From::payer_list, i, 0, rule::Type::boolean});
        ask("payee_on_" + list.code,
            {"收款户在" + list.label.zh, "payee on " + list.label.en},
            {From::payee_list, i, 0, rule::Type::boolean});
    }
    auto made = rule::Schema::make(attributes_);
    if (!made) return std::move(made).error();
    watch_.schema_ = std::make_unique<rule::Schema>(*std::move(made));
    watch_.row_ = std::make_unique<rule::Row>(*watch_.schema_);
    watch_.event_row_ = std::make_unique<rule::Row>(*watch_.event_schema_);
    return {};
}

base::Result<std::uint32_t> Maker::series(const Counted& counted, const std::string& where) {
    Series wanted;
    wanted.key = TRY(key(where, counted.key));
    wanted.read_by = counted.read_by.empty() ? wanted.key : TRY(key(where, counted.read_by));
    if (wanted.key.size() != wanted.read_by.size())
        return wrong(
            where,
            {"read_by 与 key 的字段数不同", "read_by has another number of fields than key"},
            {"一一对应地写", "write one for each"});
    wanted.coded = wanted.key.size() == 1 && watch_.fields_[wanted.key[0]].type == FieldType::word;
    wanted.filtered = !counted.where.empty();
    for (std::uint32_t i = 0; i < series_.size(); ++i) {
        if (series_[i].key == wanted.key && series_[i].read_by == wanted.read_by &&
            series_where_[i] == counted.where)
            return i;
    }
    if (wanted.filtered) {
        auto program = rule::compile(counted.where, *watch_.event_schema_);
        if (!program) return wrong(where + "/where", program.error().message, program.error().cure);
        watch_.filters_.emplace_back(series_.size(), *std::move(program));
    }
    series_.push_back(std::move(wanted));
    series_where_.push_back(counted.where);
    if (series_.size() > Windows::series_most)
        return wrong(
            where, {"窗口的键过多", "too many keys of windows"}, {"最多 64 种", "at most 64"});
    return static_cast<std::uint32_t>(series_.size()) - 1;
}

base::Result<void> Maker::windows() {
    for (const auto& counted : book_.counted) {
        const auto where = "counted/" + counted.name;
        Feature feature;
        feature.series = TRY(series(counted, where));
        feature.of = counted.of;
        feature.length_ms = TRY(span_ms(where + "/length", counted.length));
        const bool whole = counted.of == Aggregate::count || counted.of == Aggregate::since;
        if (!whole) feature.field = TRY(field(where, counted.field));
        const bool words = !whole && watch_.fields_[feature.field].type == FieldType::word;
        const bool any = counted.of == Aggregate::distinct || counted.of == Aggregate::nth_last;
        if (words && !any)
            return wrong(
                where,
                {"文字不能求和或比大小", "texts have no sums and no order"},
                {"用 distinct 或 nth_last", "use distinct or nth_last"});
        feature.argument = counted.argument;
        if (counted.of == Aggregate::quantile &&
            (counted.argument < 0 || counted.argument > 1'000'000))
            return wrong(
                where,
                {"分位数应在 0 与 1000000 之间", "a quantile lies within 0 and 1,000,000 ppm"},
                {});
        if (counted.of != Aggregate::quantile)
            feature.argument = std::max<std::int64_t>(1, counted.argument);
        watch_.features_.push_back(feature);
    }
    watch_.windows_ = std::make_unique<Windows>(series_, watch_.features_, watch_.lateness_ms_);
    watch_.readings_.resize(watch_.features_.size());
    return {};
}

bool Maker::is_shown(const std::string& name) const {
    for (std::size_t i = 0; i < sights; ++i) {
        if (name_of(static_cast<Sight>(i)) == name) return true;
    }
    return std::ranges::find(book_.counted, name, &Counted::name) != book_.counted.end();
}

base::Result<void> Maker::rules() {
    std::set<std::string> codes;
    for (std::size_t i = 0; i < book_.rules.size(); ++i) {
        const auto& given = book_.rules[i];
        const auto where = "rules/" + given.code;
        if (!codes.insert(given.code).second)
            return wrong(where, {"代码重复", "the code is taken"}, {"换一个", "choose another"});
        auto program = rule::compile(given.when, *watch_.schema_);
        if (!program) return wrong(where + "/when", program.error().message, program.error().cure);
        if (!given.shows.empty() && !is_shown(given.shows))
            return wrong(
                where + "/shows",
                {"“" + given.shows + "”既不是计数也不是图样",
                 "“" + given.shows + "” is neither counted nor a pattern"},
                {"写 counted 的名字或 fan_in_payers 一类",
                 "name something counted, or fan_in_payers and the like"});
        auto asked = program->places();
        watch_.judged_.push_back({i, *std::move(program), std::move(asked)});
    }
    watch_.outcomes_.resize(watch_.judged_.size(), rule::Outcome::unknown);
    keep_asked();
    return {};
}

// What no rule asks and nobody shows is not looked for.
void Maker::keep_asked() {
    using From = Watch::Asked::From;
    watch_.sees_flows_ = std::ranges::any_of(book_.rules, [](const Rule& rule) {
        for (std::size_t i = 0; i < sights; ++i) {
            if (name_of(static_cast<Sight>(i)) == rule.shows) return true;
        }
        return false;
    });
    std::erase_if(watch_.asked_, [&](const Watch::Asked& asked) {
        const bool wanted = std::ranges::any_of(watch_.judged_, [&](const Watch::Judged& judged) {
            return std::ranges::find(judged.asked, asked.attribute) != judged.asked.end();
        });
        watch_.sees_flows_ |= wanted && asked.from == From::sight;
        return !wanted;
    });
}

base::Result<void> Maker::typologies() {
    for (const auto& given : book_.typologies) {
        const auto where = "typologies/" + given.code;
        Watch::Scored scored;
        for (const auto& part : given.parts) {
            const auto found = std::ranges::find(book_.rules, part.rule, &Rule::code);
            if (found == book_.rules.end())
                return wrong(
                    where,
                    {"没有规则“" + part.rule + "”", "there is no rule “" + part.rule + "”"},
                    {"先在 rules 里写它", "write it under rules first"});
            scored.parts.emplace_back(
                static_cast<std::size_t>(found - book_.rules.begin()), part.weight);
        }
        scored.subject = TRY(field(where + "/subject", given.subject));
        if (!given.snooze.empty()) scored.snooze_ms = TRY(span_ms(where + "/snooze", given.snooze));
        watch_.scored_.push_back(std::move(scored));
    }
    return {};
}

base::Result<void> Maker::lists() {
    for (const auto& list : book_.lists) {
        auto& members = watch_.members_.emplace_back();
        for (std::size_t i = 0; i < list.entries.size(); ++i)
            members[watch_.words_.meet(list.entries[i].value).code].push_back(i);
    }
    return {};
}

base::Result<void> Maker::make() {
    TRY(fields());
    TRY(spans());
    TRY(schema());
    TRY(windows());
    TRY(rules());
    TRY(typologies());
    TRY(lists());
    watch_.digest_ = base::hex(base::sha256(base::json::text(book_)));
    return {};
}

base::Result<std::unique_ptr<Watch>> Watch::make(Book book) {
    std::unique_ptr<Watch> made(new Watch(std::move(book)));
    TRY(Maker(*made).make());
    return made;
}

} // namespace watch
