import { standIn } from "./stand-in.ts";

standIn({
  afterwards() {
    for (;;);
  },
});
