// Lists of firms (black, red, white, watch) as departments send them: every enterprise of the
// county is screened, and who is named opens a case.
#include "domain/risk/listings.hpp"
#include "edge/api/capabilities.hpp"
#include "engine/table/csv.hpp"
#include "engine/table/xlsx.hpp"

namespace api {
namespace {

constexpr std::int64_t list_bytes_most = 64 << 20;
constexpr std::size_t list_rows_shown = 20;

struct ListFileQuery {
    std::string file; // the name it had
    screen::List list = screen::List::black;
};
BOOST_DESCRIBE_STRUCT(ListFileQuery, (), (file, list))

struct ListRowView {
    std::int64_t line = 0;
    bool taken = false;
    std::string code;
    Text message;
    Text cure;
};
BOOST_DESCRIBE_STRUCT(ListRowView, (), (line, taken, code, message, cure))

struct ListScreened {
    std::int64_t entries = 0;
    std::int64_t holding = 0;
    std::int64_t enterprises = 0;
    std::int64_t hits = 0;
    std::int64_t opened = 0;
    std::int64_t joined = 0;
    std::int64_t refused = 0;
    std::vector<ListRowView> first; // refused rows and remarks
};
BOOST_DESCRIBE_STRUCT(
    ListScreened, (), (entries, holding, enterprises, hits, opened, joined, refused, first))

Result<std::unique_ptr<table::RowSource>> open_list(const Call& call) {
    auto csv = table::open_csv_file(call.request.file.string());
    if (csv || csv.error().code != "table.not_csv") return csv;
    return table::open_xlsx_file(call.request.file.string());
}

ListScreened list_view(const risk::Listings::Screened& done) {
    ListScreened view{
        .entries = done.entries,
        .holding = done.holding,
        .enterprises = done.enterprises,
        .hits = done.hits,
        .opened = done.opened,
        .joined = done.joined,
        .refused = static_cast<std::int64_t>(done.notes.refused),
        .first = {}};
    for (const auto& each : done.notes.first) {
        if (view.first.size() == list_rows_shown) break;
        view.first.push_back({each.line, each.taken, each.code, each.message, each.cure});
    }
    return view;
}

} // namespace

void declare_risk_lists(Endpoints& all, Services& services) {
    all.capability("risk-lists");
    all.upload(
        "/v1/risk-lists/files",
        Right::risk_handle,
        {"上传名单，比对全部企业（CSV、Excel）",
         "Screen every enterprise against a list (CSV, Excel)"},
        list_bytes_most,
        [&](Call& call, const ListFileQuery& query) -> Result<ListScreened> {
            const auto rows = TRY(open_list(call));
            return list_view(
                TRY(services.listings->take(call.command(), *rows, query.list, call.now)));
        });
}

} // namespace api
