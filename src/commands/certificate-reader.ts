import { renderFinding } from "../config/finding.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Logger } from "../logging/logger.ts";
import { readServerTls } from "../node/server-tls.ts";
import type { RunningNode } from "../node/start.ts";

/** Reads the files of `tls` again while a node serves; where they cannot be used, the former certificates stay. */
export class CertificateReader {
  readonly #loaded: LoadedConfig;
  readonly #log: Logger;
  #node: RunningNode | undefined;

  constructor(loaded: LoadedConfig, log: Logger) {
    this.#loaded = loaded;
    this.#log = log;
  }

  /** From now on there is somebody to give certificates to. */
  serves(node: RunningNode): void {
    this.#node = node;
  }

  async reread(): Promise<void> {
    const { config, report } = this.#loaded;
    const log = this.#log;
    if (config.tls === null) {
      log.warning("SIGHUP has no effect: a changed file is read at the next start");
      return;
    }
    if (this.#node === undefined) {
      log.warning("SIGHUP has no effect: gw is just starting");
      return;
    }
    const { checkTlsFiles } = await import("./check-tls-files.ts");
    const found = report.renewed();
    checkTlsFiles(config, found, Date.now());
    for (const finding of [...found.problems, ...found.warnings]) log.error(renderFinding(finding));
    if (found.problems.length > 0) {
      log.error("SIGHUP: the files of 'tls' cannot be used; the former certificates stay");
      return;
    }
    this.#node.replaceTls(readServerTls(config.tls));
    log.info("SIGHUP: the files of 'tls' were read again");
  }
}
