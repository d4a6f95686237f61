/** The minutes that the API names, as an hour of minutes without gaps. */

import type { Overview } from "../../api/client";

export interface Series {
  /** Seconds since 1970, one a minute. */
  times: number[];
  pages: number[];
  waits: (number | null)[];
}

const MINUTES = 60;

export function perMinute(minutes: Overview["throughput"], now: number): Series {
  const named = new Map(minutes.map((minute) => [Math.floor(Date.parse(minute.minute) / 60_000), minute]));
  const last = Math.floor(now / 60_000);
  const all = Array.from({ length: MINUTES }, (_, place) => last - MINUTES + 1 + place);
  return {
    times: all.map((minute) => minute * 60),
    pages: all.map((minute) => named.get(minute)?.pages ?? 0),
    waits: all.map((minute) => named.get(minute)?.wait_p50_s ?? null),
  };
}
