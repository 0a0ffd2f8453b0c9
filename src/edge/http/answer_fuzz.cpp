// Whatever another server answers: a whole answer, none yet, or a refusal.
#include "edge/http/client.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto open = http::read_answer(bytes, false);
    const auto ended = http::read_answer(bytes, true);
    if (ended) base::ensure(ended->has_value(), "at the end an answer is whole or refused");
    if (open && open->has_value() && ended)
        base::ensure((*open)->body == (*ended)->body, "what was whole stays as it was");
    (void)http::read_url(bytes);
    return 0;
}
