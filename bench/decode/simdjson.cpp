// Reads records, one a line, with simdjson's on-demand API: the id, texts copied into a buffer, numbers into a float array. Prints
// the best time of a pass in milliseconds. Arguments: file, vector's name, numbers in it, passes, names of texts in order.
#include "simdjson.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace simdjson;

int main(int argc, char** argv) {
  std::ifstream file(argv[1], std::ios::binary);
  std::string all((std::istreambuf_iterator<char>(file)), {});
  const size_t size = all.size();
  const std::string vector_name = argv[2];
  const size_t dim = std::strtoul(argv[3], nullptr, 10);
  const int passes = std::atoi(argv[4]);
  std::vector<size_t> starts{0};
  for (size_t i = 0; i < size; i++)
    if (all[i] == '\n') starts.push_back(i + 1);
  const size_t records = starts.size() - 1;
  all.resize(size + SIMDJSON_PADDING);

  std::vector<float> floats(dim * records);
  std::vector<int64_t> ids(records);
  std::vector<char> texts(size);
  ondemand::parser parser;
  double best = 1e12;
  for (int pass = 0; pass < passes; pass++) {
    const auto begin = std::chrono::steady_clock::now();
    size_t text_end = 0;
    for (size_t r = 0; r < records; r++) {
      auto document = parser.iterate(all.data() + starts[r], starts[r + 1] - starts[r], all.size() - starts[r]);
      float* out = &floats[r * dim];
      size_t got = 0;
      for (auto field : document.get_object()) {
        const std::string_view key = field.escaped_key();
        if (key == vector_name) {
          for (auto number : field.value().get_array()) out[got++] = static_cast<float>(double(number.get_double()));
        } else if (key == "id") {
          ids[r] = field.value().get_int64();
        } else {
          const std::string_view text = field.value().get_string();
          std::memcpy(&texts[text_end], text.data(), text.size());
          text_end += text.size();
        }
      }
      if (got != dim) return 1;
    }
    const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    if (ms < best) best = ms;
  }
  std::printf("%s %.6f\n", SIMDJSON_VERSION, best);
}
