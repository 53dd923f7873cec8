import { connect } from "node:net";

/** One server of HAProxy's backend `gw`. */
export interface ServerState {
  readonly name: string;
  /** As HAProxy writes it: `UP`, `UP 1/2`, `DOWN`, `MAINT`, … */
  readonly status: string;
  /** How the last check ended: `L7OK`, `L7STS`, `L4CON`, … */
  readonly checkStatus: string;
  /** The HTTP status that the last check got, or 0. */
  readonly checkCode: number;
  /** Requests it has now. */
  readonly current: number;
  /** How often checks found it down. */
  readonly downs: number;
  /** Requests it was given since this worker of HAProxy started. */
  readonly requests: number;
}

/** HAProxy's administration socket. */
export class StatsSocket {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Sends one command and returns what HAProxy prints. */
  send(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = "";
      const socket = connect({ path: this.#path });
      socket.setEncoding("utf8");
      socket.once("error", reject);
      socket.once("connect", () => socket.write(`${command}\n`));
      socket.on("data", (piece: string) => {
        text += piece;
      });
      socket.once("close", () => resolve(text));
    });
  }

  /** The servers of the backend `gw` by name; empty while HAProxy does not answer. */
  async servers(): Promise<ReadonlyMap<string, ServerState>> {
    const rows = parseRows(await this.send("show stat").catch(() => ""));
    const ofNodes = rows.filter((row) => row.pxname === "gw" && row.type === "2");
    return new Map(ofNodes.map((row) => [row.svname ?? "", toState(row)]));
  }

  /** One server; `undefined` where there is none of that name. */
  async server(name: string): Promise<ServerState | undefined> {
    return (await this.servers()).get(name);
  }

  /** What part of the requests each server gets meanwhile, in percent. */
  async sharesDuring(meanwhile: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
    const before = await this.servers();
    await meanwhile();
    const after = [...(await this.servers()).values()];
    const counts = after.map(({ name, requests }) => requests - (before.get(name)?.requests ?? 0));
    const all = counts.reduce((sum, count) => sum + count, 0);
    return new Map(after.map(({ name }, at) => [name, ((counts[at] ?? 0) / all) * 100]));
  }

  /** The process that answers, which changes with each reload; `undefined` while none does. */
  async workerPid(): Promise<number | undefined> {
    const text = await this.send("show info").catch(() => "");
    const pid = /^Pid: (\d+)$/m.exec(text)?.[1];
    return pid === undefined ? undefined : Number(pid);
  }
}

type Row = Readonly<Record<string, string>>;

function parseRows(csv: string): Row[] {
  const [head = "", ...lines] = csv.trim().split("\n");
  const names = head.replace(/^# /, "").split(",");
  return lines.map((line) => {
    const values = line.split(",");
    return Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""]));
  });
}

function toState(row: Row): ServerState {
  return {
    name: row.svname ?? "",
    status: row.status ?? "",
    checkStatus: row.check_status ?? "",
    checkCode: Number(row.check_code ?? 0),
    current: Number(row.scur ?? 0),
    downs: Number(row.chkdown ?? 0),
    requests: Number(row.stot ?? 0),
  };
}
