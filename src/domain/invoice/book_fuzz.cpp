#include "domain/invoice/book.hpp"

#include <zstd.h>

namespace {

void look(std::string_view bytes) {
    const auto book = invoice::unpack_book(bytes);
    if (!book) {
        base::ensure(book.error().code == "invoice.book_damaged", "damage has one code");
        return;
    }
    const auto again = invoice::unpack_book(invoice::pack_book(*book));
    base::ensure(again.has_value() && *again == *book, "a book is its own copy");
}

} // namespace

// Any bytes, as they are and as what a whole frame unpacks to: damage, or a book that packs and
// unpacks to itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    look({reinterpret_cast<const char*>(bytes), size});
    std::string frame(ZSTD_compressBound(size), '\0');
    frame.resize(ZSTD_compress(frame.data(), frame.size(), bytes, size, 1));
    look(frame);
    return 0;
}
