// 演示县域: a county with invented enterprises, people, needs, loans and figures, made by the same
// commands that people use, with a fixed seed and a clock that goes through the plan's years.
// Everything in it is fictional and says so.
#pragma once

#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "base/secret.hpp"

#include <filesystem>
#include <vector>

namespace app {

struct DemoWish {
    std::filesystem::path data;
    std::filesystem::path pack;
    std::int64_t enterprises = 160;
    std::uint64_t seed = 20211011;
};

// A sign-in, printed once on the console and kept nowhere.
struct DemoPerson {
    std::string login;
    std::string one_time_password;
    base::Text who; // 企业 · 嘉善…有限公司 · 财务
};
BOOST_DESCRIBE_STRUCT(DemoPerson, (), (login, one_time_password, who))

struct Demo {
    std::int64_t clock_offset_ms = 0; // the county goes on from the day the generator stopped at
    std::vector<DemoPerson> people;
};

base::Result<Demo> make_demo(const DemoWish& wish);
[[nodiscard]] std::string sign_ins_text(
    const Terminal& terminal, const std::vector<DemoPerson>& people);

} // namespace app
