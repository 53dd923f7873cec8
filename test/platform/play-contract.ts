// Holds the sockets of the runtime that runs this file against the contract:
//
//   deno run -A test/platform/play-contract.ts MATERIAL      MATERIAL: a JSON file of TLS material
//
// Prints a JSON object: for each case `ok`, or what went wrong.
import { readFileSync } from "node:fs";
import { sockets } from "../../src/platform/runtime.ts";
import type { TlsMaterial } from "./contract.ts";
import { plainContract } from "./plain-contract.ts";
import { tlsContract } from "./tls-contract.ts";

// Written by the test that starts this.
const material: TlsMaterial = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));

const results: Record<string, string> = {};
for (const { name, run } of [...plainContract, ...tlsContract(material)]) {
  results[name] = await run(sockets).then(
    () => "ok",
    (error: unknown) => String(error),
  );
}
console.log(JSON.stringify(results));
process.exit(0);
