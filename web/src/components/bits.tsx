/** Small parts that several views share. */

import type { ComponentChildren } from "preact";
import type { Document } from "../api/client";
import { meaningOf } from "../documents/status";

export function StatusPill({ document }: { document: Document }) {
  const { label, tone } = meaningOf(document);
  return <span class={`pill ${tone}`}>{label}</span>;
}

/** A bar for what is known to move. `done` and `failed` are shares of one; null for something that just takes time. */
export function Progress({
  label,
  done,
  failed = 0,
}: {
  label: string;
  done: number | null;
  failed?: number;
}) {
  const told = done === null ? {} : { "aria-valuenow": Math.round((done + failed) * 100) };
  return (
    <div
      class={`progress ${done === null ? "unknown" : ""}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...told}
    >
      <span class="progress-done" style={{ width: `${(done ?? 0) * 100}%` }} />
      <span class="progress-failed" style={{ width: `${failed * 100}%` }} />
    </div>
  );
}

export function Note({
  tone = "bad",
  children,
  role,
}: {
  tone?: "bad" | "warn" | "calm";
  children: ComponentChildren;
  role?: "alert";
}) {
  return (
    <div class={`note ${tone}`} {...(role ? { role } : {})}>
      {children}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}

interface TickProps {
  label: string;
  ticked: boolean;
  disabled?: boolean;
  onTick(): void;
}

/** A box to tick. */
export function Tick({ label, ticked, disabled = false, onTick }: TickProps) {
  return (
    <label class="tick">
      <input type="checkbox" checked={ticked} disabled={disabled} onChange={onTick} />
      {label}
    </label>
  );
}
