/** Light or dark: as the device says, or as the person chose here. */

import { effect, signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const KEY = "docpipe.theme";
const kept = localStorage.getItem(KEY);

export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "auto");

effect(() => {
  const root = document.documentElement;
  if (theme.value === "auto") {
    delete root.dataset.theme;
    localStorage.removeItem(KEY);
  } else {
    root.dataset.theme = theme.value;
    localStorage.setItem(KEY, theme.value);
  }
});
