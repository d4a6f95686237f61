/** How the next documents are to be read, and what is to be made of them. */

import { signal } from "@preact/signals";

export interface Wishes {
  /** As Tesseract names them; none means the usual ones. Five at most can be read at once. */
  readonly languages: readonly string[];
  readonly pdfa: boolean;
  readonly outputs: readonly ("hocr" | "alto")[];
}

export const LANGUAGES_AT_MOST = 5;

export const wishes = signal<Wishes>({ languages: [], pdfa: false, outputs: [] });

/** The fields of a request that say so; only what was wished for. */
export function asked({ languages, pdfa, outputs }: Wishes) {
  return {
    ...(languages.length ? { languages: languages.join("+") } : {}),
    ...(outputs.length ? { outputs: [...outputs] } : {}),
    ...(pdfa ? { pdfa } : {}),
  };
}
