/** Single keys that do something, for those who want them: they can be switched off (WCAG 2.1.4). */

import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const KEY = "docpipe.keys";

/** Whether single keys do something. */
export const keysOn = signal(localStorage.getItem(KEY) !== "off");

effect(() => {
  if (keysOn.value) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, "off");
});

export type Keys = Record<string, () => void>;

/** What keys do while a view is shown. Typing into a field, and chords, are left to the browser. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!keysOn.peek() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const does = latest.current[event.key];
      if (!does) return;
      event.preventDefault();
      does();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return !!element?.closest?.(
    "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]",
  );
}
