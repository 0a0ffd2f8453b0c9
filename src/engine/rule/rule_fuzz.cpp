// Any bytes as an expression: parser, checker, printer, evaluator, explainer. What compiles must
// print to something that compiles to the same, and its answers must agree with one another, within
// the declared cost.
#include "engine/rule/sample.hpp"

namespace {

const rule::Schema& schema() {
    static const rule::Schema made = rule::sample_schema();
    return made;
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

void check_program(const rule::Program& program, std::uint8_t mask) {
    const auto today = base::Date::of(2026, 11, 23);
    const auto row = row_of(mask);
    const auto text = rule::to_text(program);
    const auto again = rule::compile(text, schema(), program.type());
    // Parentheses that canonical text needs can pass the limits of depth and length; nothing else
    // may be refused.
    base::ensure(again || again.error().code == "rule.limit", "canonical text compiles");
    const auto value = rule::evaluate(program, row, today);
    if (again) {
        base::ensure(rule::to_text(*again) == text, "canonical text is stable");
        base::ensure(
            rule::to_json(value).text == rule::to_json(rule::evaluate(*again, row, today)).text,
            "canonical text means the same");
    }
    base::ensure(program.cost() <= rule::cost_limit, "the cost is bounded");
    if (program.type() != rule::Type::boolean) return;
    const auto outcome = rule::decide(program, row, today);
    base::ensure(rule::explain(program, row, today).outcome == outcome, "the explanation agrees");
    if (program.cost() > 5'000) return;
    const auto change = rule::smallest_change(program, row, today);
    base::ensure(!change || outcome == rule::Outcome::fails, "only a failing row is mended");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    for (const auto type :
         {rule::Type::boolean, rule::Type::integer, rule::Type::text, rule::Type::money}) {
        const auto program = rule::compile(text, schema(), type);
        if (program) check_program(*program, data[0]);
        const auto findings = rule::check(text, schema(), type);
        base::ensure(findings.empty() == program.has_value(), "check and compile agree");
    }
    return 0;
}
