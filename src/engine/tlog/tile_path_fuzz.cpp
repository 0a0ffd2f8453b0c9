// Whatever path a client asks for: what is accepted has one spelling, and bundles are whole or
// refused.
#include "engine/tlog/tile.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto tile = tlog::read_tile_path(bytes)) {
        base::ensure(tlog::path_of(*tile) == bytes, "a path has one spelling");
    }
    for (const unsigned width : {1U, 3U, 256U}) {
        const auto entries = tlog::read_bundle(bytes, width);
        if (!entries) continue;
        std::string again;
        for (const auto& entry : *entries)
            base::ensure(tlog::add_to_bundle(again, entry).has_value(), "an entry is short");
        base::ensure(again == bytes, "a bundle has one spelling");
    }
    return 0;
}
