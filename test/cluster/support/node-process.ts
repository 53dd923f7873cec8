import { connect } from "node:net";
import { spawnOwned } from "../../support/owned-process.ts";
import { clusterProgram } from "./cluster-program.ts";
import { until } from "./until.ts";

/** How a node is started. */
export interface NodeOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Path of the gateway's file. */
  readonly config: string;
  /** In Go notation. */
  readonly shutdownDelay: string;
  readonly workers: number;
}

/** One node: a compiled gw, as a process that can be started again. */
export class NodeProcess {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly #options: NodeOptions;
  #child: ReturnType<typeof spawnOwned> | undefined;
  #ended: Promise<number | null> = Promise.resolve(null);
  #log = "";

  constructor(options: NodeOptions) {
    this.#options = options;
    this.name = options.name;
    this.host = options.host;
    this.port = options.port;
  }

  /** Starts it and waits until it listens. */
  async start(): Promise<void> {
    const { config, shutdownDelay, workers, host, port } = this.#options;
    const flags = ["--workers", String(workers), "--shutdown-delay", shutdownDelay];
    const child = spawnOwned([clusterProgram(), "run", "-c", config, ...flags], {
      env: { ...process.env, GW_LISTEN_IP: host, GW_PORT: String(port) },
    });
    this.#child = child;
    const append = (piece: Buffer): void => {
      this.#log += piece.toString("utf8");
    };
    child.stdout.on("data", append);
    child.stderr.on("data", append);
    this.#ended = new Promise((resolve) => child.once("close", resolve));
    await until(`${this.name} listens`, () => {
      if (child.exitCode !== null) throw new Error(`${this.name} ended:\n${this.#log}`);
      return this.isListening();
    });
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Resolves with the exit code once it has ended; `null`: a signal ended it. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Asks it to stop (SIGTERM), waits for the end and returns the exit code. */
  stop(): Promise<number | null> {
    this.signal("SIGTERM");
    return this.#ended;
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    if (this.#child === undefined) return;
    this.signal("SIGKILL");
    await this.#ended;
  }

  /** Whether its port accepts a connection. */
  isListening(): Promise<boolean> {
    const socket = connect(this.port, this.host);
    return new Promise((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    }).then((isOpen) => {
      socket.destroy();
      return isOpen === true;
    });
  }

  /** What it has printed, since its first start. */
  log(): string {
    return this.#log;
  }
}
