import { standIn } from "./stand-in.ts";

standIn({ requestsInFlight: 3, stops: () => {} });
