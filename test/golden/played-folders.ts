/** The folders of recorded cases that `npm test` plays; the others wait for the features they are about. */
export const playedFolders: readonly string[] = [
  "core-config",
  "core-forwarding",
  "core-responses",
  "core-router",
  "pipeline-failures",
  "pipeline-filters",
  "pipeline-merge",
  "pipeline-noop",
  "pipeline-numbers",
];
