#include "domain/intake/catalogue_columns.hpp"
#include "engine/pack/policy.hpp"
#include "engine/reference/credit_code.hpp"

#include <set>

namespace intake {
namespace {

using reference::CodeOutcome;

// Synthetic codes of anonymous enterprises carry the category 其他 (9), which no registry gives to
// a firm.
constexpr char anonymous_category = '9';

struct Columns {
    std::optional<std::size_t> number;
    std::optional<std::size_t> code;
    std::size_t name = 0;
    std::optional<std::size_t> industry;
    std::optional<std::size_t> town;
    std::optional<std::size_t> founded;
    std::optional<std::size_t> representative;
    std::optional<std::size_t> contact;
    std::optional<std::size_t> phone;
    std::optional<std::size_t> capital;

    [[nodiscard]] std::vector<std::size_t> all() const {
        std::vector<std::size_t> out{name};
        for (const auto& one :
             {number, code, industry, town, founded, representative, contact, phone, capital}) {
            if (one) out.push_back(*one);
        }
        return out;
    }
};

Result<Columns> columns_of(const table::RowSource& source) {
    Columns out;
    out.number = table::column(source, {"企业代号", "number"});
    out.code = table::column(source, {"统一社会信用代码", "credit_code"});
    if (!out.number)
        out.code = TRY(need_column(source, {"统一社会信用代码", "credit_code", "企业代号"}));
    out.name = TRY(need_column(source, {"企业名称", "name"}));
    out.industry = table::column(source, {"行业代码", "industry"});
    out.town = table::column(source, {"镇街代码", "town"});
    out.founded = table::column(source, {"成立日期", "founded"});
    out.representative = table::column(source, {"法定代表人", "legal_representative"});
    out.contact = table::column(source, {"联系人", "contact"});
    out.phone = table::column(source, {"联系电话", "phone"});
    out.capital = table::column(source, {"注册资本", "registered_capital"});
    return out;
}

struct Entry {
    party::Enterprise enterprise;
    std::string number;
    std::vector<fact::Datum> data;
    std::optional<Id<Party>> held; // here already
};

class Reading {
public:
    Reading(
        const table::RowSource& source,
        const Columns& columns,
        const pack::Policy& policy,
        std::map<std::string, Id<Party>, std::less<>> held)
        : source_(source)
        , columns_(columns)
        , policy_(policy)
        , catalogue_(source, policy, columns.all(), prepared.lines)
        , held_(std::move(held)) {}

    void take(const table::Row& row) {
        prepared.counts.rows += 1;
        Entry entry;
        if (!read(row, entry)) {
            prepared.counts.rejected += 1;
            return;
        }
        const auto key = entry.number.empty() ? entry.enterprise.credit_code : entry.number;
        if (!seen_.insert(key).second) {
            const auto column = entry.number.empty() ? columns_.code : columns_.number;
            prepared.lines.push_back(
                line(source_, row, column, "intake.enterprise_repeated", Severity::warning));
            prepared.counts.unchanged += 1;
            return;
        }
        if (const auto found = held_.find(key); found != held_.end()) entry.held = found->second;
        entries.push_back(std::move(entry));
    }

    Prepared prepared;
    std::vector<Entry> entries;

private:
    bool refuse(const table::Row& row, std::optional<std::size_t> column, const char* code) {
        prepared.lines.push_back(line(source_, row, column, code, Severity::error));
        return false;
    }

    [[nodiscard]] std::string cell(
        const table::Row& row, const std::optional<std::size_t>& column) const {
        return column ? std::string(trimmed(row.cells[*column])) : std::string();
    }

    bool read_code(const table::Row& row, Entry& entry) {
        const auto text = cell(row, columns_.code);
        if (text.empty()) {
            if (entry.number.empty()) return refuse(row, columns_.code, "intake.empty");
            entry.enterprise.credit_code = made_code(entry.number);
            entry.enterprise.code_override = "匿名企业，代码为合成";
            prepared.lines.push_back(
                line(source_, row, columns_.number, "intake.code_made", Severity::note));
            return true;
        }
        const auto reading = reference::read_code(text);
        if (reading.outcome == CodeOutcome::malformed)
            return refuse(row, columns_.code, "intake.code_malformed");
        entry.enterprise.credit_code = reading.code;
        if (reading.outcome == CodeOutcome::check_digit_mismatch) {
            entry.enterprise.code_override = "批量导入，校验位不符，待核对";
            prepared.lines.push_back(
                line(source_, row, columns_.code, "intake.code_check_digit", Severity::warning));
        }
        return true;
    }

    // The same number gives the same code, whatever else the file holds.
    [[nodiscard]] std::string made_code(const std::string& number) const {
        const auto digest = base::sha256("anonymous enterprise " + number);
        std::uint64_t seed = 0;
        for (std::size_t i = 0; i < 8; ++i)
            seed = seed << 8U | digest[i];
        constexpr std::uint64_t distinct_seeds = 887'503'681; // 31^6
        return reference::synthetic_code({.category = anonymous_category,
                                          .area = policy_.pack().header.area,
                                          .seed = seed % distinct_seeds})
            .text();
    }

    bool read(const table::Row& row, Entry& entry) {
        if (row.fault) return refuse(row, std::nullopt, "intake.ragged");
        auto& enterprise = entry.enterprise;
        entry.number = cell(row, columns_.number);
        enterprise.name = cell(row, columns_.name);
        if (enterprise.name.empty()) return refuse(row, columns_.name, "intake.empty");
        if (!read_code(row, entry)) return false;
        enterprise.industry = cell(row, columns_.industry);
        if (!enterprise.industry.empty()) {
            const auto place = policy_.industries().place(enterprise.industry);
            if (!place) return refuse(row, columns_.industry, "intake.value");
            enterprise.industry = place->code;
        }
        if (const auto text = cell(row, columns_.founded); !text.empty()) {
            const auto date = base::Date::parse(text);
            if (!date) return refuse(row, columns_.founded, "intake.date");
            enterprise.founded = *date;
        }
        if (const auto text = cell(row, columns_.capital); !text.empty()) {
            const auto amount = base::Money::parse(text);
            if (!amount) return refuse(row, columns_.capital, "intake.amount");
            enterprise.registered_capital = *amount;
        }
        enterprise.town = cell(row, columns_.town);
        enterprise.legal_representative = cell(row, columns_.representative);
        enterprise.contact = cell(row, columns_.contact);
        enterprise.phone = cell(row, columns_.phone);
        return catalogue_.read(row, entry.data, prepared.lines);
    }

    const table::RowSource& source_;
    const Columns& columns_;
    const pack::Policy& policy_;
    CatalogueColumns catalogue_;
    std::map<std::string, Id<Party>, std::less<>> held_;
    std::set<std::string> seen_; // numbers or codes of rows before
};

void publish(
    store::Transaction& tx,
    const pack::Policy& policy,
    base::Date today,
    const Entry& entry,
    Id<Import> import) {
    auto id = entry.held;
    if (!id) {
        auto enterprise = entry.enterprise;
        enterprise.id = tx.new_id<Party>();
        enterprise.changed_at = tx.now();
        id = enterprise.id;
        tx.publish(party::EnterpriseRegistered{.enterprise = enterprise}, enterprise.id);
        if (!entry.number.empty()) {
            tx.publish(
                NumberKnown{.number = entry.number, .enterprise = enterprise.id}, enterprise.id);
        }
    }
    for (const auto& learn : fact::by_source(policy, *id, today, entry.data)) {
        fact::publish_new(tx, policy, learn, import);
    }
}

void count(
    const store::Database& database,
    const pack::Policy& policy,
    const std::vector<Entry>& entries,
    base::Date today,
    Counts& counts) {
    database.read([&](const store::Snapshot& db) {
        for (const auto& entry : entries) {
            const bool same =
                entry.held &&
                fact::only_new(db, fact::by_source(policy, *entry.held, today, entry.data)).empty();
            (same ? counts.unchanged : counts.accepted) += 1;
        }
        return true;
    });
}

Result<Prepared> prepare(
    const store::Database& database,
    const pack::Policy& policy,
    const File& file,
    Progress& progress) {
    const auto source = TRY(open(file));
    const auto columns = TRY(columns_of(*source));
    auto held = database.read([](const store::Snapshot& db) { return numbers(db); });
    Reading reading(*source, columns, policy, std::move(held));
    TRY(each_row(*source, file, progress, [&](const table::Row& row) { reading.take(row); }));
    // The file says no day of its own, so its data count from the day the pack took effect: reading
    // it again on a later day then finds nothing new.
    const auto day = policy.pack().header.effective_from;
    count(database, policy, reading.entries, day, reading.prepared.counts);
    auto prepared = std::move(reading.prepared);
    prepared.publish = [entries = std::move(reading.entries), &policy, day](
                           store::Transaction& tx, Id<Import> import) -> Result<> {
        for (const auto& entry : entries)
            publish(tx, policy, day, entry, import);
        return {};
    };
    return prepared;
}

} // namespace

Prepare enterprise_importer(const store::Database& database, const pack::Policy& policy) {
    return [&database, &policy](const File& file, Progress& progress) {
        return prepare(database, policy, file, progress);
    };
}

} // namespace intake
