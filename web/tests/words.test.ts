import { describe, expect, it } from "vitest";
import { hrefTo, parseRoute, type Route } from "../src/app/routes";
import { renamed } from "../src/documents/files";
import { linesOf } from "../src/documents/lines";
import { runs } from "../src/documents/pages";
import { acceptOf, refusalOf, typeOf } from "../src/uploads/checks";
import { asked } from "../src/uploads/wishes";
import { moved } from "../src/views/document/moving";
import { perMinute } from "../src/views/operator/series";
import { nextUnsure, surenessOf, sureWords } from "../src/words/confidence";
import { languageName, languageNames } from "../src/words/languages";
import { isMatch, termsOf } from "../src/words/matching";
import { dollars, duration, size } from "../src/words/numbers";
import { documentOf } from "./support";

describe("places of the page", () => {
  it.each<Route>([
    { view: "documents", filter: "all" },
    { view: "documents", filter: "attention" },
    { view: "batch", id: "b-1" },
    { view: "document", id: "a/b?c#d", page: null, query: "" },
    { view: "document", id: "a", page: 12, query: "blood & pressure" },
    { view: "document", id: "a", page: 2, query: "found", within: true },
    { view: "search", query: '"a phrase" -not' },
    { view: "search", query: "a word", within: "a/b" },
    { view: "settings" },
    { view: "webhooks" },
    { view: "operator" },
  ])("%o comes back from its address", (place) => {
    expect(parseRoute(hrefTo(place))).toEqual(place);
  });

  it.each(["", "#", "#/nowhere", "#/?show=toString", "#/documents/", "#/documents/%E0%A4%A"])(
    "'%s' leads somewhere",
    (hash) => {
      expect(parseRoute(hash).view).toMatch(/^documents?$/);
    },
  );
});

describe("files before they are sent", () => {
  const limits = {
    languages: ["eng"],
    max_file_bytes: 1_000_000,
    max_pages: 10,
    formats: ["application/pdf", "image/jpeg", "image/heic"],
  };
  const file = (name: string, type: string, bytes = 10) => ({ name, type, size: bytes });

  it("are refused with what to do", () => {
    expect(refusalOf(file("a.pdf", "application/pdf"), limits)).toBeNull();
    expect(refusalOf(file("a.pdf", "application/pdf", 0), limits)?.code).toBe("file_empty");
    expect(refusalOf(file("a.pdf", "application/pdf", 2_500_000), limits)?.message).toContain(
      "2.5 MB; at most 1.0 MB",
    );
    expect(refusalOf(file("a.docx", "application/msword"), limits)?.message).toContain("PDF, JPEG or HEIC");
  });

  it("are told by their ending where the browser does not know them", () => {
    expect(typeOf(file("IMG_1.HEIC", ""), limits.formats)).toBe("image/heic");
    expect(typeOf(file("a.jpg", "image/jpg"), limits.formats)).toBe("image/jpeg");
    expect(typeOf(file("a.pdf", "text/html"), limits.formats)).toBeNull();
    expect(typeOf(file("README", ""), limits.formats)).toBeNull();
    expect(acceptOf(["image/heic"])).toBe("image/heic,.heic,.heif");
  });

  it("keep their name with another ending", () => {
    expect([renamed("scan.final.PDF", "txt"), renamed("scan", "txt"), renamed(".pdf", "txt")]).toEqual([
      "scan.final.txt",
      "scan.txt",
      "document.txt",
    ]);
  });
});

describe("words of a page", () => {
  const word = (text: string, line: number, y0: number, confidence = 95) => ({
    text,
    line,
    x0: 0,
    x1: 9,
    y0,
    y1: y0 + 10,
    confidence,
  });
  const words = [word("a", 0, 0), word("b", 0, 0, 70), word("c", 1, 12), word("d", 2, 50, 30)];

  it("stand in lines, and lines in paragraphs", () => {
    expect(linesOf(words).map((line) => [line.words.length, line.apart])).toEqual([
      [2, false],
      [1, false],
      [1, true],
    ]);
  });

  it("are gone through by arrow keys", () => {
    expect(moved("ArrowRight", null, words)).toBe(0);
    expect(moved("ArrowRight", 3, words)).toBe(3);
    expect(moved("ArrowLeft", 0, words)).toBe(0);
    expect(moved("ArrowDown", 1, words)).toBe(2);
    expect(moved("ArrowUp", 3, words)).toBe(2);
    expect(moved("ArrowUp", 0, words)).toBe(0);
    expect([
      moved("Home", 2, words),
      moved("End", 2, words),
      moved("x", 2, words),
      moved("End", null, []),
    ]).toEqual([0, 3, null, null]);
  });

  it("are found when they are worth a second look", () => {
    expect([surenessOf(95), surenessOf(70), surenessOf(30)]).toEqual(["sure", "unsure", "poor"]);
    expect([nextUnsure(words, null, 1), nextUnsure(words, 1, 1), nextUnsure(words, 3, 1)]).toEqual([
      1,
      3,
      null,
    ]);
    expect([nextUnsure(words, null, -1), nextUnsure(words, 1, -1)]).toEqual([3, null]);
  });

  it("are marked when they were searched for", () => {
    const terms = termsOf('Blood "high pressure" or -child -"not this"');
    expect([...terms]).toEqual(["blood", "high", "pressure"]);
    expect(["Pressure,", "(blood)", "child", "bloody"].map((each) => isMatch(each, terms))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isMatch("anything", termsOf("- ,"))).toBe(false);
  });
});

describe("languages", () => {
  it("have the names that people call them by", () => {
    expect(["deu", "chi_sim", "fra", "deu_frak", "qqqq"].map(languageName)).toEqual([
      "German",
      "Simplified Chinese",
      "French",
      "German",
      "qqqq",
    ]);
    expect(languageNames("eng+deu")).toBe("English and German");
  });

  it("and files are asked for only when they are wished for", () => {
    expect(asked({ languages: [], pdfa: false, outputs: [] })).toEqual({});
    expect(asked({ languages: ["eng", "deu"], pdfa: true, outputs: ["alto"] })).toEqual({
      languages: "eng+deu",
      pdfa: true,
      outputs: ["alto"],
    });
  });
});

describe("runs of pages", () => {
  it("are neighbours, and not too many", () => {
    expect(runs([7, 1, 2, 3, 9, 8], 2)).toEqual([
      [1, 2],
      [3, 3],
      [7, 8],
      [9, 9],
    ]);
    expect(runs([], 8)).toEqual([]);
  });
});

describe("numbers in words", () => {
  it("are as coarse as they should be", () => {
    expect([size(0), size(1), size(2_400), size(2_460_000), size(500_000_000)]).toEqual([
      "0 bytes",
      "1 byte",
      "2 KB",
      "2.5 MB",
      "500 MB",
    ]);
    expect([dollars(0), dollars(0.000272), dollars(1.5)]).toEqual(["$0", "$0.00027", "$1.50"]);
    expect([duration(2), duration(8.84), duration(80), duration(600), duration(7_300)]).toEqual([
      "2 s",
      "8.8 s",
      "80 s",
      "10 min",
      "2 h",
    ]);
  });

  it("fill an hour of minutes without gaps", () => {
    const now = Date.parse("2026-11-01T10:30:20Z");
    const series = perMinute([{ minute: "2026-11-01T10:29:00Z", pages: 7, wait_p50_s: 1.5 }], now);
    expect([series.times.length, series.pages.at(-2), series.waits.at(-2), series.waits.at(-1)]).toEqual([
      60,
      7,
      1.5,
      null,
    ]);
    expect(series.times.at(-1)).toBe(Date.parse("2026-11-01T10:30:00Z") / 1_000);
  });
});

describe("how sure the reader was of a document", () => {
  it("is told once it is known, and that there was nothing to read", () => {
    expect(sureWords(documentOf())).toBe("");
    expect(sureWords(documentOf({ status: "completed", mean_confidence: 89.4 }))).toBe("89% sure");
    expect(sureWords(documentOf({ status: "completed" }))).toBe("no words found");
    expect(sureWords(documentOf({ status: "failed" }))).toBe("");
  });
});
