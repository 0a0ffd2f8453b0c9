#include "engine/table/rows.hpp"
#include "engine/table/xlsx.hpp"

// Any bytes as a workbook: rows as wide as the header, or an Error with a cure; limits hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto source = table::open_xlsx_bytes({reinterpret_cast<const char*>(bytes), size});
    if (!source) {
        base::ensure(!source.error().cure.zh.empty(), "a refusal names its cure");
        return 0;
    }
    table::Row row;
    for (int rows = 0; rows < 100'000; ++rows) {
        const auto more = (*source)->next(row);
        if (!more || !*more) return 0;
        base::ensure(row.cells.size() == (*source)->header().size(), "a row fits the header");
        for (const auto cell : row.cells)
            base::ensure(table::is_utf8(cell), "a cell is UTF-8");
    }
    return 0;
}
