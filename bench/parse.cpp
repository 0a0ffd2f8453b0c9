// What reading CSV files costs at least: their bytes once through memory, and their rows through
// the reader that every import uses, with nothing done to them. The limit of an import's rows a
// second.
//
//   bench_parse FILE... prints JSON
#include "base/clock.hpp"
#include "base/json.hpp"
#include "engine/table/csv.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace bench {

struct Report {
    std::int64_t bytes = 0;
    std::int64_t rows = 0;
    std::int64_t cells = 0;
    std::int64_t line_ends = 0;
    double read_seconds = 0;  // the bytes, counting line ends
    double parse_seconds = 0; // into cells
};
BOOST_DESCRIBE_STRUCT(Report, (), (bytes, rows, cells, line_ends, read_seconds, parse_seconds))

namespace {

double seconds_since(std::int64_t start_ns) {
    return static_cast<double>(base::monotonic_ns() - start_ns) / 1e9;
}

void read_plainly(const char* path, Report& report) {
    const auto start = base::monotonic_ns();
    std::ifstream in(path, std::ios::binary);
    std::vector<char> piece(256UL * 1024);
    while (in) {
        in.read(piece.data(), std::ssize(piece));
        report.bytes += in.gcount();
        report.line_ends += std::count(piece.begin(), piece.begin() + in.gcount(), '\n');
    }
    report.read_seconds += seconds_since(start);
}

bool parse(const char* path, Report& report) {
    const auto start = base::monotonic_ns();
    const auto source = table::open_csv_file(path);
    if (!source) return false;
    table::Row row;
    for (;;) {
        const auto more = (*source)->next(row);
        if (!more) return false;
        if (!*more) break;
        ++report.rows;
        report.cells += static_cast<std::int64_t>(row.cells.size());
    }
    report.parse_seconds += seconds_since(start);
    return true;
}

} // namespace
} // namespace bench

int main(int count, char** arguments) {
    bench::Report report;
    for (int i = 1; i < count; ++i) {
        bench::read_plainly(arguments[i], report);
        if (!bench::parse(arguments[i], report)) {
            std::fprintf(stderr, "%s is no CSV file\n", arguments[i]);
            return 1;
        }
    }
    std::puts(base::json::text(report).c_str());
    return 0;
}
