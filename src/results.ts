import type { Gathered, StageResponse, StageResult } from "./contracts.ts";
import type { Failure } from "./errors.ts";
import type { HeaderList } from "./http1/header-list.ts";
import type { Value } from "./json/block.ts";

const NO_HEADERS: HeaderList = [];

/** A stage that failed and has nothing else to show. */
export function failed(error: Failure): Gathered {
  const result: StageResult = { response: null, error };
  return { settle: () => result };
}

/** A response of decoded data alone, as every encoding but `no-op` makes it. */
export function dataResponse(data: Value | null, isComplete: boolean): StageResponse {
  return { data, isComplete, status: 0, headers: NO_HEADERS, body: null, source: "" };
}
