#include "engine/graph/read.hpp"

#include "base/json.hpp"
#include "engine/graph/rows.hpp"

#include <array>

namespace graph {
namespace {

const std::array<Heading, 6> headings{{
    {"from", {"from", "guarantor", "担保人", "担保方", "担保企业", "保证人"}, true},
    {"to", {"to", "borrower", "debtor", "被担保人", "被担保方", "被担保企业", "借款人"}, true},
    {"amount", {"amount", "担保金额", "金额"}, true},
    {"begin", {"begin", "first", "start", "起始日", "开始日期", "担保起始日"}, true},
    {"end", {"end", "last", "until", "到期日", "结束日期", "担保到期日"}, true},
    {"kind", {"kind", "type", "种类", "类型"}, false},
}};

const base::Text first_line{
    "首行写 from,to,amount,begin,end：担保人、被担保人、金额（元）、起始日、到期日",
    "Let the first line be from,to,amount,begin,end: guarantor, guaranteed firm, yuan, first and "
    "last day"};

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
        , columns_(std::move(columns)) {}

    base::Result<Register> run() {
        TRY(read_rows(source_, made_.refused, made_.first_refused, [&](const table::Row& row) {
            return take(row);
        }));
        return std::move(made_);
    }

private:
    [[nodiscard]] std::string_view cell(const table::Row& row, std::size_t heading) const {
        return cell_of(row, columns_[heading]);
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
        edge.kind = TRY(kind_of(cell(row, 5)));
        edge.days = TRY(days_of_cells({cell(row, 3), cell(row, 4)}));
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
    auto columns = TRY(columns_of(source, headings, first_line));
    return Reader(source, std::move(columns)).run();
}

} // namespace graph
