/** An error of the operating system, in a form that passes from thread to thread. */
export interface SystemFailure {
  /** `EADDRINUSE`, `ENOENT`, `ERR_OSSL_…` */
  readonly code: string;
  readonly message: string;
  /** The file it is about. */
  readonly path?: string;
  /** `open`, `read`, … */
  readonly syscall?: string;
}

/** `undefined` for an error that is not the system's: a bug. */
export function toSystemFailure(error: unknown): SystemFailure | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return {
    code: String(error.code),
    message: error.message,
    ...("path" in error && typeof error.path === "string" ? { path: error.path } : {}),
    ...("syscall" in error ? { syscall: String(error.syscall) } : {}),
  };
}
