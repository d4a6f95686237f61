/** Numbers, sizes and times as people say them. */

const whole = new Intl.NumberFormat();

export function count(number: number, one: string, many = `${one}s`): string {
  return `${whole.format(number)} ${number === 1 ? one : many}`;
}

export function integer(number: number): string {
  return whole.format(number);
}

/** Bytes as storage is sold: 1 MB is a million. */
export function size(bytes: number): string {
  if (bytes < 1_000) return count(bytes, "byte");
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} KB`;
  const mb = bytes / 1_000_000;
  return `${mb < 10 ? mb.toFixed(1) : Math.round(mb)} MB`;
}

export function percent(share: number): string {
  return `${Math.round(share)}%`;
}

/** US dollars; reading a document costs fractions of a cent. */
export function dollars(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.01) return `$${usd.toFixed(5).replace(/0+$/, "")}`;
  return `$${usd.toFixed(2)}`;
}

/** Seconds as a length of time: "45 s", "12 min", "3 h". */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}

const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** How long ago, or the day for what is longer ago than a week. */
export function ago(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1_000;
  if (seconds < 45) return "just now";
  if (seconds < 3_600) return RELATIVE.format(-Math.max(1, Math.round(seconds / 60)), "minute");
  if (seconds < 86_400) return RELATIVE.format(-Math.round(seconds / 3_600), "hour");
  if (seconds < 7 * 86_400) return RELATIVE.format(-Math.round(seconds / 86_400), "day");
  return DAY.format(Date.parse(iso));
}

export function moment(iso: string): string {
  return MOMENT.format(Date.parse(iso));
}
