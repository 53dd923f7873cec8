/** May several threads listen on one port? Bun hands the kernel the wish (`SO_REUSEPORT`); elsewhere one thread serves. */
export const threadsCanSharePort = process.versions.bun !== undefined;
