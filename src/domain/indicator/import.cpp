#include "domain/indicator/import.hpp"

#include "domain/intake/reading.hpp"
#include "engine/pack/load.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace indicator {
namespace {

using intake::Severity;

struct FigureColumns {
    std::size_t code = 0;
    std::size_t period = 0;
    std::size_t value = 0;
    std::size_t note = 0;
    std::optional<std::size_t> as_of;
};

struct Row {
    std::string code;
    ReportValue wish;
};

Result<FigureColumns> figure_columns(const table::RowSource& source) {
    FigureColumns out;
    out.code = TRY(intake::need_column(source, {"指标代码", "指标", "code"}));
    out.period = TRY(intake::need_column(source, {"期间", "period"}));
    out.value = TRY(intake::need_column(source, {"数值", "value"}));
    out.note = TRY(intake::need_column(source, {"来源说明", "source_note"}));
    out.as_of = table::column(source, {"数据日期", "as_of"});
    return out;
}

const pack::Indicator* named(const pack::Policy& policy, std::string_view text) {
    if (const auto* found = policy.indicator(text)) return found;
    const auto& all = policy.pack().indicators;
    const auto found =
        std::ranges::find_if(all, [&](const pack::Indicator& one) { return one.label.zh == text; });
    return found == all.end() ? nullptr : &*found;
}

class FigureReading {
public:
    FigureReading(
        const table::RowSource& source, const FigureColumns& columns, const pack::Policy& policy)
        : source_(source)
        , columns_(columns)
        , policy_(policy) {}

    void take(const table::Row& row) {
        prepared.counts.rows += 1;
        Row out;
        if (read(row, out)) {
            rows.push_back(std::move(out));
        } else {
            prepared.counts.rejected += 1;
        }
    }

    intake::Prepared prepared;
    std::vector<Row> rows;

private:
    bool refuse(const table::Row& row, std::optional<std::size_t> column, const char* code) {
        prepared.lines.push_back(intake::line(source_, row, column, code, Severity::error));
        return false;
    }

    bool read(const table::Row& row, Row& out) {
        if (row.fault) return refuse(row, std::nullopt, "intake.ragged");
        const auto* indicator = named(policy_, intake::trimmed(row.cells[columns_.code]));
        if (indicator == nullptr) return refuse(row, columns_.code, "indicator.unknown");
        out.code = indicator->code;
        const auto period = Period::parse(intake::trimmed(row.cells[columns_.period]));
        if (!period) return refuse(row, columns_.period, "indicator.period");
        out.wish.period = *period;
        const auto value = pack::figure_value(
            indicator->figure, intake::trimmed(row.cells[columns_.value]), indicator->unit);
        if (!value) return refuse(row, columns_.value, "intake.amount");
        out.wish.value = *value;
        out.wish.source_note = intake::trimmed(row.cells[columns_.note]);
        if (!columns_.as_of || intake::trimmed(row.cells[*columns_.as_of]).empty()) return true;
        const auto as_of = Date::parse(intake::trimmed(row.cells[*columns_.as_of]));
        if (!as_of) return refuse(row, columns_.as_of, "intake.date");
        out.wish.as_of = *as_of;
        return true;
    }

    const table::RowSource& source_;
    const FigureColumns& columns_;
    const pack::Policy& policy_;
};

// The same figure for the same period is here already.
bool is_held(const store::Snapshot& db, const Row& row) {
    const auto all = reports(db, row.code);
    return std::ranges::any_of(all, [&](const Reported& one) {
        return !one.superseded && one.period == row.wish.period && one.value == row.wish.value;
    });
}

Result<intake::Prepared> prepare_figures(
    const store::Database& database,
    const pack::Policy& policy,
    const Indicators& indicators,
    const intake::File& file,
    intake::Progress& progress) {
    const auto source = TRY(intake::open(file));
    const auto columns = TRY(figure_columns(*source));
    FigureReading reading(*source, columns, policy);
    TRY(intake::each_row(
        *source, file, progress, [&](const table::Row& row) { reading.take(row); }));
    auto prepared = std::move(reading.prepared);
    std::vector<Row> fresh;
    database.read([&](const store::Snapshot& db) {
        for (auto& row : reading.rows) {
            const bool held = is_held(db, row);
            (held ? prepared.counts.unchanged : prepared.counts.accepted) += 1;
            if (!held) fresh.push_back(std::move(row));
        }
        return true;
    });
    prepared.publish = [fresh = std::move(fresh),
                        &indicators](store::Transaction& tx, base::Id<base::Import>) -> Result<> {
        for (const auto& row : fresh) {
            auto reported = indicators.report_in(tx, row.code, row.wish);
            if (!reported)
                return std::move(reported.error()).at(row.code + " " + row.wish.period.text());
        }
        return {};
    };
    return prepared;
}

} // namespace

intake::Prepare importer(
    const store::Database& database, const pack::Policy& policy, const Indicators& indicators) {
    return [&](const intake::File& file, intake::Progress& progress) {
        return prepare_figures(database, policy, indicators, file, progress);
    };
}

} // namespace indicator
