#include "domain/intake/catalogue_columns.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>
#include <iterator>

namespace intake {
namespace {

struct FactColumns {
    std::size_t enterprise = 0;
    std::optional<std::size_t> as_of;
};

// What one row says of one enterprise.
struct Said {
    Id<Party> enterprise;
    base::Date as_of;
    std::vector<fact::Datum> data;
};

struct Context {
    const table::RowSource& source;
    const FactColumns& columns;
    const CatalogueColumns& catalogue;
    const std::map<std::string, Id<Party>, std::less<>>& enterprises;
    base::Date today;
};

// One row as facts; nothing when it has to be rejected, with its lines.
std::optional<Said> read(const Context& context, const table::Row& row, std::vector<Line>& lines) {
    if (row.fault) {
        lines.push_back(line(context.source, row, std::nullopt, "intake.ragged", Severity::error));
        return std::nullopt;
    }
    const auto code = trimmed(row.cells[context.columns.enterprise]);
    const auto found = context.enterprises.find(code);
    if (found == context.enterprises.end()) {
        lines.push_back(line(
            context.source,
            row,
            context.columns.enterprise,
            "intake.no_enterprise",
            Severity::error));
        return std::nullopt;
    }
    Said said{.enterprise = found->second, .as_of = context.today, .data = {}};
    if (context.columns.as_of) {
        const auto date = base::Date::parse(trimmed(row.cells[*context.columns.as_of]));
        if (!date) {
            lines.push_back(
                line(context.source, row, context.columns.as_of, "intake.date", Severity::error));
            return std::nullopt;
        }
        said.as_of = *date;
    }
    if (!context.catalogue.read(row, said.data, lines)) return std::nullopt;
    return said;
}

Result<Prepared> prepare_facts(
    const store::Database& database,
    const pack::Policy& policy,
    base::Date today,
    const File& file,
    Progress& progress) {
    const auto source = TRY(open(file));
    FactColumns columns;
    columns.enterprise =
        TRY(need_column(*source, {"企业代号", "统一社会信用代码", "credit_code", "enterprise"}));
    columns.as_of = table::column(*source, {"数据日期", "as_of"});
    Prepared prepared;
    std::vector<std::size_t> taken{columns.enterprise};
    if (columns.as_of) taken.push_back(*columns.as_of);
    const CatalogueColumns catalogue(*source, policy, taken, prepared.lines);
    const auto enterprises = database.read([](const store::Snapshot& db) { return numbers(db); });
    const Context context{*source, columns, catalogue, enterprises, today};
    std::vector<fact::Learn> learns;
    TRY(each_row(*source, file, progress, [&](const table::Row& row) {
        prepared.counts.rows += 1;
        const auto said = read(context, row, prepared.lines);
        if (!said) {
            prepared.counts.rejected += 1;
            return;
        }
        auto fresh = database.read([&](const store::Snapshot& db) {
            return fact::only_new(
                db, fact::by_source(policy, said->enterprise, said->as_of, said->data));
        });
        (fresh.empty() ? prepared.counts.unchanged : prepared.counts.accepted) += 1;
        std::ranges::move(fresh, std::back_inserter(learns));
    }));
    prepared.publish = [learns = std::move(learns),
                        &policy](store::Transaction& tx, Id<Import> import) -> Result<> {
        for (const auto& learn : learns)
            fact::publish_new(tx, policy, learn, import);
        return {};
    };
    return prepared;
}

} // namespace

Prepare fact_importer(
    const store::Database& database, const pack::Policy& policy, const base::Clock& clock) {
    return [&database, &policy, &clock](const File& file, Progress& progress) {
        return prepare_facts(database, policy, policy.zone().date(clock.now()), file, progress);
    };
}

} // namespace intake
