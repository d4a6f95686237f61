/** Keys of the reader; `app/KeysHelp.tsx` tells of them. */

import { useKeys } from "../../app/keys";

export interface ReaderActions {
  page(step: 1 | -1): void;
  check(step: 1 | -1): void;
  boxes(): void;
  zoom(step: 1 | -1 | 0): void;
}

export function useReaderKeys({ page, check, boxes, zoom }: ReaderActions): void {
  useKeys({
    j: () => page(1),
    k: () => page(-1),
    n: () => check(1),
    p: () => check(-1),
    b: boxes,
    "+": () => zoom(1),
    "-": () => zoom(-1),
    "0": () => zoom(0),
  });
}
