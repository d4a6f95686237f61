/** Views that few people open, loaded when one is. */

import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Note } from "./bits";

/** A view in whose place nothing is shown until it is loaded, or that it could not be. */
export function later(load: () => Promise<ComponentType>): ComponentType {
  return function Later() {
    const view = useSignal<{ View: ComponentType } | null>(null);
    const lost = useSignal(false);
    useEffect(() => {
      load().then(
        (View) => {
          view.value = { View };
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
    const Loaded = view.value?.View;
    return Loaded ? <Loaded /> : null;
  };
}
