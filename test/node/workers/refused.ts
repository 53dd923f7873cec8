import { standIn } from "./stand-in.ts";

standIn({
  says: () => ({
    kind: "refused",
    failure: { code: "EACCES", message: "permission denied" },
  }),
});
