/** The path of a program that a test starts, or `undefined`: then the test is skipped. */
export function findTool(name: string): string | undefined {
  // Debian keeps servers in /usr/sbin, which is not on everybody's path.
  return Bun.which(name, { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }) ?? undefined;
}
