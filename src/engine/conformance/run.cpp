#include "engine/conformance/case.hpp"
#include "engine/rule/datum.hpp"

namespace conformance {
namespace {

struct Finding {
    Verdict verdict = Verdict::passed;
    std::optional<Reason> reason;
    std::string wanted;
    std::string got;
};

std::string shown(const rule::Datum& datum) {
    return std::string(base::json::enum_name(datum.kind)) + " " + rule::json_of(datum);
}

std::string wanted_of(const Case& one) {
    switch (one.matcher) {
    case Matcher::error: return "an error";
    case Matcher::unknown: return "unknown";
    case Matcher::value: return shown(one.value);
    case Matcher::typed:
        return (one.check_only ? "" : shown(one.value) + " ") + "of type " + one.type;
    }
    base::bug("matcher out of range");
}

rule::Row row_of(const Case& one, const rule::Schema& schema) {
    rule::Row row(schema);
    rule::Datum absent;
    absent.kind = rule::Kind::absent;
    for (std::size_t place = 0; place < schema.size(); ++place)
        row.put(place, rule::Other(absent));
    for (const auto& binding : one.bindings) {
        const auto place = schema.find(binding.name);
        if (!place) continue;
        row.put(*place, binding.datum ? rule::value_of(*binding.datum) : rule::Value());
    }
    return row;
}

// What came of it, in words, and whether that is what was wanted.
Finding judged(const Case& one, const rule::Program& program, const rule::Schema& schema) {
    Finding finding;
    const auto wrong = [&](std::string got) {
        finding.verdict = Verdict::failed;
        finding.wanted = wanted_of(one);
        finding.got = std::move(got);
        return finding;
    };
    if (one.matcher == Matcher::typed && program.type_text() != one.type)
        return wrong("type " + program.type_text());
    if (one.check_only) return finding;
    // Only the policies' own functions ask for the day.
    const auto answer = rule::answer(program, row_of(one, schema), base::Date::of(2026, 1, 1));
    if (answer.fault) {
        if (one.matcher == Matcher::error) return finding;
        return wrong("error " + std::string(base::json::enum_name(*answer.fault)));
    }
    if (!rule::known(answer.value))
        return one.matcher == Matcher::unknown ? finding : wrong("unknown");
    const auto datum = rule::datum_of(answer.value);
    const bool wants_value = one.matcher == Matcher::value || one.matcher == Matcher::typed;
    return wants_value && same(datum, one.value) ? finding : wrong(shown(datum));
}

Finding outside(Reason reason) { return {.verdict = Verdict::outside, .reason = reason}; }

Finding tried(const Message& test) {
    const auto expression = test.text("expr");
    auto one = case_in(test);
    if (!one) return outside(one.error());
    if (const auto reason = reason_of(expression)) return outside(*reason);
    const auto schema = rule::Schema::plain(one->plain);
    const auto program = rule::compile_any(expression, schema);
    if (program) return judged(*one, *program, schema);
    return {
        .verdict = Verdict::failed,
        .wanted = wanted_of(*one),
        .got = program.error().message.en + "\n" + program.error().detail};
}

void count(Counts& counts, Verdict verdict) {
    switch (verdict) {
    case Verdict::passed: counts.passed += 1; return;
    case Verdict::failed: counts.failed += 1; return;
    case Verdict::outside: counts.outside += 1; return;
    }
}

Section run_section(const Message& message, std::vector<Miss>& misses) {
    Section section{.name = message.text("name")};
    for (const auto& field : message.fields) {
        if (field.name != "test") continue;
        auto finding = tried(field.message);
        count(section.counts, finding.verdict);
        if (finding.verdict == Verdict::passed) continue;
        misses.push_back(
            {.section = section.name,
             .name = field.message.text("name"),
             .line = field.line,
             .verdict = finding.verdict,
             .reason = finding.reason,
             .expression = field.message.text("expr"),
             .wanted = std::move(finding.wanted),
             .got = std::move(finding.got)});
    }
    return section;
}

} // namespace

base::Text label(Reason reason) {
    switch (reason) {
    case Reason::messages: return {"消息（proto）", "messages"};
    case Reason::proto_types: return {"proto 类型与包装类型", "proto types and wrappers"};
    case Reason::containers: return {"名称空间的容器", "containers of namespaces"};
    case Reason::enums: return {"枚举", "enums"};
    case Reason::two_variable_macros: return {"双变量宏", "macros of two variables"};
    case Reason::network_types: return {"网络地址类型", "network types"};
    }
    base::bug("reason out of range");
}

Counts& Counts::operator+=(const Counts& more) {
    passed += more.passed;
    failed += more.failed;
    outside += more.outside;
    return *this;
}

base::Result<Report> run_text(std::string_view text) {
    const auto file = TRY(read_textproto(text));
    Report report{.name = file.text("name")};
    for (const auto& field : file.fields) {
        if (field.name != "section") continue;
        report.sections.push_back(run_section(field.message, report.misses));
        report.counts += report.sections.back().counts;
    }
    return report;
}

} // namespace conformance
