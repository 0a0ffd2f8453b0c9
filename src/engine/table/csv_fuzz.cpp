#include "engine/table/csv.hpp"
#include "engine/table/rows.hpp"

// Any bytes: rows as wide as the header, every cell UTF-8 and within the limit, or an Error with a
// cure.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    auto source = table::open_csv_text({reinterpret_cast<const char*>(bytes), size});
    if (!source) {
        base::ensure(!source.error().cure.zh.empty(), "a refusal names its cure");
        return 0;
    }
    table::Row row;
    while (true) {
        const auto more = (*source)->next(row);
        if (!more || !*more) return 0;
        base::ensure(row.cells.size() == (*source)->header().size(), "a row fits the header");
        for (const auto cell : row.cells) {
            base::ensure(cell.size() <= table::cell_bytes_most, "a cell is within the limit");
            base::ensure(table::is_utf8(cell), "a cell is UTF-8");
        }
    }
}
