// Whatever file says whom to trust.
#include "engine/tlog/trust.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto trust = tlog::Trust::read(bytes)) {
        const std::vector<bool> all(trust->witnesses().size(), true);
        base::ensure(trust->satisfied(all), "all witnesses together make any quorum");
    }
    return 0;
}
