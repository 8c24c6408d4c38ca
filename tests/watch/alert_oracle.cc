// States of alerts, for tests/watch. Each line of the input is a rule and what it saw,
//   FOR KEEP_FIRING_FOR SECONDS SEEN
// SECONDS is the time between evaluations, SEEN a letter an evaluation: h(it), m(iss), n(o data, which
// counts as a miss). The answer's line has a letter an evaluation: i(nactive), p(ending), f(iring),
// r(esolved).

#include <iostream>
#include <string>

#include "domain/watch/state.h"

int main() {
  using namespace galley::watch;
  Timing timing{.no_data = NoData::kInactive};
  double seconds = 0;
  std::string seen;
  while (std::cin >> timing.hold >> timing.keep >> seconds >> seen) {
    AlertState state;
    std::string states;
    for (std::size_t at = 0; at < seen.size(); ++at) {
      const Seen what = seen[at] == 'h' ? Seen::kHit : seen[at] == 'm' ? Seen::kMiss : Seen::kNoData;
      state = Step(timing, state, what, static_cast<double>(at) * seconds);
      states += StateName(state.state)[0];
    }
    std::cout << states << '\n';
  }
}
