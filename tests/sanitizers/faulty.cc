// Does on purpose what the sanitizers of `./dev build asan` and `./dev build tsan` must end a process
// for: faulty FAULT. tests/sanitizers runs it.

#include <cstdlib>
#include <limits>
#include <string_view>
#include <thread>

namespace {

// Volatile, so that no fault is computed away.
void HeapOverflow() {
  auto* volatile bytes = new char[16];
  volatile int past = 16;
  const char read = bytes[past];
  delete[] bytes;
  std::exit(read == 0 ? 0 : 1);
}

void UseAfterFree() {
  auto* volatile bytes = new char[16];
  delete[] bytes;
  bytes[0] = 1;
}

void Leak() {
  auto* volatile bytes = new char[16];
  bytes[0] = 1;
  bytes = nullptr;
}

void SignedOverflow() {
  volatile int number = std::numeric_limits<int>::max();
  number = number + 1;
}

void Race() {
  int number = 0;
  std::thread other([&] { ++number; });
  ++number;
  other.join();
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view fault = count == 2 ? arguments[1] : "";
  if (fault == "heap-overflow") HeapOverflow();
  if (fault == "use-after-free") UseAfterFree();
  if (fault == "leak") Leak();
  if (fault == "signed-overflow") SignedOverflow();
  if (fault == "race") Race();
}
