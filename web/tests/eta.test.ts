import { describe, expect, it } from "vitest";
import type { Document } from "../src/api/client";
import { etaWords, progressWords } from "../src/words/eta";

const range = (earliest_s: number, latest_s: number) => ({ earliest_s, latest_s });

describe("a range in words", () => {
  it.each([
    [range(0, 8), 0, "a few seconds left"],
    [range(12, 38), 0, "15–40 seconds left"],
    [range(38, 40), 0, "about 40 seconds left"],
    [range(0, 50), 0, "up to 50 seconds left"],
    [range(90, 200), 0, "2–4 minutes left"],
    [range(20, 110), 0, "up to 2 minutes left"],
    [range(170, 180), 0, "about 3 minutes left"],
    [range(4_000, 9_000), 0, "1–3 hours left"],
    [range(6_000, 7_000), 0, "about 2 hours left"],
  ])("%o after %d s is '%s'", (told, elapsed, words) => {
    expect(etaWords(told, elapsed)).toBe(words);
  });

  it("counts down from when it was told", () => {
    expect(etaWords(range(60, 130), 60)).toBe("up to 70 seconds left");
  });

  it("does not repeat a promise that was not kept", () => {
    expect(etaWords(range(5, 20), 25)).toBe("any moment now");
  });
});

describe("progress in one line", () => {
  const base = {
    page_count: 60,
    pages_done: 0,
    pages_failed: 0,
    queue_position: null,
    eta: null,
  } as unknown as Document;

  it("names the place in the queue", () => {
    const queued: Document = { ...base, status: "queued", queue_position: 3, eta: range(120, 240) };
    expect(progressWords(queued, 0)).toBe("#3 in queue · 2–4 minutes left");
  });

  it("names the page in hand, failed ones counted, never one that is not there", () => {
    expect(progressWords({ ...base, status: "processing", pages_done: 11, pages_failed: 1 }, 0)).toBe(
      "page 13 of 60",
    );
    expect(progressWords({ ...base, status: "processing", pages_done: 60 }, 0)).toBe("page 60 of 60");
  });

  it("has nothing to say of what has ended", () => {
    expect(progressWords({ ...base, status: "completed" }, 0)).toBe("");
  });
});
