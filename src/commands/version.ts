import { VERSION } from "../version.ts";
import { type Command, EXIT_OK, EXIT_USAGE } from "./command.ts";

/** `gw version` */
export const versionCommand: Command = {
  name: "version",
  aliases: [],
  summary: "print the version",
  usage: "",
  description: "Prints the version of gw, of its runtime, and of the KrakenD whose files it reads.",
  options: [],
  operands: [],
  examples: ["gw version"],
  exitCodes: [
    [EXIT_OK, "always"],
    [EXIT_USAGE, "unknown flag or argument"],
  ],
  async run(_given, { out }) {
    const { bun, deno } = process.versions;
    const runtime =
      bun === undefined ? `Deno Version: ${deno ?? "unknown"}` : `Bun Version: ${bun}`;
    const lines = [`gw Version: ${VERSION}`, runtime, "Config Compatibility: KrakenD CE 2.13"];
    out.write(`${lines.join("\n")}\n`);
    return EXIT_OK;
  },
};
