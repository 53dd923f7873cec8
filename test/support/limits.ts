// Loaded before all tests (bunfig.toml): how long one of them may take, in whatever way it is run.

import { readFileSync } from "node:fs";
import { plugin } from "bun";

// Tests of the whole gateway start processes.
const TEST_LIMIT_MS = 30_000;

// bunfig.toml knows no limit, and Bun forgets one that is set here after the first file, so every
// file sets its own. On the file's first line: what a failure says of places stays right.
const setLimit = `import { setDefaultTimeout as setLimit } from "bun:test"; setLimit(${TEST_LIMIT_MS});`;

plugin({
  name: "test limit",
  setup(build) {
    build.onLoad({ filter: /\.test\.ts$/ }, ({ path }) => ({
      contents: `${setLimit} ${readFileSync(path, "utf8")}`,
      loader: "ts",
    }));
  },
});
