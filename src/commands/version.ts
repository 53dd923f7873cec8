import { toOneLine } from "../logging/one-line.ts";
import { COMMIT, VERSION } from "../version.ts";
import { BUILT_IN } from "./built-in-configuration.ts";
import { type Command, type CommandContext, EXIT_FAILURE, EXIT_OK, EXIT_USAGE } from "./command.ts";

/** `gw version` */
export const versionCommand: Command = {
  name: "version",
  aliases: [],
  summary: "print the version, and which configuration is in the program",
  usage: "",
  description:
    "Prints the version of gw, the commit it was built from, its runtime, the configuration that\n" +
    "the program carries, and the KrakenD whose files it reads.",
  options: [],
  operands: [],
  examples: ["gw version"],
  exitCodes: [
    [EXIT_OK, "printed"],
    [EXIT_FAILURE, "printed, and the configuration in the program is not whole"],
    [EXIT_USAGE, "unknown flag or argument"],
  ],
  async run(_given, { out, carried }) {
    const { bun, deno } = process.versions;
    const runtime =
      bun === undefined ? `Deno Version: ${deno ?? "unknown"}` : `Bun Version: ${bun}`;
    const found = carried?.() ?? { kind: "none" };
    const lines = [
      `gw Version: ${VERSION}`,
      `Commit: ${COMMIT ?? "none, runs from source"}`,
      runtime,
      `Configuration: ${describeCarried(found)}`,
      "Config Compatibility: KrakenD CE 2.13",
    ];
    out.write(`${lines.join("\n")}\n`);
    return found.kind === "damaged" ? EXIT_FAILURE : EXIT_OK;
  },
};

function describeCarried(found: ReturnType<NonNullable<CommandContext["carried"]>>): string {
  if (found.kind === "configuration")
    return `${toOneLine(found.source.name)}, sha256 ${found.sha256}`;
  return found.kind === "none" ? BUILT_IN : `not usable: ${found.reason}`;
}
