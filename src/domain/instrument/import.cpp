#include "domain/instrument/import.hpp"

#include "base/clock.hpp"
#include "domain/instrument/check.hpp"
#include "domain/intake/reading.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace instrument {
namespace {

using intake::Severity;

struct UploadColumns {
    std::size_t kind = 0;
    std::size_t creditor = 0;
    std::size_t debtor = 0;
    std::size_t face = 0;
    std::size_t issued_on = 0;
    std::optional<std::size_t> due;
    std::optional<std::size_t> account;
    std::optional<std::size_t> term_reason;
};

Result<UploadColumns> upload_columns(const table::RowSource& source) {
    UploadColumns out;
    out.kind = TRY(intake::need_column(source, {"种类", "kind"}));
    out.creditor = TRY(intake::need_column(source, {"债权人", "creditor"}));
    out.debtor = TRY(intake::need_column(source, {"债务人", "debtor"}));
    out.face = TRY(intake::need_column(source, {"金额或数量", "金额", "数量", "amount"}));
    out.issued_on = TRY(intake::need_column(source, {"开立日", "issued_on"}));
    out.due = table::column(source, {"到期日", "due"});
    out.account = table::column(source, {"回款账户", "account"});
    out.term_reason = table::column(source, {"长期限理由", "term_reason"});
    return out;
}

// In which column the place of an error stands.
std::optional<std::size_t> column_of(
    const table::RowSource& source,
    const UploadColumns& columns,
    const pack::InstrumentKind& kind,
    const std::string& place) {
    if (place == "/creditor") return columns.creditor;
    if (place == "/debtor") return columns.debtor;
    if (place == "/face") return columns.face;
    if (place == "/issued_on") return columns.issued_on;
    if (place == "/due") return columns.due;
    if (place == "/account") return columns.account;
    if (place == "/term_reason") return columns.term_reason;
    for (const auto& field : kind.fields) {
        if (place == "/fields/" + field.name)
            return table::column(source, {field.label.zh, field.name});
    }
    return std::nullopt;
}

class UploadReading {
public:
    UploadReading(
        const table::RowSource& source,
        const UploadColumns& columns,
        const pack::Policy& policy,
        const store::Snapshot& db,
        Date today)
        : source_(source)
        , columns_(columns)
        , policy_(policy)
        , parties_(intake::numbers(db))
        , today_(today) {
        for (const auto kind : {base::PartyKind::institution, base::PartyKind::department}) {
            for (const auto& one : party::all_of(db, kind)) {
                parties_.emplace(one.code, one.id);
                parties_.emplace(one.name.zh, one.id);
            }
        }
    }

    void take(const table::Row& row) {
        file.counts.rows += 1;
        Issue issue;
        if (read(row, issue)) {
            file.issues.push_back(std::move(issue));
        } else {
            file.counts.rejected += 1;
        }
    }

    ReadFile file;

private:
    bool refuse(const table::Row& row, std::optional<std::size_t> column, const std::string& code) {
        file.lines.push_back(intake::line(source_, row, column, code.c_str(), Severity::error));
        return false;
    }

    [[nodiscard]] std::string_view cell(const table::Row& row, std::size_t column) const {
        return intake::trimmed(row.cells[column]);
    }

    [[nodiscard]] std::optional<std::string> text(
        const table::Row& row, std::optional<std::size_t> column) const {
        if (!column || cell(row, *column).empty()) return std::nullopt;
        return std::string(cell(row, *column));
    }

    [[nodiscard]] const pack::InstrumentKind* kind_named(std::string_view name) const {
        for (const auto& kind : policy_.pack().instruments) {
            if (kind.code == name || kind.label.zh == name) return &kind;
        }
        return nullptr;
    }

    bool read_party(const table::Row& row, std::size_t column, Id<Party>& out) {
        const auto found = parties_.find(cell(row, column));
        if (found == parties_.end()) return refuse(row, column, "instrument.no_party");
        out = found->second;
        return true;
    }

    bool read_face(const table::Row& row, const pack::InstrumentKind& kind, std::int64_t& out) {
        const auto given = cell(row, columns_.face);
        if (kind.unit == pack::InstrumentUnit::fen) {
            const auto money = Money::parse(given);
            if (!money) return refuse(row, columns_.face, "intake.amount");
            out = money->fen;
            return true;
        }
        const auto* end = given.data() + given.size();
        const auto [stop, error] = std::from_chars(given.data(), end, out);
        if (error == std::errc{} && stop == end) return true;
        return refuse(row, columns_.face, "intake.amount");
    }

    bool read_day(const table::Row& row, std::size_t column, Date& out) {
        const auto day = Date::parse(cell(row, column));
        if (!day) return refuse(row, column, "intake.date");
        out = *day;
        return true;
    }

    bool read(const table::Row& row, Issue& out) {
        if (row.fault) return refuse(row, std::nullopt, "intake.ragged");
        const auto* kind = kind_named(cell(row, columns_.kind));
        if (kind == nullptr) return refuse(row, columns_.kind, "instrument.kind_unknown");
        out.kind = kind->code;
        if (!read_party(row, columns_.creditor, out.creditor) ||
            !read_party(row, columns_.debtor, out.debtor) || !read_face(row, *kind, out.face) ||
            !read_day(row, columns_.issued_on, out.issued_on))
            return false;
        if (text(row, columns_.due)) {
            if (!read_day(row, *columns_.due, out.due.emplace())) return false;
        }
        out.account = text(row, columns_.account);
        out.term_reason = text(row, columns_.term_reason);
        for (const auto& field : kind->fields) {
            const auto column = table::column(source_, {field.label.zh, field.name});
            if (auto value = text(row, column)) out.fields.push_back({field.name, *value});
        }
        const auto checked = check(out, Actor::platform(), policy_, today_);
        if (checked) return unique(row, *kind, out);
        const auto& error = checked.error();
        return refuse(row, column_of(source_, columns_, *kind, error.field), error.code);
    }

    // Two rows of one file may be the same one as well.
    bool unique(const table::Row& row, const pack::InstrumentKind& kind, const Issue& issue) {
        const auto key = key_of(kind, issue.fields);
        if (key.empty() || keys_.emplace(issue.debtor, key).second) return true;
        return refuse(row, std::nullopt, "instrument.uploaded_already");
    }

    const table::RowSource& source_;
    const UploadColumns& columns_;
    const pack::Policy& policy_;
    std::map<std::string, Id<Party>, std::less<>> parties_;
    std::set<std::pair<Id<Party>, std::string>> keys_;
    Date today_;
};

bool same(const InstrumentRow& known, const Issue& issue) {
    return known.kind == issue.kind && known.creditor == issue.creditor &&
           known.face == issue.face && known.issued_on == issue.issued_on && known.due == issue.due;
}

} // namespace

Result<ReadFile> read_file(
    const store::Database& database,
    const pack::Policy& policy,
    const intake::File& file,
    Date today,
    intake::Progress& progress) {
    const auto source = TRY(intake::open(file));
    const auto columns = TRY(upload_columns(*source));
    auto reading = database.read([&](const store::Snapshot& db) {
        return UploadReading(*source, columns, policy, db, today);
    });
    TRY(intake::each_row(
        *source, file, progress, [&](const table::Row& row) { reading.take(row); }));
    auto out = std::move(reading.file);
    // What is here already, with the same content, is left alone; reading a file twice changes
    // nothing.
    database.read([&](const store::Snapshot& db) {
        std::erase_if(out.issues, [&](const Issue& issue) {
            const auto key = key_of(*policy.instrument(issue.kind), issue.fields);
            const auto known = find_key(db, issue.debtor, key);
            const bool held = known && same(*find(db, *known), issue);
            (held ? out.counts.unchanged : out.counts.accepted) += 1;
            return held;
        });
        return true;
    });
    return out;
}

intake::Prepare importer(
    const store::Database& database,
    const pack::Policy& policy,
    const Instruments& instruments,
    const base::Clock& clock) {
    return [&](const intake::File& file, intake::Progress& progress) -> Result<intake::Prepared> {
        const auto today = policy.zone().date(clock.now());
        auto read = TRY(read_file(database, policy, file, today, progress));
        intake::Prepared prepared;
        prepared.counts = read.counts;
        prepared.lines = std::move(read.lines);
        prepared.publish = [issues = std::move(read.issues),
                            &instruments](store::Transaction& tx, Id<base::Import>) -> Result<> {
            for (const auto& issue : issues)
                TRY(instruments.issue_in(tx, issue, Entrusted::yes));
            return {};
        };
        return prepared;
    };
}

std::vector<std::string> headings(const pack::Pack& pack) {
    std::vector<std::string> out{
        "种类", "债权人", "债务人", "金额或数量", "开立日", "到期日", "回款账户", "长期限理由"};
    for (const auto& kind : pack.instruments) {
        for (const auto& field : kind.fields) {
            if (std::ranges::find(out, field.label.zh) == out.end()) out.push_back(field.label.zh);
        }
    }
    return out;
}

} // namespace instrument
