#include "engine/screen/read.hpp"

#include "engine/reference/credit_code.hpp"
#include "engine/table/rows.hpp"

#include <algorithm>
#include <array>

namespace screen {
namespace {

struct Heading {
    const char* field;
    std::initializer_list<std::string_view> names;
};

enum Field {
    name_field,
    code_field,
    list_field,
    source_field,
    basis_field,
    from_field,
    until_field,
    appeal_field
};

const std::array<Heading, 8> headings{{
    {"name", {"name", "名称", "企业名称", "主体名称", "当事人名称", "公司名称", "单位名称"}},
    {"code", {"code", "credit_code", "uscc", "统一社会信用代码", "信用代码"}},
    {"list", {"list", "kind", "名单", "名单类型", "名单种类"}},
    {"source", {"source", "来源", "认定机关", "列入机关", "发布机关"}},
    {"basis", {"basis", "依据", "列入依据", "认定依据"}},
    {"from", {"from", "begin", "列入日期", "认定日期", "起始日"}},
    {"until", {"until", "end", "移出日期", "截止日期", "到期日", "有效期至"}},
    {"appeal", {"appeal", "异议", "异议状态"}},
}};

using Columns = std::array<std::optional<std::size_t>, headings.size()>;

base::Error no_column(const table::RowSource& source, const std::string& wanted) {
    std::string there;
    for (const auto& name : source.header())
        there += (there.empty() ? "" : ", ") + name;
    return base::invalid(
        "screen.no_column",
        {"没有“" + wanted + "”列。文件的列：" + there,
         "There is no column “" + wanted + "”. The file's columns: " + there},
        {"首行写列名，如 企业名称,统一社会信用代码；别的列名用 --column name=列名",
         "Let the first line name the columns, such as name,code; for other headings "
         "--column name=HEADING"});
}

base::Result<Columns> columns_of(const table::RowSource& source, const Mapping& mapping) {
    Columns columns;
    for (const auto& [field, heading] : mapping) {
        const auto known = std::ranges::find(headings, field, &Heading::field);
        if (known == headings.end()) return no_column(source, field);
        const auto place = table::column(source, {heading});
        if (!place) return no_column(source, heading);
        columns[static_cast<std::size_t>(known - headings.begin())] = place;
    }
    for (std::size_t i = 0; i < headings.size(); ++i)
        if (!columns[i]) columns[i] = table::column(source, headings[i].names);
    if (!columns[name_field] && !columns[code_field]) return no_column(source, "name");
    return columns;
}

std::string shown(std::string_view cell) {
    std::string text(cell.substr(0, 120));
    while (!text.empty() && !table::is_utf8(text))
        text.pop_back();
    return "“" + text + "”";
}

base::Error odd(std::string code, std::string_view cell, base::Text is_not, base::Text cure) {
    return base::invalid(
        std::move(code), {shown(cell) + is_not.zh, shown(cell) + is_not.en}, std::move(cure));
}

base::Result<base::Date> day_of(std::string_view cell, base::Date open) {
    if (cell.empty()) return open;
    if (const auto day = base::Date::parse(cell)) return *day;
    return odd(
        "screen.date",
        cell,
        {"不是日期", " is no day"},
        {"写成 2023-01-31；没有期限就留空", "write 2023-01-31; leave it empty when there is none"});
}

base::Result<List> list_of(std::string_view cell, List otherwise) {
    if (cell.empty()) return otherwise;
    if (const auto list = base::json::enum_from<List>(cell)) return *list;
    constexpr std::array<std::pair<std::string_view, List>, 4> names{
        {{"黑", List::black}, {"红", List::red}, {"白", List::white}, {"关注", List::watch}}};
    for (const auto& [word, list] : names)
        if (cell.starts_with(word)) return list;
    return odd(
        "screen.list",
        cell,
        {"不是名单种类", " is no kind of list"},
        {"写黑名单、红名单、白名单或关注名单", "write black, red, white or watch"});
}

base::Result<Appeal> appeal_of(std::string_view cell) {
    if (cell.empty() || cell == "无") return Appeal::none;
    if (const auto appeal = base::json::enum_from<Appeal>(cell)) return *appeal;
    constexpr std::array<std::pair<std::string_view, Appeal>, 3> names{
        {{"处理中", Appeal::pending}, {"不成立", Appeal::dismissed}, {"成立", Appeal::upheld}}};
    for (const auto& [word, appeal] : names)
        if (cell == word) return appeal;
    return odd(
        "screen.appeal",
        cell,
        {"不是异议状态", " is no state of an appeal"},
        {"留空，或写处理中、成立、不成立",
         "leave it empty, or write pending, upheld or dismissed"});
}

class Reader {
public:
    Reader(table::RowSource& source, Columns columns)
        : source_(source)
        , columns_(columns) {}

    // Each row to `take`, which gives an error for one it does not take.
    template <class Take>
    base::Result<> run(const Take& take) {
        table::Row row;
        while (TRY(source_.next(row))) {
            if (row.fault) {
                note({row.line, false, row.fault->code, row.fault->message, row.fault->cure});
                continue;
            }
            const base::Result<> taken = take(row);
            if (!taken) note(row.line, false, taken.error());
        }
        return {};
    }

    [[nodiscard]] std::string_view cell(const table::Row& row, Field field) const {
        if (!columns_[field]) return {};
        return table::trimmed(row.cells[*columns_[field]]);
    }

    void note(Noted noted) {
        ++(noted.taken ? notes.remarks : notes.refused);
        if (notes.first.size() < 100) notes.first.push_back(std::move(noted));
    }

    void note(std::int64_t line, bool taken, const base::Error& error) {
        note({line, taken, error.code, error.message, error.cure});
    }

    // Name and code; a code that is none is left out where there is a name to go by.
    base::Result<Question> subject(const table::Row& row) {
        Question made{std::string(cell(row, name_field)), {}};
        const auto given = cell(row, code_field);
        if (made.name.empty() && given.empty())
            return base::invalid(
                "screen.no_name",
                {"既无名称也无代码", "It has neither a name nor a code"},
                {"至少填一项", "fill in one of them"});
        constexpr std::size_t bytes_most = 4 * letters_most;
        if (made.name.size() > bytes_most)
            return odd(
                "screen.long_name",
                made.name,
                {"太长，不像企业名称", " is too long for a company's name"},
                {"名称不超过 64 个字", "a name has at most 64 letters"});
        if (given.empty()) return made;
        const auto code = reference::CreditCode::parse(given);
        if (code) {
            made.code = code->text();
            if (code->outcome() != reference::CodeOutcome::valid)
                note(
                    row.line,
                    true,
                    odd("screen.code",
                        given,
                        {"校验位不符，仍按原样比对",
                         " fails its check; it is compared as it stands"},
                        {"对照证照核对代码", "hold the code against the licence"}));
            return made;
        }
        auto none =
            odd("screen.code",
                given,
                {"不是统一社会信用代码", " is no unified social credit code"},
                {"对照证照改正代码；有名称的行只按名称比对",
                 "correct it by the licence; a row with a name goes by its name alone"});
        if (made.name.empty()) return none;
        note(row.line, true, none);
        return made;
    }

    Notes notes;

private:
    table::RowSource& source_;
    Columns columns_;
};

} // namespace

base::Result<EntriesRead> read_entries(
    table::RowSource& source, const Mapping& mapping, List list) {
    Reader reader(source, TRY(columns_of(source, mapping)));
    EntriesRead made;
    const auto take = [&](const table::Row& row) -> base::Result<> {
        Entry entry;
        auto subject = TRY(reader.subject(row));
        entry.name = std::move(subject.name);
        entry.code = std::move(subject.code);
        entry.list = TRY(list_of(reader.cell(row, list_field), list));
        entry.source = reader.cell(row, source_field);
        entry.basis = reader.cell(row, basis_field);
        entry.from = TRY(day_of(reader.cell(row, from_field), entry.from));
        entry.until = TRY(day_of(reader.cell(row, until_field), entry.until));
        entry.appeal = TRY(appeal_of(reader.cell(row, appeal_field)));
        entry.line = row.line;
        if (entry.until < entry.from)
            return odd(
                "screen.days",
                reader.cell(row, until_field),
                {"早于列入日期", " is before the first day"},
                {"看两个日期是否写反", "see whether the two days are the wrong way round"});
        made.entries.push_back(std::move(entry));
        return {};
    };
    TRY(reader.run(take));
    made.notes = std::move(reader.notes);
    return made;
}

base::Result<QuestionsRead> read_questions(table::RowSource& source, const Mapping& mapping) {
    Reader reader(source, TRY(columns_of(source, mapping)));
    QuestionsRead made;
    const auto take = [&](const table::Row& row) -> base::Result<> {
        made.rows.push_back({TRY(reader.subject(row)), row.line});
        return {};
    };
    TRY(reader.run(take));
    made.notes = std::move(reader.notes);
    return made;
}

} // namespace screen
