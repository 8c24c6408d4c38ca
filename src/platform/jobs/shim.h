#pragma once

namespace galley::jobs {

/// `galley exec job`, from main to the exit code: the process under which one attempt runs. On its
/// standard input `{"folder": "…"}`, descriptor 3 is the lease. It leaves its parent (fork, new
/// session), writes `started`, answers on its standard output with `{}` or an error as
/// exec::Report does, runs the attempt and writes what it came to. Call before any thread starts.
int RunShim();

}  // namespace galley::jobs
