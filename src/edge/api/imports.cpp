// Imports: uploading a file, watching it, its report line by line, templates.
#include "edge/jobs/imports.hpp"

#include "domain/instrument/import.hpp"
#include "domain/intake/intake.hpp"
#include "edge/api/capabilities.hpp"
#include "edge/api/naming.hpp"
#include "engine/table/xlsx.hpp"

namespace api {
namespace {

constexpr std::uint64_t upload_bytes_most = 512ULL << 20U;

struct UploadQuery {
    intake::Kind kind = intake::Kind::facts;
    std::string file; // its name, shown in the list
    bool skip_rejected = false;
};
BOOST_DESCRIBE_STRUCT(UploadQuery, (), (kind, file, skip_rejected))

struct Started {
    Id<base::Import> import;
};
BOOST_DESCRIBE_STRUCT(Started, (), (import))

struct By {
    Id<base::Party> id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(By, (), (id, name))

struct ImportView {
    Id<base::Import> id;
    intake::Kind kind = intake::Kind::facts;
    std::string file;
    std::int64_t bytes = 0;
    Instant at;
    By by;
    intake::State state = intake::State::running;
    base::Rate progress;
    std::int64_t rows = 0;
    std::int64_t accepted = 0;
    std::int64_t unchanged = 0;
    std::int64_t reported = 0;
    std::int64_t rejected = 0;
    std::optional<Text> message;
};
BOOST_DESCRIBE_STRUCT(
    ImportView,
    (),
    (id,
     kind,
     file,
     bytes,
     at,
     by,
     state,
     progress,
     rows,
     accepted,
     unchanged,
     reported,
     rejected,
     message))

struct ReportQuery {
    std::optional<intake::Severity> severity;
    std::int32_t page = 1;
    std::int32_t per_page = 50;
};
BOOST_DESCRIBE_STRUCT(ReportQuery, (), (severity, page, per_page))

struct ReportLine {
    std::int64_t row = 0;
    std::string column; // A, B, … as a spreadsheet names it; empty when the whole row is meant
    std::string column_label;
    std::string value;
    std::string code;
    intake::Severity severity = intake::Severity::error;
    Text reason;
    Text cure;
};
BOOST_DESCRIBE_STRUCT(
    ReportLine, (), (row, column, column_label, value, code, severity, reason, cure))

struct TemplateQuery {
    intake::Kind kind = intake::Kind::facts;
};
BOOST_DESCRIBE_STRUCT(TemplateQuery, (), (kind))

// 1 → A, 27 → AA.
std::string column_letters(std::int32_t column) {
    std::string letters;
    for (; column > 0; column = (column - 1) / 26) {
        letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
    }
    return letters;
}

ImportView import_view(const Services& services, const intake::Batch& it) {
    const auto running = services.imports->progress(it.id);
    const auto whole = base::Rate::percent(100);
    return {
        .id = it.id,
        .kind = it.kind,
        .file = it.file,
        .bytes = it.bytes,
        .at = it.at,
        .by = {.id = it.party, .name = it.person_name},
        .state = it.state,
        .progress = it.state == intake::State::running ? running.value_or(base::Rate{}) : whole,
        .rows = it.rows,
        .accepted = it.accepted,
        .unchanged = it.unchanged,
        .reported = it.reported,
        .rejected = it.rejected,
        .message = it.message};
}

base::Error no_import() {
    return base::not_found(
        "intake.unknown",
        {"没有这个导入批次。", "There is no such import."},
        {"请从导入列表中选择。", "Choose it from the list of imports."});
}

Result<ImportView> find(const Services& services, Call& call) {
    const auto id = TRY(call.id<base::Import>());
    const auto found =
        services.database->read([&](const store::Snapshot& db) { return intake::find(db, id); });
    if (!found) return no_import();
    return import_view(services, *found);
}

Result<Page<ReportLine>> report(const Services& services, Call& call, const ReportQuery& query) {
    const auto id = TRY(call.id<base::Import>());
    return services.database->read([&](const store::Snapshot& db) {
        const auto found = intake::lines(
            db,
            {.import = id,
             .severity = query.severity,
             .page = query.page,
             .per_page = query.per_page});
        auto page = page_of<ReportLine>(query, found.total);
        for (const auto& line : found.items) {
            const auto explained = intake::explain(line.code);
            page.items.push_back(
                {.row = line.row,
                 .column = column_letters(line.column),
                 .column_label = line.column_label,
                 .value = line.value,
                 .code = line.code,
                 .severity = line.severity,
                 .reason = explained.reason,
                 .cure = explained.cure});
        }
        return page;
    });
}

std::vector<std::string> headings(const pack::Policy& policy, intake::Kind kind) {
    switch (kind) {
    case intake::Kind::vat_invoices:
        return {
            "企业代号",
            "发票号码",
            "开票日期",
            "购方单位代号",
            "金额",
            "税额",
            "价税合计",
            "发票状态"};
    case intake::Kind::enterprises:
        return {
            "统一社会信用代码",
            "企业名称",
            "行业代码",
            "镇街代码",
            "成立日期",
            "法定代表人",
            "联系人",
            "联系电话",
            "注册资本"};
    case intake::Kind::loans:
        return {
            "机构代码",
            "借据号",
            "统一社会信用代码",
            "金额",
            "年利率",
            "放款日",
            "到期日",
            "担保方式",
            "还款方式",
            "用途",
            "绿色"};
    case intake::Kind::receivables: return instrument::headings(policy.pack());
    case intake::Kind::indicator_values:
        return {"指标代码", "期间", "数值", "数据日期", "来源说明"};
    case intake::Kind::facts: {
        std::vector<std::string> out{"统一社会信用代码", "数据日期"};
        for (const auto& attribute : policy.pack().attributes)
            out.push_back(attribute.label.zh);
        return out;
    }
    }
    base::bug("kind of import out of range");
}

Result<File> template_for(const pack::Policy& policy, intake::Kind kind) {
    std::vector<table::Column> columns;
    for (auto& heading : headings(policy, kind))
        columns.push_back({.title = std::move(heading)});
    table::XlsxWriter writer("导入", std::move(columns));
    const auto name = std::string(base::json::enum_name(kind)) + ".xlsx";
    return File{.name = name, .content_type = xlsx_type, .bytes = TRY(writer.finish())};
}

void declare_reports(Endpoints& all, Services& services) {
    all.get(
           "/v1/imports/{id}/report",
           Right::fact_import,
           {"导入报告：行、列、原因、办法", "The report: row, column, reason, cure"},
           [&](Call& call, const ReportQuery& query) { return report(services, call, query); })
        .exportable(
            "import-report",
            {column(&ReportLine::row, {"行", "Row"}),
             column(&ReportLine::column, {"列", "Column"}),
             column(&ReportLine::column_label, {"列名", "Heading"}),
             column(&ReportLine::value, {"值", "Value"}),
             column(&ReportLine::severity, {"级别", "Severity"}),
             column(&ReportLine::reason, {"原因", "Reason"}),
             column(&ReportLine::cure, {"办法", "Cure"})});
    all.post(
           "/v1/imports/{id}/cancel",
           Right::fact_import,
           {"取消导入", "Cancel an import"},
           [&](Call& call) -> Result<ImportView> {
               const auto id = TRY(call.id<base::Import>());
               services.imports->cancel(id);
               return find(services, call);
           })
        .without_key();
    all.get(
        "/v1/imports/template",
        Right::fact_import,
        {"导入模板（Excel）", "A template to fill in (Excel)"},
        [&](Call&, const TemplateQuery& query) {
            return template_for(*services.policy, query.kind);
        });
}

} // namespace

void declare_imports(Endpoints& all, Services& services) {
    all.capability("imports");
    all.upload(
        "/v1/imports",
        Right::fact_import,
        {"上传并导入文件（CSV、Excel）", "Upload a file and import it (CSV, Excel)"},
        upload_bytes_most,
        [&](Call& call, const UploadQuery& query) -> Result<Started> {
            const intake::File file{
                .path = call.request.file, .name = query.file.empty() ? "upload" : query.file};
            return Started{TRY(services.imports->start(
                call.command(),
                {.kind = query.kind, .file = file, .skip_rejected = query.skip_rejected}))};
        });
    all.get(
        "/v1/imports",
        Right::fact_import,
        {"导入批次", "Imports"},
        [&](Call&, const Paging& paging) -> Result<Page<ImportView>> {
            return services.database->read([&](const store::Snapshot& db) {
                const auto found = intake::list(db, paging.page, paging.per_page);
                auto page = page_of<ImportView>(paging, found.total);
                for (const auto& it : found.items)
                    page.items.push_back(import_view(services, it));
                return page;
            });
        });
    all.get(
        "/v1/imports/{id}", Right::fact_import, {"一个导入批次", "One import"}, [&](Call& call) {
            return find(services, call);
        });
    declare_reports(all, services);
}

} // namespace api
