#include "app/demo_names.hpp"

#include <array>

namespace app::demo {
namespace {

constexpr std::array<std::string_view, 48> first_syllables = {
    "蔚", "禾", "澍", "霁", "岚", "珩", "翊", "沅", "旻", "汀", "昀", "芃", "砚", "桦", "泠", "骁",
    "衍", "舜", "钧", "璟", "谷", "樾", "湛", "朔", "驰", "埔", "栎", "晗", "渚", "垚", "铄", "弈",
    "枫", "泓", "葭", "菁", "苇", "桐", "澜", "嵩", "榆", "漪", "岱", "筠", "淮", "峤", "硕", "漾"};
constexpr std::array<std::string_view, 48> second_syllables = {
    "禾", "庭", "坊", "朗", "乔", "曜", "川", "驿", "岑", "启", "穗", "沣", "铎", "圻", "辰", "帆",
    "屿", "棠", "砺", "迈", "丘", "弘", "渡", "稷", "陌", "钜", "笙", "浔", "甸", "棣", "峻", "洵",
    "锦", "淳", "麓", "晟", "溪", "阡", "臻", "纬", "汐", "枢", "桥", "楷", "埕", "默", "榕", "湄"};
constexpr std::array<std::string_view, 24> surnames = {
    "沈", "陆", "顾", "钱", "施", "俞", "费", "计", "浦", "郁", "柏", "徐",
    "潘", "戴", "倪", "姚", "金", "曹", "许", "褚", "毕", "凌", "殷", "章"};
constexpr std::array<std::string_view, 24> given_names = {
    "文昭", "以宁", "知远", "书墨", "景和", "若水", "怀瑾", "子衿", "明澈", "嘉树", "云舒", "望舒",
    "清和", "星野", "允之", "思齐", "禾嘉", "柏舟", "予安", "令仪", "既白", "行简", "南乔", "疏影"};

struct Trade {
    std::string_view division; // two digits of GB/T 4754-2017
    std::array<std::string_view, 3> words;
};

constexpr std::array trades = {
    Trade{"13", {"食品", "粮油", "饲料"}},
    Trade{"14", {"食品", "烘焙", "调味品"}},
    Trade{"15", {"饮品", "茶业", "酒业"}},
    Trade{"17", {"纺织", "织造", "针纺"}},
    Trade{"18", {"服饰", "制衣", "服装"}},
    Trade{"19", {"皮具", "鞋业", "箱包"}},
    Trade{"20", {"木业", "板材", "竹木制品"}},
    Trade{"21", {"家具", "家居", "办公家具"}},
    Trade{"22", {"纸业", "包装", "纸制品"}},
    Trade{"23", {"印务", "印刷", "彩印包装"}},
    Trade{"24", {"文具", "工艺品", "玩具"}},
    Trade{"26", {"新材料", "精细化工", "涂料"}},
    Trade{"27", {"生物医药", "药业", "医药"}},
    Trade{"28", {"化纤", "纤维", "新材料"}},
    Trade{"29", {"橡塑", "塑业", "密封件"}},
    Trade{"30", {"建材", "玻璃", "新型墙材"}},
    Trade{"31", {"钢管", "金属材料", "铸管"}},
    Trade{"32", {"铜业", "铝业", "合金材料"}},
    Trade{"33", {"紧固件", "五金", "金属制品"}},
    Trade{"34", {"精密机械", "轴承", "传动设备"}},
    Trade{"35", {"智能装备", "专用设备", "模具"}},
    Trade{"36", {"汽车零部件", "车业", "汽配"}},
    Trade{"37", {"船用设备", "轨道装备", "航空部件"}},
    Trade{"38", {"电气", "新能源", "线缆"}},
    Trade{"39", {"电子", "通信", "光电"}},
    Trade{"40", {"仪器仪表", "传感技术", "测控"}},
    Trade{"51", {"贸易", "供应链", "进出口"}},
    Trade{"52", {"商贸", "百货", "电子商务"}},
    Trade{"54", {"物流", "运输", "货运"}},
    Trade{"59", {"仓储", "物流", "冷链"}},
    Trade{"65", {"软件", "信息技术", "数字科技"}},
    Trade{"73", {"生物科技", "研发技术", "新材料科技"}},
    Trade{"75", {"科技", "环保科技", "技术服务"}}};
constexpr std::array<std::string_view, 3> other_words = {"实业", "工贸", "科技"};

} // namespace

std::string enterprise_name(
    Random& random, std::string_view place, std::string_view industry, std::size_t ordinal) {
    constexpr auto firsts = first_syllables.size();
    constexpr auto seconds = second_syllables.size();
    std::string name(place);
    // 7 and 11 have no factor in common with 48, so neighbours do not look like brothers.
    name += first_syllables[(ordinal * 7) % firsts];
    name += second_syllables[(ordinal * 11 + ordinal / firsts) % seconds];
    if (ordinal >= firsts * seconds)
        name += first_syllables[(ordinal / (firsts * seconds)) % firsts];
    const auto* words = &other_words;
    for (const auto& trade : trades) {
        if (industry.starts_with(trade.division)) words = &trade.words;
    }
    name += random.pick(*words);
    name += random.chance(12) ? "股份有限公司" : "有限公司";
    return name;
}

std::string person_name(Random& random) {
    std::string name(random.pick(surnames));
    name += random.pick(given_names);
    return name;
}

std::string phone_number(Random& random) {
    return "0573-0000" + std::to_string(random.between(1000, 9999));
}

} // namespace app::demo
