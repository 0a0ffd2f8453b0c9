// Whatever bytes come as a model: what is read is written back the same and can score a row.
#include "engine/score/card.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto kept = score::read_model({reinterpret_cast<const char*>(data), size});
    if (!kept) return 0;
    const auto text = score::write_model(*kept);
    const auto again = score::read_model(text);
    base::ensure(again && score::write_model(*again) == text, "a model has one spelling");
    score::Frame frame;
    frame.columns = kept->model.columns;
    for (auto& column : frame.columns) {
        if (column.kind == score::Kind::number)
            column.numbers = {1.5F};
        else
            column.codes = {0};
    }
    frame.target = {0};
    frame.lines = {1};
    static_cast<void>(score::explain(kept->model, frame, 0));
    return 0;
}
