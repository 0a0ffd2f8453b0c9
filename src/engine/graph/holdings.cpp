#include "engine/graph/holdings.hpp"

#include <array>

namespace graph {
namespace {

const std::array<Heading, 5> holding_headings{{
    {"firm", {"firm", "enterprise", "company", "企业", "企业名称", "公司"}, true},
    {"kind", {"kind", "type", "种类", "类型", "标识种类"}, true},
    {"value", {"value", "identifier", "标识", "值", "内容"}, true},
    {"begin", {"begin", "first", "start", "起始日", "开始日期"}, false},
    {"end", {"end", "last", "until", "到期日", "结束日期"}, false},
}};

const base::Text holding_line{
    "首行写 firm,kind,value,begin,end：企业、标识种类、标识、起始日、到期日",
    "Let the first line be firm,kind,value,begin,end: firm, kind of identifier, identifier, first "
    "and last day"};

struct KindWords {
    Kind kind;
    std::initializer_list<std::string_view> words;
};

const std::array<KindWords, 4> kind_words{{
    {Kind::same_person, {"person", "same_person", "法定代表人", "法人", "实际控制人", "人员"}},
    {Kind::same_phone, {"phone", "same_phone", "电话", "联系电话", "手机"}},
    {Kind::same_address, {"address", "same_address", "地址", "注册地址", "经营地址"}},
    {Kind::same_account, {"account", "same_account", "账户", "账号", "银行账户"}},
}};

base::Result<Kind> identifier_kind(std::string_view cell) {
    for (const auto& [kind, words] : kind_words)
        for (const auto word : words)
            if (word == cell) return kind;
    return odd_row(
        "graph.kind",
        cell,
        {"不是标识种类", " is no kind of identifier"},
        {"可写 person（法定代表人）、phone（电话）、address（地址）、account（账户）",
         "write person, phone, address or account"});
}

std::string plain(Kind kind, std::string_view value) {
    std::string text(value);
    if (kind == Kind::same_phone || kind == Kind::same_account)
        std::erase_if(text, [](char each) { return each == ' ' || each == '-'; });
    return text;
}

class HoldingReader {
public:
    explicit HoldingReader(Columns columns)
        : columns_(std::move(columns)) {}

    base::Result<> take(const table::Row& row) {
        const auto firm = cell_of(row, columns_[0]);
        if (firm.empty())
            return base::invalid(
                "graph.no_firm", {"缺企业", "It has no firm"}, {"填上企业", "fill it in"});
        const auto kind = TRY(identifier_kind(cell_of(row, columns_[1])));
        const auto value = plain(kind, cell_of(row, columns_[2]));
        if (value.empty())
            return base::invalid(
                "graph.no_value",
                {"缺标识", "It has no identifier"},
                {"填上标识，或删去这一行", "fill it in, or take the row out"});
        Holding holding;
        holding.days = TRY(days_of_cells({cell_of(row, columns_[3]), cell_of(row, columns_[4])}));
        const auto [at, added] =
            made.numbers.try_emplace(std::string(firm), static_cast<Node>(made.firms.size()));
        if (added) made.firms.emplace_back(firm);
        holding.firm = at->second;
        holding.mark = mark_of(kind, value);
        made.list.push_back(holding);
        made.lines.push_back(row.line);
        return {};
    }

    Holdings made;

private:
    Mark mark_of(Kind kind, const std::string& value) {
        const auto key = std::to_string(static_cast<int>(kind)) + ' ' + value;
        const auto [at, added] = marks_.try_emplace(key, static_cast<Mark>(made.kinds.size()));
        if (!added) return at->second;
        made.kinds.push_back(kind);
        made.values.push_back(value);
        return at->second;
    }

    Columns columns_;
    std::unordered_map<std::string, Mark> marks_;
};

} // namespace

base::Result<Holdings> read_holdings(table::RowSource& source) {
    HoldingReader reader(TRY(columns_of(source, holding_headings, holding_line)));
    TRY(read_rows(
        source, reader.made.refused, reader.made.first_refused, [&](const table::Row& row) {
            return reader.take(row);
        }));
    return std::move(reader.made);
}

} // namespace graph
