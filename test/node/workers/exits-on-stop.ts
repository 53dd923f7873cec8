import { standIn } from "./stand-in.ts";

standIn({ requestsInFlight: 4, stops: () => process.exit(3) });
