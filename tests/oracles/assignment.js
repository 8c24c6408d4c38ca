// What GrowthBook's SDK assigns: hashes, ranges, variations and namespaces of many units.
//
//     npm install @growthbook/growthbook@1.8.0     (in a folder of its own)
//     NODE_PATH=THERE/node_modules node assignment.js >src/foundation/stats/testdata/assignment.tsv
//
// A line is `hash seed value v1 v2`, `choose n coverage weights variations ranges variation` or
// `namespace value id low high in`, by tabs. Texts are the hexadecimal of their bytes, so that those
// that are no UTF-8 can be written; numbers are JavaScript's shortest that read back the same.

const path = require("path");
const util = require(path.join(
  path.dirname(require.resolve("@growthbook/growthbook/package.json")), "dist/cjs/util.js"));

// Random numbers of the Lehmer generator, so that each run writes the same.
let state = 12345;
const random = (bound) => {
  state = (state * 48271) % 2147483647;
  return state % bound;
};

const PIECES = ["user-", "store/", "Zoë", "客", "𝛑", "😀", "a", "0", " ", "é", "\u0001", "\uffff", "ﬁ"];
const text = () => {
  let made = "";
  for (let left = random(5); left >= 0; --left) made += PIECES[random(PIECES.length)] + random(1000);
  return Buffer.from(made, "utf8");
};
const BROKEN = ["ff", "c3", "e28241", "f09f98", "f0808080", "eda080", "f4908080", "c080", "61e282", "80bf",
  "f09f9841", "e0a0", "ed9fbf", "f48fbfbf"].map((hex) => Buffer.from(hex, "hex"));

const print = (...fields) => console.log(fields.join("\t"));
const hash = (seed, value) => {
  const [s, v] = [seed.toString("utf8"), value.toString("utf8")];
  print("hash", seed.toString("hex"), value.toString("hex"), util.hash(s, v, 1), util.hash(s, v, 2));
};

for (const [seed, value] of [["fraud-2026q3", "user-1"], ["fraud-2026q3", "user-2"], ["checkout", "42"],
  ["fraud-2026q3", "Zoë"], ["", ""], ["x", ""]]) hash(Buffer.from(seed), Buffer.from(value));
for (let i = 0; i < 200; ++i) hash(text(), text());
for (const broken of BROKEN) hash(Buffer.from("seed"), broken);

const WEIGHTS = [undefined, [0.5, 0.5], [0.1, 0.9], [0.34, 0.33, 0.33], [0.2, 0.2], [1, 1], [0.505, 0.505],
  [0.4, 0.6, 0], [0.25, 0.25, 0.25, 0.25], [1], [0.99]];
const COVERAGES = [1, 0, 0.05, 0.5, 0.333, 1.7, -0.2];
for (let i = 0; i < 150; ++i) {
  const [n, coverage, weights, variations] =
    [random(10000) / 10000, COVERAGES[random(7)], WEIGHTS[random(WEIGHTS.length)], 1 + random(4)];
  const ranges = util.getBucketRanges(variations, coverage, weights);
  print("choose", n, coverage, weights ? weights.join(",") : "-", variations,
    ranges.map((r) => r.join(":")).join(","), util.chooseVariation(n, ranges));
}
for (let i = 0; i < 60; ++i) {
  const [value, id, low] = [text(), "layer-" + random(5), random(8) / 10];
  const high = low + random(5) / 10;
  print("namespace", value.toString("hex"), id, low, high,
    util.inNamespace(value.toString("utf8"), [id, low, high]) ? 1 : 0);
}
