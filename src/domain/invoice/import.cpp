#include "base/base64.hpp"
#include "domain/intake/reading.hpp"
#include "domain/invoice/invoice.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <filesystem>

namespace invoice {
namespace {

using intake::Line;
using intake::Severity;

struct Columns {
    std::size_t enterprise = 0;
    std::size_t number = 0;
    std::size_t date = 0;
    std::size_t counterparty = 0;
    std::size_t net = 0;
    std::size_t tax = 0;
    std::size_t gross = 0;
    std::size_t state = 0;
    Direction direction = Direction::output;
};

Result<Columns> columns_of(const table::RowSource& source) {
    Columns out;
    out.enterprise = TRY(
        intake::need_column(source, {"企业代号", "统一社会信用代码", "credit_code", "enterprise"}));
    out.number = TRY(intake::need_column(source, {"发票号码", "number"}));
    out.date = TRY(intake::need_column(source, {"开票日期", "date"}));
    out.net = TRY(intake::need_column(source, {"金额", "net"}));
    out.tax = TRY(intake::need_column(source, {"税额", "tax"}));
    out.gross = TRY(intake::need_column(source, {"价税合计", "gross"}));
    out.state = TRY(intake::need_column(source, {"发票状态", "state"}));
    if (const auto buyer = table::column(source, {"购方单位代号", "购方", "buyer"})) {
        out.counterparty = *buyer;
        return out;
    }
    out.direction = Direction::input;
    out.counterparty =
        TRY(intake::need_column(source, {"销方单位代号", "购方单位代号", "销方", "seller"}));
    return out;
}

// One file while it is read: the rows by enterprise, the line numbers for findings that need the
// whole, the report.
struct Pile {
    Invoices invoices;
    std::vector<std::pair<std::string, std::int64_t>> numbers; // invoice number, line of the file
};

class Reading {
public:
    Reading(const table::RowSource& source, const Columns& columns, const store::Snapshot& db)
        : source_(source)
        , columns_(columns)
        , enterprises_(intake::numbers(db)) {}

    void take(const table::Row& row) {
        prepared.counts.rows += 1;
        Invoice one;
        auto* pile = row.fault ? nullptr : pile_of(row);
        if (row.fault) report(row, std::nullopt, "intake.ragged", Severity::error);
        if (pile == nullptr || !read(row, one)) {
            prepared.counts.rejected += 1;
            return;
        }
        remark(row, one);
        pile->numbers.emplace_back(one.number, row.line);
        pile->invoices.push_back(std::move(one));
    }

    // Numbers that an enterprise uses more than once: from the second on, each gets a line.
    void remark_repeated() {
        for (auto& [enterprise, pile] : piles) {
            std::ranges::sort(pile.numbers);
            for (std::size_t i = 1; i < pile.numbers.size(); ++i) {
                if (pile.numbers[i].first != pile.numbers[i - 1].first) continue;
                prepared.lines.push_back(
                    {.row = pile.numbers[i].second,
                     .column = static_cast<std::int32_t>(columns_.number) + 1,
                     .column_label = source_.header()[columns_.number],
                     .value = pile.numbers[i].first,
                     .code = "invoice.number_repeated",
                     .severity = Severity::warning});
            }
            pile.numbers.clear();
        }
        std::ranges::stable_sort(prepared.lines, {}, &Line::row);
    }

    intake::Prepared prepared;
    std::map<Id<Party>, Pile> piles;

private:
    void report(
        const table::Row& row,
        std::optional<std::size_t> column,
        const char* code,
        Severity severity) {
        prepared.lines.push_back(intake::line(source_, row, column, code, severity));
    }

    Pile* pile_of(const table::Row& row) {
        const auto code = intake::trimmed(row.cells[columns_.enterprise]);
        if (last_ != nullptr && code == last_code_) return last_;
        const auto found = enterprises_.find(code);
        if (found == enterprises_.end()) {
            report(row, columns_.enterprise, "intake.no_enterprise", Severity::error);
            return nullptr;
        }
        last_code_ = code;
        last_ = &piles[found->second];
        return last_;
    }

    bool amount(const table::Row& row, std::size_t column, Money& out) {
        const auto fen = intake::read_fen(row.cells[column]);
        if (!fen) {
            report(row, column, "intake.amount", Severity::error);
            return false;
        }
        out = *fen;
        return true;
    }

    bool state(const table::Row& row, State& out) {
        const auto cell = row.cells[columns_.state];
        const auto text = intake::trimmed(cell);
        if (text == "有效发票" || text == "有效" || text == "valid") {
            out = State::valid;
        } else if (text == "作废发票" || text == "作废" || text == "voided") {
            out = State::voided;
        } else {
            report(row, columns_.state, "invoice.status", Severity::error);
            return false;
        }
        if (text.size() != cell.size())
            report(row, columns_.state, "invoice.status_spaces", Severity::warning);
        return true;
    }

    bool read(const table::Row& row, Invoice& one) {
        const auto date = Date::parse(intake::trimmed(row.cells[columns_.date]));
        if (!date) {
            report(row, columns_.date, "intake.date", Severity::error);
            return false;
        }
        one.date = *date;
        one.number = intake::trimmed(row.cells[columns_.number]);
        if (one.number.empty()) {
            report(row, columns_.number, "intake.empty", Severity::error);
            return false;
        }
        one.counterparty = intake::trimmed(row.cells[columns_.counterparty]);
        return amount(row, columns_.net, one.net) && amount(row, columns_.tax, one.tax) &&
               amount(row, columns_.gross, one.gross) && state(row, one.state);
    }

    void remark(const table::Row& row, const Invoice& one) {
        // In plain integers: two amounts at the limit of Money have a sum beyond it.
        if (one.net.fen + one.tax.fen != one.gross.fen)
            report(row, columns_.gross, "invoice.sum", Severity::warning);
        if (one.gross.fen < 0) report(row, columns_.gross, "invoice.red_letter", Severity::note);
    }

    const table::RowSource& source_;
    const Columns& columns_;
    std::map<std::string, Id<Party>, std::less<>> enterprises_;
    std::string last_code_;
    Pile* last_ = nullptr;
};

// What one enterprise's part of the file adds, and the facts its books then give.
struct Addition {
    Id<Party> enterprise;
    std::int64_t held = 0;     // rows the book had when the file was read
    std::int64_t opposite = 0; // and the book of the other direction, which the facts rest on too
    Received received;
    std::vector<fact::Learn> learn;
};

struct Books {
    const store::Database& database;
    const pack::Policy& policy;
    Direction direction;
};

Direction other(Direction direction) {
    return direction == Direction::output ? Direction::input : Direction::output;
}

// A book whose amounts sum up beyond what Money holds is no book of one firm.
Result<> check_total(const Invoices& invoices) {
    std::int64_t left = Money::limit_fen;
    for (const auto& one : invoices) {
        left -= std::abs(one.net.fen);
        if (left >= 0) continue;
        return base::invalid(
            "invoice.total",
            {"一家企业的发票金额合计超过 90 万亿元，文件未导入。",
             "One enterprise's invoices add up to more than CNY 90 trillion; the file was not "
             "taken."},
            {"请核对金额的单位，应为元。", "Check the unit of the amounts: it is yuan."});
    }
    return {};
}

Result<std::optional<Addition>> addition(
    const Books& books, Id<Party> enterprise, Invoices incoming, intake::Counts& counts) {
    std::ranges::sort(incoming);
    const auto held = TRY(books.database.read(
        [&](const store::Snapshot& db) { return book(db, enterprise, books.direction); }));
    const auto added = beyond(incoming, held);
    counts.accepted += static_cast<std::int64_t>(added.size());
    counts.unchanged += static_cast<std::int64_t>(incoming.size() - added.size());
    if (added.empty()) return std::optional<Addition>{};
    const auto opposite = TRY(books.database.read(
        [&](const store::Snapshot& db) { return book(db, enterprise, other(books.direction)); }));
    const auto all = merged(held, added);
    TRY(check_total(all));
    const auto& sold = books.direction == Direction::output ? all : opposite;
    const auto& bought = books.direction == Direction::output ? opposite : all;
    Addition out{
        .enterprise = enterprise,
        .held = static_cast<std::int64_t>(held.size()),
        .opposite = static_cast<std::int64_t>(opposite.size())};
    out.received.enterprise = enterprise;
    out.received.direction = books.direction;
    out.received.count = static_cast<std::int64_t>(added.size());
    out.received.rows = base::base64(pack_book(added));
    if (const auto found = features(sold, bought))
        out.learn = facts_of(*found, enterprise, books.policy);
    return std::optional(std::move(out));
}

base::Error moved() {
    return base::conflict(
        "invoice.book_moved",
        {"导入期间另一个导入改动了同一企业的发票。",
         "Another import changed the same books meanwhile."},
        {"数据没有改变，请重新导入。", "Nothing was changed; import the file again."});
}

Result<> publish(
    store::Transaction& tx,
    const pack::Policy& policy,
    const std::vector<Addition>& additions,
    Id<Import> import) {
    for (const auto& one : additions) {
        const auto direction = one.received.direction;
        if (count(tx, one.enterprise, direction) != one.held ||
            count(tx, one.enterprise, other(direction)) != one.opposite)
            return moved();
        auto received = one.received;
        received.import = import;
        tx.publish(received, one.enterprise);
        for (const auto& learn : one.learn)
            fact::publish_new(tx, policy, learn, import);
    }
    return {};
}

Result<intake::Prepared> prepare(
    const store::Database& database,
    const pack::Policy& policy,
    const intake::File& file,
    intake::Progress& progress) {
    const auto source = TRY(intake::open(file));
    const auto columns = TRY(columns_of(*source));
    auto reading =
        database.read([&](const store::Snapshot& db) { return Reading(*source, columns, db); });
    TRY(intake::each_row(
        *source, file, progress, [&](const table::Row& row) { reading.take(row); }));
    reading.remark_repeated();
    auto prepared = std::move(reading.prepared);
    std::vector<Addition> additions;
    const Books books{.database = database, .policy = policy, .direction = columns.direction};
    for (auto& [enterprise, pile] : reading.piles) {
        auto one = TRY(addition(books, enterprise, std::move(pile.invoices), prepared.counts));
        if (one) additions.push_back(*std::move(one));
    }
    prepared.publish = [additions = std::move(additions),
                        &policy](store::Transaction& tx, Id<Import> import) {
        return publish(tx, policy, additions, import);
    };
    return prepared;
}

} // namespace

intake::Prepare importer(const store::Database& database, const pack::Policy& policy) {
    return [&database, &policy](const intake::File& file, intake::Progress& progress) {
        return prepare(database, policy, file, progress);
    };
}

} // namespace invoice
