import template from "../../templates/gw.service.eta" with { type: "text" };
import type { LoadedConfig } from "../config/load.ts";
import { CheckedText } from "./checked-text.ts";
import type { GatewayFacts } from "./gateway-facts.ts";
import { checkTimes } from "./longest-time.ts";
import { renderTemplate } from "./render-template.ts";
import type { UnitPath } from "./systemd-path.ts";

/** Where a unit finds what it starts. */
export interface UnitOptions {
  readonly facts: Pick<GatewayFacts, "port" | "shutdownDelayMs" | "shutdownWaitMs">;
  readonly program: UnitPath;
  /** `null`: the program carries its configuration. */
  readonly configFile: UnitPath | null;
  readonly workingDirectory: UnitPath;
  /** The delay is not in the configuration, so the unit passes it on. */
  readonly isDelayGiven: boolean;
}

/** Reports what no unit can hold. */
export function checkForSystemd(loaded: LoadedConfig): void {
  checkTimes(loaded, ["shutdown-delay", "shutdown-wait"]);
}

/** The text of `gw.service`: a node that stops without losing a request, and may do nothing but serve. */
export function renderUnit(options: UnitOptions): string {
  const { facts, program, configFile, workingDirectory, isDelayGiven } = options;
  const { port } = facts;
  const delayMs = toWholeMs(facts.shutdownDelayMs);
  const waitMs = toWholeMs(facts.shutdownWaitMs);
  return renderTemplate(template, {
    workingDirectory: workingDirectory.value,
    program: program.word,
    configFile: configFile?.word ?? null,
    isDelayGiven,
    delay: toDuration(delayMs),
    wait: toDuration(waitMs),
    stopSeconds: Math.ceil((delayMs + waitMs) / 1000) + SPARE_SECONDS,
    isPortPrivileged: port < 1024,
    port,
  });
}

/** Between the last cut request and SIGKILL: logs are written, threads end. */
const SPARE_SECONDS = 10;

/** Rounded up, but not for the rounding error of a sum: the configuration counts nanoseconds. */
function toWholeMs(durationMs: number): number {
  return Math.ceil(Math.round(durationMs * 1e6) / 1e6);
}

/** In a notation that systemd, `gw run` and ASCII have in common. */
function toDuration(wholeMs: number): CheckedText {
  return wholeMs % 1000 === 0
    ? CheckedText.join`${wholeMs / 1000}s`
    : CheckedText.join`${wholeMs}ms`;
}
