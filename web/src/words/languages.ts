/** Languages as people call them, from the names that Tesseract has for them. */

const NAMES = new Intl.DisplayNames(undefined, { type: "language", fallback: "none" });

/** Tesseract's names that are no language code with an ending. */
const TAGS: Record<string, string> = { chi_sim: "zh-Hans", chi_tra: "zh-Hant", srp_latn: "sr-Latn" };

/** "German" of `deu`; the name itself where nobody knows better. */
export function languageName(code: string): string {
  try {
    return NAMES.of(TAGS[code] ?? code.split("_")[0] ?? code) ?? code;
  } catch {
    return code;
  }
}

/** "English and German" of `eng+deu`. */
export function languageNames(joined: string): string {
  return new Intl.ListFormat(undefined, { type: "conjunction" }).format(joined.split("+").map(languageName));
}
