// Whatever bytes come as a table: every row has a cell for each column, and typing what was read
// does not fail in any other way than by an Error.
#include "engine/score/leak.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const auto sheet = score::read_sheet(bytes);
    if (!sheet) {
        base::ensure(!sheet.error().code.empty(), "an error has a code");
        return 0;
    }
    for (const auto& cells : sheet->cells)
        base::ensure(cells.size() == sheet->rows(), "a cell for each row");
    if (sheet->names.size() > 50) return 0;
    if (const auto frame = score::make_frame(*sheet, {.target = "last"})) {
        for (const auto& column : frame->columns)
            base::ensure(column.rows() == frame->rows(), "a value for each row");
        static_cast<void>(score::check_leaks(*frame));
    }
    return 0;
}
