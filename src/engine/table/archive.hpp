// A zip archive, read one entry at a time: the outer shell of an Excel file.
#pragma once

#include "base/result.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace table {

[[nodiscard]] base::Error xlsx_broken(std::string detail);
[[nodiscard]] base::Error xlsx_unsafe(base::Text what);

class Archive {
public:
    static base::Result<Archive> open_file(const std::string& path);
    static base::Result<Archive> open_bytes(std::string bytes);
    Archive(Archive&&) noexcept;
    Archive& operator=(Archive&&) noexcept;
    ~Archive();

    // Moves to an entry, its name compared without letter case; false when there is none.
    [[nodiscard]] bool enter(const std::string& name);
    // The next bytes of the entry; 0 at its end. Counts towards unpacked_bytes_most.
    [[nodiscard]] base::Result<std::size_t> read(std::span<char> buffer);

private:
    struct State;
    explicit Archive(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace table
