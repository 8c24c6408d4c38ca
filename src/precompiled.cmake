# Sets `precompiled`: the standard headers below, compiled with this build type's flags, in the folder
# GALLEY_PRECOMPILED under the hash of all that they say. Files there are never changed, so that builds
# may use them side by side and ccache finds what another checkout compiled.
set(headers algorithm array atomic charconv chrono cmath condition_variable cstddef cstdint cstring deque
  expected filesystem fstream functional initializer_list iterator limits map memory mutex numeric optional
  random set span string string_view system_error thread tuple unordered_map utility variant vector
  fmt/core.h)
list(TRANSFORM headers REPLACE "(.+)" "#include <\\1>")
list(JOIN headers "\n" text)
string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
get_target_property(definitions fmt::fmt INTERFACE_COMPILE_DEFINITIONS)
list(TRANSFORM definitions PREPEND -D)
separate_arguments(flags UNIX_COMMAND
  "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${CMAKE_CXX23_STANDARD_COMPILE_OPTION}")
set(compile ${CMAKE_CXX_COMPILER} ${flags} ${definitions} -x c++-header)

file(WRITE ${CMAKE_BINARY_DIR}/standard.h "${text}\n")
execute_process(COMMAND ${compile} -E -dD -P ${CMAKE_BINARY_DIR}/standard.h
  OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_CXX_COMPILER} --version OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
string(SHA256 hash "${version}${compile}${said}")
string(SUBSTRING ${hash} 0 16 hash)
set(precompiled ${GALLEY_PRECOMPILED}/${hash}/standard.pch)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${precompiled}) # The cache may be emptied.
if(NOT EXISTS ${precompiled})
  # The header stays beside it: the compiler wants to see it again.
  file(WRITE ${GALLEY_PRECOMPILED}/${hash}/standard.h "${text}\n")
  string(RANDOM suffix)
  execute_process(COMMAND ${compile} -fpch-instantiate-templates -Xclang -fno-pch-timestamp
    ${GALLEY_PRECOMPILED}/${hash}/standard.h -o ${precompiled}.${suffix} COMMAND_ERROR_IS_FATAL ANY)
  file(RENAME ${precompiled}.${suffix} ${precompiled})
endif()
