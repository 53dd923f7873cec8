import { standIn } from "./stand-in.ts";

standIn({ requestsInFlight: 2 });
