# How everything is compiled. Beast and Asio bodies live in one file (edge/http/beast_impl.cpp), so the
# separate-compilation macros hold for the whole tree.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-missing-field-initializers)
# g++ 12.2 at -O1 drops the store of a temporary that is passed to a member function of the same file
# (Date::plus_months on a fresh Date gave random days); without this analysis it does not.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fno-ipa-modref)
  # It also takes a literal added to a std::string for a write beyond the string (GCC bugs 105329, 105651); what is
  # truly out of bounds the sanitizers see.
  add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(WARNINGS_ARE_ERRORS)
  add_compile_options(-Werror)
endif()
if(UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # In a joined file g++ takes every .cpp but the joining one for a header, whose unnamed namespaces would be suspect.
  add_compile_options(-Wno-subobject-linkage)
endif()
add_compile_definitions(
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_JSON_NO_LIB)

find_program(LLD ld.lld)
if(LLD)
  add_link_options(-fuse-ld=lld)
endif()

# A second build of the same text, in this clone or in another, comes out of ccache. The options are what a
# precompiled header asks of ccache; the mapped prefix keeps the clone's place out of every object.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-fpch-preprocess)
  else()
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

if(SANITIZE)
  # g++ 12 takes its own instrumentation of <regex> and <optional> for uses of uninitialised values; the ordinary
  # build keeps the warning.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
  add_compile_options(-fsanitize=${SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SANITIZE})
  if(SANITIZE MATCHES undefined)
    # Checks of every pointer double the code. A null one traps by itself under the address sanitizer, which sees
    # what lies outside an object as well.
    add_compile_options(-fno-sanitize=null,alignment,object-size,vptr,pointer-overflow,nonnull-attribute,returns-nonnull-attribute)
  endif()
  if(SANITIZE MATCHES thread)
    add_compile_options(-Wno-tsan)
  endif()
endif()

# One precompiled header for the whole tree, standard library only; and one for what is compiled without
# optimising, see precompile() in Module.cmake.
foreach(header pch pch_light)
  add_library(${header} OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
  target_precompile_headers(${header} PRIVATE
    <algorithm> <array> <charconv> <chrono> <compare> <cstdint> <expected> <functional> <map> <memory>
    <optional> <set> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)
endforeach()
target_compile_options(pch_light PRIVATE -O0)
