import { usableProcessors } from "../platform/processors.ts";
import { threadsCanSharePort } from "../platform/threads.ts";
import { ThreadReserve } from "../platform/workers.ts";
import {
  type Command,
  type CommandContext,
  configOption,
  EXIT_BUG,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_SIGINT,
  EXIT_SIGTERM,
  EXIT_UNREADABLE,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { parsePort } from "./configuration.ts";
import type { ServeRequest } from "./serve.ts";
import { readShutdownDelay } from "./shutdown.ts";
import { reportUsage } from "./usage-error.ts";

/** `gw run` */
export const runCommand: Command = {
  name: "run",
  aliases: [],
  summary: "serve a configuration",
  usage: "[-c FILE] [-d] [-p PORT] [--workers N] [--shutdown-delay D]",
  description:
    "Serves a KrakenD configuration file until a signal (SIGTERM, SIGINT) ends it: health answers 503\n" +
    "and everything is still served for the shutdown delay, then requests in flight are finished.\n" +
    "A second signal ends it at once. Without -c the configuration in the program is served; the\n" +
    "built-in one listens on 127.0.0.1 only. Variables KRAKEND_<KEY> and GW_<KEY> replace root keys.",
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
    {
      long: "workers",
      short: null,
      value: "N",
      description:
        "threads that serve, at most 64 (default: one for each processor that may be used)",
      choices: [],
    },
    {
      long: "shutdown-delay",
      short: null,
      value: "D",
      description:
        "serve on so long after the first signal (default: 5s, on a terminal 0; GW_SHUTDOWN_DELAY)",
      choices: [],
    },
  ],
  operands: [],
  examples: ["gw run -c krakend.json", "gw run -dc krakend.json -p 9000"],
  exitCodes: [
    [EXIT_OK, "stopped by a signal; requests that had to be cut are counted in the log"],
    [
      EXIT_FAILURE,
      "it could not listen, read its TLS files, or read the configuration in the program",
    ],
    [EXIT_USAGE, "unknown flag or argument, or GW_SHUTDOWN_DELAY is no duration"],
    [EXIT_BUG, "a bug in gw (GW_DEBUG=1 shows where), or workers that crash again and again"],
    [EXIT_SIGINT, "a second SIGINT"],
    [EXIT_SIGTERM, "a second SIGTERM"],
    [EXIT_UNREADABLE, "the configuration cannot be served"],
  ],
  async run({ options }: GivenArguments, context: CommandContext) {
    const request = readRequest(options, context);
    if ("problem" in request) return reportUsage(request.problem, runCommand.name, context);
    // Loaded when it is needed: the gateway is the larger part of the program.
    const threads = new ThreadReserve(
      context.workerEntry,
      threadsCanSharePort && request.workers > 1 ? request.workers : 0,
    );
    const { serve } = await import("./serve.ts");
    return serve({ ...request, threads }, context);
  },
};

/** Each thread costs megabytes and a moment at the end: hundreds do not end in the time that supervisors grant. */
const MOST_WORKERS = 64;

function readRequest(
  options: GivenArguments["options"],
  { environment }: CommandContext,
): Omit<ServeRequest, "threads"> | { readonly problem: string } {
  const givenPort = options.get("port") ?? "0";
  // KrakenD takes 0 for "as configured".
  const port = /^0+$/.test(givenPort) ? undefined : parsePort(givenPort);
  if (port === undefined && !/^0+$/.test(givenPort)) {
    return { problem: `invalid argument "${givenPort}" for --port: a number from 1 to 65535` };
  }
  const givenWorkers = options.get("workers");
  const workers = givenWorkers === undefined ? defaultWorkers() : parseWorkers(givenWorkers);
  if (workers === undefined) {
    const expected = `a number from 1 to ${MOST_WORKERS}`;
    return { problem: `invalid argument "${givenWorkers}" for --workers: ${expected}` };
  }
  const shutdownDelayMs = readShutdownDelay({
    option: options.get("shutdown-delay"),
    variable: environment.GW_SHUTDOWN_DELAY,
  });
  if (typeof shutdownDelayMs === "object") return shutdownDelayMs;
  const file = options.get("config");
  return { file, port, isDebug: options.has("debug"), workers, shutdownDelayMs };
}

/** A thread for each processor within the limit, where the runtime lets threads share a port. */
export function defaultWorkers(processors = usableProcessors()): number {
  return threadsCanSharePort ? Math.min(processors, MOST_WORKERS) : 1;
}

function parseWorkers(text: string): number | undefined {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MOST_WORKERS ? count : undefined;
}
