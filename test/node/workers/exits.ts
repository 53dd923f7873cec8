import { standIn } from "./stand-in.ts";

standIn({ afterwards: () => process.exit(3) });
