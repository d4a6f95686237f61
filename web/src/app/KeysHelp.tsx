/** Which keys do something, and whether they do. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Tick } from "../components/bits";
import { keysOn, useKeys } from "./keys";

const KEYS: [string, string[]][] = [
  ["Search in all documents", ["/"]],
  ["Next page, page before", ["j", "k"]],
  ["Next word to check, the one before", ["n", "p"]],
  ["Show or hide the word boxes", ["b"]],
  ["Larger, smaller, usual size", ["+", "-", "0"]],
  ["From word to word, in a page\u2019s text", ["\u2190", "\u2192", "\u2191", "\u2193"]],
  ["This help", ["?"]],
];

export const helpShown = signal(false);

export function KeysHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  useKeys({
    "?": () => {
      helpShown.value = true;
    },
    "/": () => document.querySelector<HTMLInputElement>("search input")?.focus(),
  });
  useEffect(() => {
    if (helpShown.value) dialog.current?.showModal();
  }, [helpShown.value]);
  if (!helpShown.value) return null;
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="keys-title"
      onClose={() => {
        helpShown.value = false;
      }}
    >
      <h2 id="keys-title">Keys</h2>
      <table class="keys">
        <tbody>
          {KEYS.map(([what, keys]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Tick
        label="Single keys do this"
        ticked={keysOn.value}
        onTick={() => {
          keysOn.value = !keysOn.value;
        }}
      />
      <div class="dialog-actions">
        <button type="button" class="button primary" autofocus onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}
