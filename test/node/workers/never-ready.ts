import { standIn } from "./stand-in.ts";

standIn({ says: () => null });
