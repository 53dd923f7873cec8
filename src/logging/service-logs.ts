import type { ServiceConfig } from "../config/model.ts";
import { isRecord } from "../lib/go-coerce.ts";
import { createGinLine, createJsonLine } from "./access-line.ts";
import { AccessLog } from "./access-log.ts";
import { LEVEL_NUMBERS, type LogLevel, parseLevel } from "./level.ts";
import { createLogger, type Logger } from "./logger.ts";

/** Both logs of a service. */
export interface ServiceLogs {
  readonly log: Logger;
  /** `null`: switched off by `disable_access_log`. */
  readonly accessLog: AccessLog | null;
  /** False: `log` drops errors, by its level or for want of an output. */
  readonly showsErrors: boolean;
  /** What the configuration asks of the logs and cannot have, and at DEBUG how they are set up. */
  announce(): void;
}

/** What the process's surroundings decide about the logs. */
export interface LogStyle {
  /** Both logs as JSON, one object a line, for containers. */
  readonly isJson: boolean;
  /** Of the access log: somebody looks at a terminal. */
  readonly hasColors: boolean;
}

/** How the logs look, and where they go. */
export interface ServiceLogsOptions extends LogStyle {
  /** Takes whole lines, several at once; must not block and must not throw. */
  readonly destination: (lines: string) => void;
}

/**
 * Opens the logs that a configuration asks for. A `telemetry/logging` that cannot be used does not
 * stop gw: as in KrakenD the basic logger says why and takes its place.
 */
export function openServiceLogs(
  { extraConfig, router }: Pick<ServiceConfig, "extraConfig" | "router">,
  { isJson, hasColors, destination }: ServiceLogsOptions,
): ServiceLogs {
  const choice = chooseLogger(extraConfig[LOGGING_NAMESPACE]);
  const log = createLogger({
    level: choice.level,
    prefix: choice.prefix,
    layout: isJson ? "json" : choice.layout,
    destination: choice.isSilent ? discard : destination,
  });
  const render = isJson ? createJsonLine() : createGinLine(hasColors);
  return {
    log,
    accessLog: router.hasAccessLog ? new AccessLog({ render, destination }) : null,
    showsErrors: !choice.isSilent && LEVEL_NUMBERS[choice.level] <= LEVEL_NUMBERS.ERROR,
    announce() {
      for (const problem of choice.problems) log.error(problem);
      if (choice.layout !== "default") return;
      log.debug("[SERVICE: telemetry/logging] Improved logging started.");
    },
  };
}

const LOGGING_NAMESPACE = "telemetry/logging";

function discard(): void {}

/** What `telemetry/logging` decides about the application log. */
export interface LoggerChoice {
  readonly level: LogLevel;
  readonly prefix: string;
  readonly layout: "basic" | "default";
  /** Neither `stdout` nor `syslog`: nothing is logged. */
  readonly isSilent: boolean;
  /** What cannot be done as asked, for the log. */
  readonly problems: readonly string[];
}

const BASIC: LoggerChoice = {
  level: "DEBUG",
  prefix: "",
  layout: "basic",
  isSilent: false,
  problems: [],
};

/** Reads the options as KrakenD does; what gw cannot do yet is a problem that the log tells. */
export function chooseLogger(options: unknown): LoggerChoice {
  if (!isRecord(options)) return BASIC;

  const { level: levelText, prefix, stdout, syslog, format } = options;
  const level = parseLevel(typeof levelText === "string" ? levelText : "");
  if (level === undefined) {
    const reason = `unknown level ${JSON.stringify(levelText ?? "")}`;
    return { ...BASIC, problems: [`[SERVICE: Logging] Unable to create the logger: ${reason}`] };
  }
  const problems: string[] = [];
  if (syslog === true) problems.push(`${IN_SCOPE} syslog is not supported yet`);
  if (typeof format === "string" && format !== "default" && format !== "") {
    problems.push(`${IN_SCOPE} format ${JSON.stringify(format)} is not supported yet`);
  }
  return {
    level,
    prefix: typeof prefix === "string" ? prefix : "",
    layout: "default",
    // With syslog alone the lines would be lost, so they go to standard output until it is there.
    isSilent: stdout !== true && syslog !== true,
    problems,
  };
}

const IN_SCOPE = "[SERVICE: Logging]";
