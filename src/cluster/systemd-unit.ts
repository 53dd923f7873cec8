import template from "../../templates/gw.service.eta" with { type: "text" };
import { formatGoDuration } from "../lib/duration.ts";
import { CheckedText } from "./checked-text.ts";
import type { GatewayFacts } from "./gateway-facts.ts";
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

/** The text of `gw.service`: a node that stops without losing a request, and may do nothing but serve. */
export function renderUnit(options: UnitOptions): string {
  const { facts, program, configFile, workingDirectory, isDelayGiven } = options;
  const { port, shutdownDelayMs, shutdownWaitMs } = facts;
  return renderTemplate(template, {
    workingDirectory: workingDirectory.value,
    program: program.word,
    configFile: configFile?.word ?? null,
    isDelayGiven,
    delay: CheckedText.own(formatGoDuration(shutdownDelayMs)),
    wait: CheckedText.own(formatGoDuration(shutdownWaitMs)),
    stopSeconds: Math.ceil((shutdownDelayMs + shutdownWaitMs) / 1000) + SPARE_SECONDS,
    isPortPrivileged: port < 1024,
    port,
  });
}

/** Between the last cut request and SIGKILL: logs are written, threads end. */
const SPARE_SECONDS = 10;
