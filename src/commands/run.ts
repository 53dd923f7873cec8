import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_BUG,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { parsePort } from "./configuration.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw run` */
export const runCommand: Command = {
  name: "run",
  aliases: [],
  summary: "serve a configuration",
  usage: "[-c FILE] [-d] [-p PORT]",
  description:
    "Serves a KrakenD configuration file until a signal (SIGTERM, SIGINT) ends it: then requests\n" +
    "in flight are finished. A second signal ends it at once. Without -c the built-in configuration\n" +
    "is served, on 127.0.0.1 only. Variables KRAKEND_<KEY> and GW_<KEY> replace root keys of the file.",
  options: [
    configOption,
    {
      long: "debug",
      short: "d",
      value: null,
      description: "serve the debug endpoint, /__debug/",
      choices: [],
    },
    {
      long: "port",
      short: "p",
      value: "PORT",
      description: "listen on this port instead of the configuration's",
      choices: [],
    },
  ],
  operands: [],
  examples: ["gw run -c krakend.json", "gw run -dc krakend.json -p 9000"],
  exitCodes: [
    [EXIT_OK, "stopped by a signal"],
    [1, "it could not listen on its port"],
    [EXIT_USAGE, "unknown flag or argument"],
    [EXIT_BUG, "a bug in gw (GW_DEBUG=1 shows where)"],
    [130, "a second SIGINT"],
    [143, "a second SIGTERM"],
    [255, "the configuration cannot be served"],
  ],
  async run({ options }: GivenArguments, context: CommandContext) {
    const givenPort = options.get("port") ?? "0";
    // KrakenD takes 0 for "as configured".
    const port = /^0+$/.test(givenPort) ? undefined : parsePort(givenPort);
    if (port === undefined && !/^0+$/.test(givenPort)) {
      const problem = `invalid argument "${givenPort}" for --port: a number from 1 to 65535`;
      return reportUsage(problem, runCommand.name, context);
    }
    // Loaded when it is needed: the gateway is the larger part of the program.
    const { serve } = await import("./serve.ts");
    return serve({ file: options.get("config"), port, isDebug: options.has("debug") }, context);
  },
};
