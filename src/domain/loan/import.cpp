#include "domain/loan/import.hpp"

#include "domain/intake/reading.hpp"
#include "domain/loan/measures.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace loan {
namespace {

using intake::Severity;

struct LoanColumns {
    std::size_t institution = 0;
    std::size_t number = 0;
    std::size_t enterprise = 0;
    std::size_t amount = 0;
    std::size_t rate = 0;
    std::size_t start = 0;
    std::size_t due = 0;
    std::size_t guarantee = 0;
    std::size_t repayment = 0;
    std::size_t use = 0;
    std::optional<std::size_t> green;
};

Result<LoanColumns> loan_columns(const table::RowSource& source) {
    LoanColumns out;
    out.institution = TRY(intake::need_column(source, {"机构代码", "institution"}));
    out.number = TRY(intake::need_column(source, {"借据号", "number"}));
    out.enterprise =
        TRY(intake::need_column(source, {"统一社会信用代码", "企业代号", "credit_code"}));
    out.amount = TRY(intake::need_column(source, {"金额", "amount"}));
    out.rate = TRY(intake::need_column(source, {"年利率", "rate"}));
    out.start = TRY(intake::need_column(source, {"放款日", "start"}));
    out.due = TRY(intake::need_column(source, {"到期日", "due"}));
    out.guarantee = TRY(intake::need_column(source, {"担保方式", "guarantee_mode"}));
    out.repayment = TRY(intake::need_column(source, {"还款方式", "repayment_mode"}));
    out.use = TRY(intake::need_column(source, {"用途", "use"}));
    out.green = table::column(source, {"绿色", "green"});
    return out;
}

// A code, or the Chinese label that stands for it; the text itself when the pack has neither.
std::string code_of(const std::vector<pack::Choice>& choices, std::string_view text) {
    for (const auto& choice : choices) {
        if (choice.code == text || choice.label.zh == text) return choice.code;
    }
    return std::string(text);
}

std::string repayment_code(const pack::Policy& policy, std::string_view text) {
    for (const auto& mode : policy.repayment_modes().table().modes) {
        if (mode.code == text || mode.name.zh == text) return mode.code;
    }
    return std::string(text);
}

class LoanReading {
public:
    LoanReading(
        const table::RowSource& source,
        const LoanColumns& columns,
        const pack::Policy& policy,
        const store::Snapshot& db)
        : source_(source)
        , columns_(columns)
        , policy_(policy)
        , enterprises_(intake::numbers(db)) {
        for (const auto& one : party::all_of(db, base::PartyKind::institution)) {
            institutions_.emplace(one.code, one.id);
            institutions_.emplace(one.name.zh, one.id);
        }
    }

    void take(const table::Row& row) {
        prepared.counts.rows += 1;
        Record record;
        if (read(row, record)) {
            records.push_back(std::move(record));
        } else {
            prepared.counts.rejected += 1;
        }
    }

    intake::Prepared prepared;
    std::vector<Record> records;

private:
    bool refuse(const table::Row& row, std::optional<std::size_t> column, const char* code) {
        prepared.lines.push_back(intake::line(source_, row, column, code, Severity::error));
        return false;
    }

    [[nodiscard]] std::string_view cell(const table::Row& row, std::size_t column) const {
        return intake::trimmed(row.cells[column]);
    }

    template <class T>
    bool take_parsed(
        const table::Row& row, std::size_t column, Result<T> parsed, const char* code, T& out) {
        if (!parsed) return refuse(row, column, code);
        out = *parsed;
        return true;
    }

    bool read(const table::Row& row, Record& out) {
        if (row.fault) return refuse(row, std::nullopt, "intake.ragged");
        const auto institution = institutions_.find(cell(row, columns_.institution));
        if (institution == institutions_.end())
            return refuse(row, columns_.institution, "loan.no_institution");
        const auto enterprise = enterprises_.find(cell(row, columns_.enterprise));
        if (enterprise == enterprises_.end())
            return refuse(row, columns_.enterprise, "intake.no_enterprise");
        out.institution = institution->second;
        out.enterprise = enterprise->second;
        out.number = cell(row, columns_.number);
        if (out.number.empty()) return refuse(row, columns_.number, "intake.empty");
        out.guarantee_mode = code_of(policy_.pack().guarantee_modes, cell(row, columns_.guarantee));
        out.repayment_mode = repayment_code(policy_, cell(row, columns_.repayment));
        out.use = code_of(policy_.pack().loan_uses, cell(row, columns_.use));
        if (columns_.green) {
            const auto text = cell(row, *columns_.green);
            out.green = text == "是" || text == "true" || text == "1";
        }
        return take_parsed(
                   row,
                   columns_.amount,
                   Money::parse(cell(row, columns_.amount)),
                   "intake.amount",
                   out.amount) &&
               take_parsed(
                   row,
                   columns_.rate,
                   Rate::parse_percent(cell(row, columns_.rate)),
                   "loan.rate",
                   out.rate) &&
               take_parsed(
                   row,
                   columns_.start,
                   Date::parse(cell(row, columns_.start)),
                   "intake.date",
                   out.start) &&
               take_parsed(
                   row, columns_.due, Date::parse(cell(row, columns_.due)), "intake.date", out.due);
    }

    const table::RowSource& source_;
    const LoanColumns& columns_;
    const pack::Policy& policy_;
    std::map<std::string, Id<Party>, std::less<>> enterprises_;
    std::map<std::string, Id<Party>, std::less<>> institutions_;
};

// Whether the loan is here already; recording decides whether with the same content.
bool is_held(const store::Snapshot& db, const Record& record) {
    return find_number(db, record.institution, record.number).has_value();
}

Result<intake::Prepared> prepare_loans(
    const store::Database& database,
    const pack::Policy& policy,
    const Loans& loans,
    const intake::File& file,
    intake::Progress& progress) {
    const auto source = TRY(intake::open(file));
    const auto columns = TRY(loan_columns(*source));
    auto reading = database.read(
        [&](const store::Snapshot& db) { return LoanReading(*source, columns, policy, db); });
    TRY(intake::each_row(
        *source, file, progress, [&](const table::Row& row) { reading.take(row); }));
    auto prepared = std::move(reading.prepared);
    database.read([&](const store::Snapshot& db) {
        for (const auto& record : reading.records) {
            (is_held(db, record) ? prepared.counts.unchanged : prepared.counts.accepted) += 1;
        }
        return true;
    });
    prepared.publish = [records = std::move(reading.records),
                        &loans](store::Transaction& tx, Id<base::Import>) -> Result<> {
        for (const auto& record : records) {
            auto recorded = loans.record_in(tx, record);
            if (!recorded) return std::move(recorded.error()).at("借据号 " + record.number);
        }
        return {};
    };
    return prepared;
}

} // namespace

intake::Prepare importer(
    const store::Database& database, const pack::Policy& policy, const Loans& loans) {
    return [&](const intake::File& file, intake::Progress& progress) {
        return prepare_loans(database, policy, loans, file, progress);
    };
}

} // namespace loan
