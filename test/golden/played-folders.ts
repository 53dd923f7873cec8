/** The folders of recorded cases that `npm test` plays; the others wait for the features they are about. */
export const playedFolders: readonly string[] = [
  "core-config",
  "core-forwarding",
  "core-responses",
  "core-router",
  "pipeline-encodings",
  "pipeline-failures",
  "pipeline-filters",
  "pipeline-flatmap",
  "pipeline-graphql",
  "pipeline-merge",
  "pipeline-noop",
  "pipeline-numbers",
  "pipeline-sequential",
  "pipeline-static-shadow",
];

/** The part of them that `npm test` plays under Deno too: enough to meet every part of the runtime that gw uses. */
export const foldersPlayedUnderDeno: readonly string[] = ["core-router", "pipeline-merge"];
