import { standIn } from "./stand-in.ts";

standIn({
  afterwards() {
    void Promise.reject(new Error("nobody awaited this"));
  },
});
