#include "engine/graph/read.hpp"

#include "base/json.hpp"

#include <array>

namespace graph {
namespace {

struct Heading {
    const char* name;
    std::initializer_list<std::string_view> names;
    bool needed;
};

const std::array<Heading, 6> headings{{
    {"from", {"from", "guarantor", "担保人", "担保方", "担保企业", "保证人"}, true},
    {"to", {"to", "borrower", "debtor", "被担保人", "被担保方", "被担保企业", "借款人"}, true},
    {"amount", {"amount", "担保金额", "金额"}, true},
    {"begin", {"begin", "first", "start", "起始日", "开始日期", "担保起始日"}, true},
    {"end", {"end", "last", "until", "到期日", "结束日期", "担保到期日"}, true},
    {"kind", {"kind", "type", "种类", "类型"}, false},
}};

using Columns = std::array<std::optional<std::size_t>, headings.size()>;

base::Result<Columns> columns_of(const table::RowSource& source) {
    Columns columns;
    for (std::size_t i = 0; i < headings.size(); ++i) {
        columns[i] = table::column(source, headings[i].names);
        if (columns[i] || !headings[i].needed) continue;
        std::string there;
        for (const auto& name : source.header())
            there += (there.empty() ? "" : ", ") + name;
        const std::string name = headings[i].name;
        return base::invalid(
            "graph.no_column",
            {"没有“" + name + "”列。文件的列：" + there,
             "There is no column “" + name + "”. The file's columns: " + there},
            {"首行写 from,to,amount,begin,end：担保人、被担保人、金额（元）、起始日、到期日",
             "Let the first line be from,to,amount,begin,end: guarantor, guaranteed firm, yuan, "
             "first and last day"});
    }
    return columns;
}

base::Error odd_row(std::string code, std::string_view cell, base::Text is_not, base::Text cure) {
    const auto shown = "“" + std::string(cell.substr(0, 80)) + "”";
    return base::invalid(std::move(code), {shown + is_not.zh, shown + is_not.en}, std::move(cure));
}

base::Result<base::Date> day_of(std::string_view cell, base::Date open) {
    if (cell.empty()) return open;
    const auto day = base::Date::parse(cell);
    if (day) return *day;
    return odd_row(
        "graph.date",
        cell,
        {"不是日期", " is no day"},
        {"写成 2023-01-31；没有期限就留空", "write 2023-01-31; leave it empty when there is none"});
}

base::Result<base::Money> amount_of(std::string_view cell) {
    const auto amount = base::Money::parse(cell);
    if (amount && amount->fen >= 0) return *amount;
    return odd_row(
        "graph.amount",
        cell,
        {"不是担保金额", " is no amount guaranteed"},
        {"写成元，如 1200000 或 120万元", "write yuan, such as 1200000 or 120万元"});
}

base::Result<Kind> kind_of(std::string_view cell) {
    if (cell.empty() || cell == "担保") return Kind::guarantee;
    if (const auto kind = base::json::enum_from<Kind>(cell)) return *kind;
    return odd_row(
        "graph.kind",
        cell,
        {"不是关系种类", " is no kind of tie"},
        {"可写 guarantee、shareholding、same_person、same_phone、same_address、same_account、"
         "payment、invoice，留空为担保",
         "guarantee, shareholding, same_person, same_phone, same_address, same_account, payment or "
         "invoice; empty means guarantee"});
}

class Reader {
public:
    Reader(table::RowSource& source, Columns columns)
        : source_(source)
        , columns_(columns) {}

    base::Result<Register> run() {
        table::Row row;
        while (TRY(source_.next(row))) {
            if (row.fault) {
                refuse({row.line, row.fault->code, row.fault->message, row.fault->cure});
                continue;
            }
            const auto taken = take(row);
            if (taken) continue;
            const auto& error = taken.error();
            if (error.kind != base::ErrorKind::invalid) return error;
            refuse({row.line, error.code, error.message, error.cure});
        }
        return std::move(made_);
    }

private:
    [[nodiscard]] std::string_view cell(const table::Row& row, std::size_t heading) const {
        if (!columns_[heading]) return {};
        auto text = row.cells[*columns_[heading]];
        const auto is_blank = [](char each) { return static_cast<unsigned char>(each) <= ' '; };
        while (!text.empty() && is_blank(text.front()))
            text.remove_prefix(1);
        while (!text.empty() && is_blank(text.back()))
            text.remove_suffix(1);
        return text;
    }

    void refuse(Refused refused) {
        if (++made_.refused <= 20) made_.first_refused.push_back(std::move(refused));
    }

    Node number(std::string_view name) {
        const auto [at, added] =
            made_.numbers.try_emplace(std::string(name), static_cast<Node>(made_.firms.size()));
        if (added) made_.firms.emplace_back(name);
        return at->second;
    }

    base::Result<> take(const table::Row& row) {
        const auto from = cell(row, 0);
        const auto to = cell(row, 1);
        if (from.empty() || to.empty())
            return base::invalid(
                "graph.no_firm",
                {"缺担保人或被担保人", "It has no guarantor or no guaranteed firm"},
                {"两个都填上", "fill in both"});
        if (from == to)
            return odd_row(
                "graph.self",
                from,
                {"为自己担保", " guarantees itself"},
                {"改正其中一方，或删去这一行", "correct one of the two, or take the row out"});
        Edge edge;
        edge.amount = TRY(amount_of(cell(row, 2)));
        edge.days.first = TRY(day_of(cell(row, 3), base::Date::of(1900, 1, 1)));
        edge.days.last = TRY(day_of(cell(row, 4), base::Date::of(9999, 12, 31)));
        edge.kind = TRY(kind_of(cell(row, 5)));
        if (edge.days.last < edge.days.first)
            return odd_row(
                "graph.days",
                cell(row, 4),
                {"早于起始日", " is before the first day"},
                {"看两个日期是否写反", "see whether the two days are the wrong way round"});
        if (edge.amount.fen > base::Money::limit_fen - sum_.fen)
            return base::rejected(
                "graph.too_much",
                {"第 " + std::to_string(row.line) + " 行起，金额合计超过 90 万亿元",
                 "From line " + std::to_string(row.line) +
                     " on, all amounts together are beyond 90 trillion yuan"},
                {"看单位是否是元", "see whether the unit is yuan"});
        sum_ += edge.amount;
        edge.from = number(from);
        edge.to = number(to);
        made_.edges.push_back(edge);
        made_.lines.push_back(row.line);
        return {};
    }

    table::RowSource& source_;
    Columns columns_;
    Register made_;
    base::Money sum_;
};

} // namespace

base::Result<Register> read_register(table::RowSource& source) {
    const auto columns = TRY(columns_of(source));
    return Reader(source, columns).run();
}

} // namespace graph
