import type { ClientTls, ConnectError, ConnectOptions, SecureOptions, Socket } from "./sockets.ts";

/** Connects with Bun's own sockets. */
export function connectWithBun<Owner>(options: ConnectOptions<Owner>): void {
  const attempt = new Attempt(options.owner, options.events.connectFailed);
  try {
    dial(options, attempt);
  } catch (error) {
    // Bun throws for settings of TLS that OpenSSL refuses.
    attempt.fail(connectError(error));
  }
}

/** Goes over to TLS on one of Bun's own sockets. Its former events still come, with encrypted bytes. */
export function secureWithBun<Owner>(
  socket: Socket<unknown>,
  { tls, owner, events }: SecureOptions<Owner>,
): void {
  const attempt = new Attempt(owner, events.connectFailed);
  // Whoever hands it in has it from `connectWithBun`.
  const plain = socket as unknown as Bun.Socket<unknown>;
  try {
    plain.upgradeTLS<Owner>({
      data: owner,
      ...{ allowHalfOpen: true },
      tls: clientTls(tls),
      socket: secureHandlers(tls, attempt, events),
    });
    events.handshaking?.(owner, plain);
  } catch (error) {
    plain.terminate();
    attempt.fail({ ...connectError(error), stage: "tls" });
  }
}

function dial<Owner>(
  { host, port, tls, keepAliveMs, owner, events }: ConnectOptions<Owner>,
  attempt: Attempt<Owner>,
): void {
  const handlers =
    tls === null ? plainHandlers(attempt, events) : secureHandlers(tls, attempt, events);
  Bun.connect<Owner>({
    hostname: host,
    port,
    allowHalfOpen: true,
    data: owner,
    ...(tls === null ? {} : { tls: clientTls(tls) }),
    socket: {
      ...handlers,
      open(socket) {
        if (keepAliveMs > 0) socket.setKeepAlive(true, keepAliveMs);
        if (tls === null) handlers.open(socket);
        else events.handshaking?.(owner, socket);
      },
      connectError(_socket, error) {
        attempt.fail(connectError(error));
      },
    },
  }).catch((error: unknown) => attempt.fail(connectError(error)));
}

type Events<Owner> = ConnectOptions<Owner>["events"];

function plainHandlers<Owner>(attempt: Attempt<Owner>, events: Events<Owner>) {
  return {
    ...streamHandlers(attempt, events),
    open(socket: Socket<Owner>) {
      attempt.isSettled = true;
      events.open(socket);
    },
  };
}

function secureHandlers<Owner>(tls: ClientTls, attempt: Attempt<Owner>, events: Events<Owner>) {
  return {
    ...streamHandlers(attempt, events),
    // Comes before the handshake; only after that is there somebody to talk to.
    open: ignore,
    handshake(socket: Socket<Owner>, isSuccess: boolean, error: Error | null) {
      // Bun calls an answer of an unknown authority a failure, also where nobody wants to know.
      if (isSuccess || (!tls.isVerified && isVerificationError(error))) {
        attempt.isSettled = true;
        events.open(socket);
        return;
      }
      const message = error?.message ?? "handshake failed";
      attempt.fail({ stage: "tls", code: codeOf(error), message });
      socket.terminate();
    },
  };
}

function streamHandlers<Owner>(attempt: Attempt<Owner>, events: Events<Owner>) {
  const isOpen = () => attempt.isSettled;
  const lose = () => attempt.fail({ stage: "tls", code: "ECONNRESET", message: "EOF" });
  return {
    data: events.data,
    drain(socket: Socket<Owner>) {
      if (isOpen()) events.drain(socket);
    },
    end(socket: Socket<Owner>) {
      if (isOpen()) events.end(socket);
      else lose();
    },
    close(socket: Socket<Owner>) {
      if (attempt.hasFailed) return;
      if (isOpen()) events.close(socket);
      else lose();
    },
    error: ignore,
  };
}

/** A connection that is being made: it opens or fails, once. */
class Attempt<Owner> {
  isSettled = false;
  hasFailed = false;
  readonly #owner: Owner;
  readonly #connectFailed: (owner: Owner, error: ConnectError) => void;

  constructor(owner: Owner, connectFailed: (owner: Owner, error: ConnectError) => void) {
    this.#owner = owner;
    this.#connectFailed = connectFailed;
  }

  fail(error: ConnectError): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.hasFailed = true;
    this.#connectFailed(this.#owner, error);
  }
}

/** The peer answered in TLS, but its certificate does not prove who it is. */
function isVerificationError(error: Error | null): boolean {
  const code = codeOf(error);
  return code !== "" && code !== "EPROTO" && code !== "ECONNRESET";
}

function ignore(): void {}

function connectError(error: unknown): ConnectError {
  const code = codeOf(error);
  const isLookup = code === "ENOTFOUND" || code.startsWith("EAI_") || code.startsWith("DNS_");
  return {
    stage: isLookup ? "lookup" : "connect",
    code,
    message: error instanceof Error ? error.message : String(error),
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function clientTls(tls: ClientTls) {
  return {
    serverName: tls.serverName,
    rejectUnauthorized: tls.isVerified,
    secureOptions: tls.secureOptions,
    ...(tls.certificateAuthorities.length > 0 ? { ca: [...tls.certificateAuthorities] } : {}),
    ...(tls.certificate !== null && tls.privateKey !== null
      ? { cert: tls.certificate, key: tls.privateKey }
      : {}),
    ...(tls.ciphers === "" ? {} : { ciphers: tls.ciphers }),
    // Bun's types do not know it, its sockets do.
    ...(tls.curves === "" ? {} : { ecdhCurve: tls.curves }),
  };
}
