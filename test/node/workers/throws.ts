import { standIn } from "./stand-in.ts";

standIn({
  requestsInFlight: 5,
  afterwards() {
    throw new Error("nobody caught this");
  },
});
