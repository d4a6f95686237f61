/** What several views need of the browser. */

import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { sentence } from "../api/client";

let someViewBefore = false;

/** The title of the window, and focus on the view's heading when the view is entered. */
export function useView(title: string, entered: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Docpipe`;
  }, [title]);
  useEffect(() => {
    // Not at the first load: there the browser's own order holds.
    if (someViewBefore) heading.current?.focus({ preventScroll: true });
    someViewBefore = true;
    window.scrollTo(0, 0);
  }, [entered]);
  return heading;
}

/** Something that a button does, and how it went. */
export function useAction() {
  const busy = useSignal(false);
  const problem = useSignal<string | null>(null);
  const run = async (what: () => Promise<unknown>) => {
    busy.value = true;
    problem.value = null;
    try {
      await what();
    } catch (error) {
      problem.value = sentence(error);
    }
    busy.value = false;
  };
  return { busy, problem, run };
}

/** Whether an element is near what can be seen. */
export function useNear(margin: string): [RefObject<HTMLElement | null>, { value: boolean }] {
  const element = useRef<HTMLElement>(null);
  const near = useSignal(false);
  useEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const observer = new IntersectionObserver(
      (entries) => {
        near.value = entries.at(-1)?.isIntersecting ?? false;
      },
      { rootMargin: margin },
    );
    observer.observe(watched);
    return () => observer.disconnect();
  }, []);
  return [element, near];
}
