// Which members without a natural default may be left out of a file all the same; of use to the
// reader and to the schemas for editors only.
#pragma once

#include "engine/pack/load.hpp"
#include "engine/pack/yaml.hpp"

namespace pack::yaml {

template <>
inline constexpr std::string_view may_omit<Header> = " notice ";
template <>
inline constexpr std::string_view may_omit<Attribute> = " cadence ";
template <>
inline constexpr std::string_view may_omit<Institution> = " licence town phone settled_on ";
template <>
inline constexpr std::string_view may_omit<Product> = " when_unknown ";
template <>
inline constexpr std::string_view may_omit<Price> = " base ";
template <>
inline constexpr std::string_view may_omit<Step> = " to ";
template <>
inline constexpr std::string_view may_omit<Law> = " number clause ";
template <>
inline constexpr std::string_view may_omit<InstrumentStep> = " to ";
template <>
inline constexpr std::string_view may_omit<InstrumentKind> = " unit ";
template <>
inline constexpr std::string_view may_omit<AnnualTarget> = " vintage ";
template <>
inline constexpr std::string_view may_omit<Indicator> = " direction printed_type ";
template <>
inline constexpr std::string_view may_omit<QualityRule> = " must ";
template <>
inline constexpr std::string_view may_omit<Signal> = " watches ";

template <>
inline constexpr std::string_view may_omit<CourseStep> = " effect ";
template <>
inline constexpr std::string_view may_omit<Programme> = " applicant once ";

} // namespace pack::yaml
