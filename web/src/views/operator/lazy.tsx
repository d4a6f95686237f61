/** The operator's view, loaded with its charts when an operator opens it. */

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Note } from "../../components/bits";

export function Operator() {
  const view = useSignal<{ Operator: ComponentType } | null>(null);
  const lost = useSignal(false);
  useEffect(() => {
    import("./Operator").then(
      (loaded) => {
        view.value = loaded;
      },
      () => {
        lost.value = true;
      },
    );
  }, []);
  if (lost.value)
    return (
      <Note role="alert">
        This view could not be loaded. Check your connection, then load the page again.
      </Note>
    );
  const Loaded = view.value?.Operator;
  return Loaded ? <Loaded /> : null;
}
