// CEL without a catalogue: what expressions give, of which type, and what fails. The public cases
// are the conformance module's; these are of what the given ones leave out.
#include "engine/rule/datum.hpp"
#include "engine/rule/sample.hpp"

#include <gtest/gtest.h>

namespace rule {
namespace {

const base::Date today = base::Date::of(2026, 11, 23);

Schema plain_schema(bool check) {
    return Schema::plain(
        {.variables = {{"m", "map(string, dyn)"}, {"a.b", "int"}, {"y", "int"}, {"u", "bool"}},
         .functions =
             {{"tuple", false, "(T, U)", "tuple(T, U)"}, {"f", false, "(string, int)", "string"}},
         .check = check});
}

Answer answered(const std::string& text, bool check = true) {
    const auto schema = plain_schema(check);
    const auto program = compile_any(text, schema);
    if (!program) {
        ADD_FAILURE() << text << "\n"
                      << program.error().message.en << "\n"
                      << program.error().detail;
        return {};
    }
    Datum map;
    map.kind = Kind::map;
    map.items.resize(2);
    map.items[0].kind = map.items[1].kind = Kind::text;
    map.items[0].text = "k";
    map.items[1].text = "v";
    Row row(schema);
    row.put(0, Other(map));
    row.put(1, std::int64_t{7});
    row.put(2, std::int64_t{42});
    auto answer = rule::answer(*program, row, today); // u is unknown
    EXPECT_LE(answer.steps, program->cost()) << text;
    return answer;
}

struct Sample {
    std::string text;
    std::string want; // JSON
};

void expect_all(const std::vector<Sample>& table) {
    for (const auto& [text, want] : table) {
        const auto answer = answered(text);
        EXPECT_EQ(to_json(answer.value).text, want)
            << text << (answer.fault ? base::json::enum_name(*answer.fault) : "");
    }
}

TEST(Cel, values_of_all_kinds_are_written_and_compared) {
    expect_all({
        {"[1, 'a', 2.5, null, 3u, b'\\xff', true]", R"([1,"a",2.5,null,3,"/w==",true])"},
        {"{'a': {1: [2]}}", R"({"a":{"1":[2]}})"},
        {"dyn(1) == 1u && 1.0 == dyn(1) && dyn('1') != 1", "true"},
        {"[1, 2] == [1u, 2.0]", "true"},
        {"{1: 'a', 2u: 'b'} == {2.0 == 2.0 ? 2 : 3: 'b', 1: 'a'}", "true"},
        {"dyn([1]) == {1: 1}", "false"},
        {"0.0 / 0.0 == 0.0 / 0.0", "false"},
        {"15.75 / 0.0", R"("Infinity")"},
        {"1 < 2 == true", "true"},
        {"true < true || false < true", "true"},
        {"b'a' < b'b'", "true"},
        {"1u < 2.5 && -1 < 0u && 18446744073709551615u > 9223372036854775807", "true"},
        {"a.b + y", "49"},
        {"[{'z': 0}].exists(a, a.z == 0) && [1].exists(y, .y == 42)", "true"},
        {"m.k + m['k']", R"("vv")"},
        {"has(m.k) && !has(m.z)", "true"},
        {"u || true", "true"},
        {"u && true", "null"},
        {"u ? 1 : 1", "null"},
        {"1 / 0 > 1 || u", "null"},
        {"type(1) == int && type([]) == list && type(type(1)) == type", "true"},
        {"type(null) == null_type && type(1u) != type(1)", "true"},
        {"type(timestamp(0)) == google.protobuf.Timestamp", "true"},
    });
}

TEST(Cel, texts_are_taken_apart_and_put_together) {
    expect_all({
        {"'tacocat'.charAt(3) + '|' + 'tacocat'.charAt(7)", R"("o|")"},
        {"'©αT'.charAt(1)", R"("α")"},
        {"'tacocat'.indexOf('ac')", "1"},
        {"'tacocat'.indexOf('a', 3)", "5"},
        {"'tacocat'.lastIndexOf('at', 4)", "-1"},
        {"'tacocat'.lastIndexOf('ac', 3)", "1"},
        {"'ta©o©αT'.lastIndexOf('©')", "4"},
        {"'hello'.indexOf('') + 'hello'.lastIndexOf('')", "5"},
        {"'TacoCÆt'.lowerAscii() + 'tacoCÆt'.upperAscii()", R"("tacocÆtTACOCÆT")"},
        {"'12 days 12 hours'.replace('{0}', '2') + '1 1'.replace('1', '2', 1)",
         R"("12 days 12 hours2 1")"},
        {"'ab'.replace('', '-') + '|' + 'ab'.replace('a', '', 0)", R"("-a-b-|ab")"},
        {"'hello hello'.split(' ')", R"(["hello","hello"])"},
        {"'a,b,c'.split(',', 2)", R"(["a","b,c"])"},
        {"'a,b'.split(',', 0)", "[]"},
        {"'ab©'.split('')", R"(["a","b","©"])"},
        {"'tacocat'.substring(4) + 'ta©o'.substring(2, 3)", R"("cat©")"},
        {"' \\u2003\\t text \\n\\u3000'.trim()", R"("text")"},
        {"['x', 'y'].join('-') + ['x', 'y'].join() + [].join('/')", R"("x-yxy")"},
        {"strings.quote('a\"b\\\\c\\n\\u00e9')", R"("\"a\\\"b\\\\c\\né\"")"},
        {"'ta©'.reverse()", R"("©at")"},
        {"'%s %d %.2f %e %b %x %X %o %%'.format(['s', -3, 2.5, 1052.032911275, 5, 255, 'Hi', 8])",
         R"("s -3 2.50 1.052033e+03 101 ff 4869 10 %")"},
        {"'%s'.format([[1, 'x', null, {'b': 2.5, 'a': [true]}]])",
         R"("[1, x, null, {a: [true], b: 2.5}]")"},
        {"'%s %s'.format([timestamp('2023-02-03T23:31:20Z'), duration('1h45m47s')])",
         R"("2023-02-03T23:31:20Z 6347s")"},
        {"'%s %s %b'.format([type('a'), b'xyz', true])", R"("string xyz 1")"},
        {"'%f %d %s'.format([1.0 / 0.0, 0.0 / 0.0, -1.0 / 0.0])", R"("Infinity NaN -Infinity")"},
        {"matches('abcd', '^b') || 'abcd'.matches('c$|d$')", "true"},
        {"base64.encode(b'hello') + string(base64.decode('aGVsbG8'))", R"("aGVsbG8=hello")"},
    });
}

TEST(Cel, numbers_are_rounded_compared_and_shifted) {
    expect_all({
        {"math.greatest(1, 2.5, 3u) == 3u && math.least(-1, 0u) == -1", "true"},
        {"math.greatest([1, 7, 3]) + math.least(5)", "12"},
        {"[math.round(-1.5), math.round(1.4), math.ceil(1.2), math.floor(-1.2), math.trunc(-1.9)]",
         "[-2,1,2,-2,-1]"},
        {"[math.abs(-3), math.sign(-3), math.sign(0)]", "[3,-1,0]"},
        {"math.isNaN(0.0 / 0.0) && math.isInf(-1.0 / 0.0) && !math.isFinite(1.0 / 0.0)", "true"},
        {"[math.bitAnd(3, 5), math.bitOr(1, 2), math.bitXor(3, 5), math.bitNot(1)]", "[1,3,6,-2]"},
        {"[math.bitShiftLeft(1, 2), math.bitShiftLeft(1, 200), math.bitShiftRight(-1024, 3)]",
         "[4,0,2305843009213693824]"},
        {"math.bitNot(0u)", "18446744073709551615"},
        {"math.sqrt(81) + math.sqrt(4u) + math.sqrt(0.25)", "11.5"},
        {"int('-5') + int(2.9) + int(uint('7'))", "4"},
        {"double('1e3') + double(5u)", "1005"},
        {"string(1.5) + string(true) + string(-0.0045) + string(7u)", R"("1.5true-0.00457")"},
        {"bool('t') && !bool('FALSE')", "true"},
        {"--5 + -(-3)", "8"},
        {"-9223372036854775808 + 0x10", "-9223372036854775792"},
    });
}

TEST(Cel, moments_are_read_by_calendar_and_zone) {
    const std::string at = "timestamp('2009-02-13T23:31:30.123456789Z')";
    expect_all({
        {at, R"("2009-02-13T23:31:30.123456789Z")"},
        {at + ".getFullYear() + " + at + ".getMonth() + " + at + ".getDate()", "2023"},
        {"[" + at + ".getDayOfMonth(), " + at + ".getDayOfWeek(), " + at + ".getDayOfYear()]",
         "[12,5,43]"},
        {"[" + at + ".getHours(), " + at + ".getMinutes(), " + at + ".getSeconds(), " + at +
             ".getMilliseconds()]",
         "[23,31,30,123]"},
        {"[" + at + ".getDate('Australia/Sydney'), " + at + ".getHours('02:00'), " + at +
             ".getMinutes('Asia/Kathmandu'), " + at + ".getHours('-09:30')]",
         "[14,1,16,14]"},
        {"[timestamp('2024-07-01T00:00:00Z').getHours('Europe/Paris'), "
         "timestamp('2090-01-01T00:00:00Z').getHours('America/New_York'), "
         "timestamp('2090-07-01T00:00:00Z').getHours('Australia/Sydney')]",
         "[2,19,10]"},
        {"timestamp('2024-02-29T08:00:00+08:00') == timestamp(1709164800)", "true"},
        {"timestamp('2009-02-13T23:00:00Z') + duration('240s') - timestamp('2009-02-13T23:00:00Z')",
         R"("4m")"},
        {"timestamp(5) - duration('1.5s') < timestamp(4)", "true"},
        {"string(duration('1m1ms')) + string(duration('-1.5h')) + string(duration('0'))",
         R"("60.001s-5400s0s")"},
        {"[duration('3730.5s').getHours(), duration('3730s').getMinutes(), "
         "duration('3730s').getSeconds(), duration('123.321456789s').getMilliseconds()]",
         "[1,62,3730,321]"},
        {"int(timestamp('2004-09-16T23:59:59Z'))", "1095379199"},
    });
}

TEST(Cel, optionals_and_macros_compose) {
    expect_all({
        {"optional.none().or(optional.none()).orValue(42)", "42"},
        {"optional.of(1).orValue(1 / 0)", "1"},
        {"m.?k.orValue('x') + m.?z.orValue('y') + m[?'z'].or(optional.of('w')).value()",
         R"("vyw")"},
        {"[1, 2][?5].hasValue() || [1, 2][?0].value() != 1", "false"},
        {"{?'a': optional.none(), ?'b': optional.of(1)}", R"({"b":1})"},
        {"[?optional.none(), ?optional.of(2), 3]", "[2,3]"},
        {"optional.of({'c': {'d-e': 'bye'}}).c['d-e'].orValue('hi')", R"("bye")"},
        {"{}.?key.optFlatMap(k, k.?subkey).hasValue()", "false"},
        {"optional.of(3).optMap(y, y + 1).value()", "4"},
        {"has({'a': optional.none()}.a) && !has(optional.none().a)", "true"},
        {"optional.ofNonZeroValue('').hasValue() || optional.ofNonZeroValue(null).hasValue()",
         "false"},
        {"optional.none() == optional.none() && optional.of(1) != optional.none()", "true"},
        {"type(optional.none()) == optional_type", "true"},
        {"[1, 2].first().value() + [1, 2].last().value()", "3"},
        {"optional.unwrap([optional.of(1), optional.none()])", "[1]"},
        {"[1, 2, 3].map(x, x > 1, x * x)", "[4,9]"},
        {"{'a': 1, 'b': 2}.map(k, k).join() + {'a': 1}.filter(k, k != 'b')[0]", R"("aba")"},
        {"[1, 2].exists_one(x, x == 2) && [[1], [2, 3]].map(l, l.size()) == [1, 2]", "true"},
        {"cel.bind(a, [1, 2], cel.bind(b, a + a, b.size() + a[0]))", "5"},
        {"cel.block([1, cel.index(0) + 1], [3].map(cel.iterVar(0, 0), cel.iterVar(0, 0) + "
         "cel.index(1)))",
         "[5]"},
    });
}

TEST(Cel, faults_are_told_apart) {
    const Sample table[] = {
        {"1 / 0", "division_by_zero"},
        {"9223372036854775807 + 1", "overflow"},
        {"0u - 1u", "overflow"},
        {"uint(-1)", "overflow"},
        {"int(1e99)", "overflow"},
        {"math.abs(-9223372036854775808)", "overflow"},
        {"math.bitShiftLeft(1, -1)", "out_of_range"},
        {"{'a': 1}['b']", "no_such_key"},
        {"[1][1]", "no_such_key"},
        {"[1][dyn(0.1)]", "no_such_key"},
        {"{'a': 1, 'a': 2}", "bad_key"},
        {"{dyn(1.5): 1}", "bad_key"},
        {"int('x')", "bad_conversion"},
        {"string(b'\\xff')", "bad_conversion"},
        {"bool('TrUe')", "bad_conversion"},
        {"timestamp('0000-01-01T00:00:00Z')", "bad_conversion"},
        {"timestamp('2023-02-30T00:00:00Z')", "bad_conversion"},
        {"duration('320000000000s')", "bad_conversion"},
        {"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "out_of_range"},
        {"timestamp('0001-01-01T00:00:00Z') - timestamp('9999-12-31T23:59:59Z')", "overflow"},
        {"timestamp(0).getHours('Nowhere/Land')", "bad_conversion"},
        {"'abc'.charAt(9)", "out_of_range"},
        {"'abc'.substring(2, 1)", "out_of_range"},
        {"'%d'.format(['x'])", "no_overload"},
        {"'%s %s'.format([1])", "no_such_key"},
        {"'%z'.format([1])", "bad_conversion"},
        {"'a'.matches('(')", "bad_conversion"},
        {"optional.none().value()", "no_value"},
        {"dyn('a') + 1", "no_overload"},
        {"dyn(1).k", "no_overload"},
        {"[1, 'a'].all(e, e % 2 == 1)", "no_overload"},
        {"[3, 2, 1, 0].filter(n, 12 / n > 4)", "division_by_zero"},
    };
    for (const auto& [text, want] : table) {
        const auto answer = answered(text);
        ASSERT_TRUE(answer.fault) << text << " gave " << to_json(answer.value).text;
        EXPECT_EQ(base::json::enum_name(*answer.fault), want) << text;
    }
    const auto unchecked = [](const std::string& text) { return answered(text, false); };
    EXPECT_EQ(unchecked("nobody").fault, Fault::no_such_name);
    EXPECT_EQ(unchecked("g(1)").fault, Fault::no_such_name);
    EXPECT_EQ(unchecked("1 + 1.0").fault, Fault::no_overload);
    EXPECT_EQ(unchecked("'a' ? 1 : 2").fault, Fault::no_overload);
    EXPECT_EQ(unchecked("42.charAt(2)").fault, Fault::no_overload);
    EXPECT_EQ(unchecked("!0").fault, Fault::no_overload);
    for (const auto* text :
         {"[1].exists(1)",
          "[1].all(e, e == 1, 1)",
          "date(1)",
          "date('x')",
          "has(x.y, 1)",
          "today(1)",
          "min(1)",
          "cel.block(1, 2)",
          "optional.of(1).optMap(1, 2)"})
        EXPECT_EQ(unchecked(text).fault, Fault::no_overload) << text;
    EXPECT_EQ(unchecked("nobody || true").value, Value(true));
    EXPECT_EQ(unchecked("'horses' && false").value, Value(false));
}

TEST(Cel, types_are_found_out) {
    const Sample table[] = {
        {"[]", "list(dyn)"},
        {"{}", "map(dyn, dyn)"},
        {"[1, 'a']", "list(dyn)"},
        {"{'a': 1, 'b': 2u}", "map(string, dyn)"},
        {"[[], [[]], [[[]]], [[[[]]]]]", "list(list(list(list(list(dyn)))))"},
        {"[[[[[]]]], [], [[[]]]]", "list(list(list(list(list(dyn)))))"},
        {"[optional.none(), optional.of(1)]", "list(optional_type(int))"},
        {"[optional.of(1), optional.of(dyn(1))]", "list(optional_type(dyn))"},
        {"true ? optional.of(dyn(1)) : optional.of(1)", "optional_type(dyn)"},
        {"[duration('1s'), null][0]", "google.protobuf.Duration"},
        {"[tuple(1, 2u), tuple(dyn(1), dyn(2u))][0]", "tuple(dyn, dyn)"},
        {"f('a', 1)", "string"},
        {"m.k", "dyn"},
        {"type(1)", "type(int)"},
        {"[1].map(x, string(x))", "list(string)"},
        {"{1: true}.filter(k, k > 1)", "list(int)"},
        {"m.?k", "optional_type(dyn)"},
        {"1 < 2 ? b'a' : b'b'", "bytes"},
        {"timestamp(0) - timestamp(0)", "google.protobuf.Duration"},
        {"null", "null_type"},
    };
    const auto schema = plain_schema(true);
    for (const auto& [text, want] : table) {
        const auto program = compile_any(text, schema);
        ASSERT_TRUE(program) << text << program.error().message.en;
        EXPECT_EQ(program->type_text(), want) << text;
    }
    for (const std::string text :
         {"1 + 1.0",
          "1 == 'a'",
          "nobody",
          "f(1, 1)",
          "g(1)",
          "y.k",
          "1 && true",
          "[1].map(1, 2)",
          "Message{a: 1}",
          "'a'.charAt('b')",
          "has(y)"}) {
        EXPECT_FALSE(compile_any(text, schema)) << text;
    }
}

TEST(Cel, rules_of_policies_have_the_rest_of_cel_and_stay_strict) {
    const auto schema = sample_schema();
    auto row = Row::of(
        schema,
        {{"tax_grade", std::string("B")},
         {"debt_ratio", base::Rate::percent(60)},
         {"staff", std::int64_t{45}},
         {"town", std::string("姚庄镇")},
         {"honours", std::vector<std::string>{"zjtx", "green"}},
         {"overdue_days", std::vector<std::int64_t>{0, 12, 3}}});
    ASSERT_TRUE(row);
    const Sample table[] = {
        {"{\"A级\": 3%, \"B\": 5%}[纳税信用] == 5%", "true"},
        {"{\"A\": 1}[纳税信用] == 1", "null"},
        {"纳税信用 in {\"B级\": 1}", "true"},
        {"overdue_days.filter(d, d > 0).size() == 2", "true"},
        {"overdue_days.map(d, d * 2)[1] == 24", "true"},
        {"overdue_days.exists_one(d, d == 12)", "true"},
        {"资质[0] == \"专精特新\"", "true"},
        {"town.matches(\"^姚.*镇$\")", "true"},
        {"town.substring(0, 2) + \"%d人\".format([staff]) == \"姚庄45人\"", "true"},
        {"cel.bind(cap, debt_ratio + 10%, cap >= 70% && cap < 71%)", "true"},
        {"optional.of(staff).optMap(n, n * 2).orValue(0) == 90", "true"},
        {"int(\"45\") == staff && string(staff) == \"45\"", "true"},
        {"timestamp(\"2024-01-01T00:00:00Z\").getHours(\"Asia/Shanghai\") == 8", "true"},
        {"[[1, 2], [3]].exists(l, l.size() == 1)", "true"},
        {"town == \"\" || {\"k\": [1]}.k[0] == 1", "true"},
    };
    for (const auto& [text, want] : table) {
        const auto program = compile(text, schema);
        ASSERT_TRUE(program) << text << "\n" << program.error().message.en;
        EXPECT_EQ(to_json(evaluate(*program, *row, today)).text, want) << text;
        const auto again = compile(to_text(*program), schema);
        ASSERT_TRUE(again) << to_text(*program);
        EXPECT_EQ(to_text(*again), to_text(*program));
        EXPECT_EQ(explain(*program, *row, today).outcome, decide(*program, *row, today)) << text;
    }
    for (const std::string text :
         {"dyn(annual_sales) > 500",
          "{\"A\": 3%, \"B\": 5}[tax_grade] == 3%",
          "{\"E\": 3%}[tax_grade] == 3%",
          "[annual_sales, 5] == []",
          "annual_sales in {1: 2}",
          "{1元: 2}[1元] == 2",
          "math.greatest([annual_sales]) > 5",
          "town.matches(\"(\")",
          "string(annual_sales) == \"5\"",
          "town.size > 1",
          "null == null",
          "overdue_days.map(d, annual_sales)[0] > 5"}) {
        EXPECT_FALSE(compile(text, schema)) << text;
    }
}

TEST(Cel, no_expression_takes_more_than_it_declared) {
    const auto schema = plain_schema(true);
    // Sharing makes a list whose equality, written out, would take 2^40 steps.
    std::string text = "[1, 1]";
    for (int i = 0; i < 40; ++i)
        text = "cel.bind(x" + std::to_string(i) + ", " + text + ", [x" + std::to_string(i) + ", x" +
               std::to_string(i) + "])";
    for (const auto& whole : {text, "cel.bind(z, " + text + ", z == z)"}) {
        const auto program = compile_any(whole, schema);
        if (!program) {
            EXPECT_EQ(program.error().code, "rule.limit");
            continue;
        }
        const auto answer = rule::answer(*program, Row(schema), today);
        EXPECT_EQ(answer.fault, Fault::too_many_steps);
    }
    const auto nested = compile_any("m.all(a, m.all(b, m.all(c, a + b + c != '')))", schema);
    ASSERT_FALSE(nested);
    EXPECT_EQ(nested.error().code, "rule.limit");
}

} // namespace
} // namespace rule
