// Any bytes as an expression: parser, checker, printer, evaluator, explainer; over a catalogue and
// as plain CEL, checked and unchecked. What compiles must print to something that compiles to the
// same, its answers must agree with one another, and no evaluation may take more than its declared
// cost.
#include "engine/rule/datum.hpp"
#include "engine/rule/sample.hpp"

namespace {

const base::Date today = base::Date::of(2026, 11, 23);

const rule::Schema& schema() {
    static const rule::Schema made = rule::sample_schema();
    return made;
}

rule::Schema plain_schema(bool check) {
    return rule::Schema::plain(
        {.variables =
             {{"x", "int"},
              {"s", "string"},
              {"l", "list(int)"},
              {"m", "map(string, dyn)"},
              {"d", "dyn"},
              {"a.b", "list(dyn)"}},
         .functions = {{"f", false, "(A, list(A))", "optional_type(A)"}},
         .check = check});
}

// Rows whose values come from the first bytes of the input.
rule::Row row_of(std::uint8_t mask) {
    rule::Row row(schema());
    const auto put = [&](int bit, const char* name, rule::Value value) {
        if ((mask >> bit & 1) != 0) row.put(*schema().find(name), std::move(value));
    };
    put(0, "annual_sales", base::Money::wan(mask));
    put(1, "debt_ratio", base::Rate::percent(mask % 101));
    put(2, "staff", std::int64_t{mask} - 100);
    put(3, "sales_growth", 0.25 * mask - 10);
    put(4, "high_tech", mask % 3 == 0);
    put(5, "tax_grade", std::string("M"));
    put(6, "founded", base::Date{mask * 100});
    put(7, "overdue_days", std::vector<std::int64_t>(mask % 5, mask));
    return row;
}

rule::Datum datum(rule::Kind kind, std::int64_t integer, std::string text = {}) {
    rule::Datum made;
    made.kind = kind;
    made.integer = integer;
    made.text = std::move(text);
    return made;
}

rule::Row plain_row(const rule::Schema& plain, std::uint8_t mask) {
    rule::Row row(plain);
    auto list = datum(rule::Kind::list, 0);
    for (int i = 0; i < mask % 7; ++i)
        list.items.push_back(datum(rule::Kind::integer, i * mask));
    auto map = datum(rule::Kind::map, 0);
    map.items = {datum(rule::Kind::text, 0, "k"), list, datum(rule::Kind::text, 0, "文"), list};
    row.put(0, std::int64_t{mask});
    row.put(1, std::string("融桥 abc"));
    row.put(2, rule::Other(list));
    row.put(3, rule::Other(map));
    if (mask % 2 == 0) row.put(4, rule::Other(map));
    row.put(5, rule::Other(list));
    return row;
}

void check_steps(const rule::Program& program, const rule::Answer& answer) {
    base::ensure(program.cost() <= rule::cost_limit, "the cost is bounded");
    // The step that finds the limit passed is the last one; it may be a large one.
    const bool within = answer.steps <= program.cost() ||
                        answer.fault == rule::Fault::too_many_steps || !rule::known(answer.value);
    base::ensure(within, "an answer comes within the declared cost");
}

void check_program(const rule::Program& program, std::uint8_t mask) {
    const auto row = row_of(mask);
    const auto text = rule::to_text(program);
    const auto again = rule::compile_any(text, schema());
    // Parentheses that canonical text needs can pass the limits of depth and length; nothing else
    // may be refused.
    base::ensure(again || again.error().code == "rule.limit", "canonical text compiles");
    const auto answer = rule::answer(program, row, today);
    check_steps(program, answer);
    // Static types leave nothing to chance, and the static bound is a bound.
    const bool formats = text.find(".format(") != std::string::npos; // whose clauses are read later
    base::ensure(
        formats || answer.fault != rule::Fault::no_overload, "checked rules have their overloads");
    if (again) {
        base::ensure(rule::to_text(*again) == text, "canonical text is stable");
        base::ensure(
            rule::to_json(answer.value).text ==
                rule::to_json(rule::evaluate(*again, row, today)).text,
            "canonical text means the same");
    }
    if (program.type_text() != "boolean") return;
    const auto outcome = rule::decide(program, row, today);
    base::ensure(rule::explain(program, row, today).outcome == outcome, "the explanation agrees");
    if (program.cost() > 5'000) return;
    const auto change = rule::smallest_change(program, row, today);
    base::ensure(!change || outcome == rule::Outcome::fails, "only a failing row is mended");
}

void check_plain(std::string_view text, std::uint8_t mask) {
    static const auto checked = plain_schema(true);
    static const auto unchecked = plain_schema(false);
    for (const auto* plain : {&checked, &unchecked}) {
        const auto program = rule::compile_any(text, *plain);
        if (!program) continue;
        const auto answer = rule::answer(*program, plain_row(*plain, mask), today);
        check_steps(*program, answer);
        base::ensure(!program->type_text().empty(), "every program has a type");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    check_plain(text, data[0]);
    const auto any = rule::compile_any(text, schema());
    if (any) check_program(*any, data[0]);
    for (const auto type : {rule::Type::boolean, rule::Type::integer, rule::Type::money}) {
        const auto program = rule::compile(text, schema(), type);
        base::ensure(any || !program, "what suits one type compiles");
        const auto findings = rule::check(text, schema(), type);
        base::ensure(findings.empty() == program.has_value(), "check and compile agree");
    }
    return 0;
}
