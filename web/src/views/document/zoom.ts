/** How large a scan is shown: 1 is as wide as its side of the page. */

const STEPS = [1, 1.25, 1.5, 2, 3] as const;

export type Zoom = (typeof STEPS)[number];

/** The size one step larger or smaller, or the usual one for 0. */
export function zoomed(zoom: Zoom, step: 1 | -1 | 0): Zoom {
  if (step === 0) return 1;
  return STEPS[STEPS.indexOf(zoom) + step] ?? zoom;
}

export function canZoom(zoom: Zoom, step: 1 | -1): boolean {
  return zoomed(zoom, step) !== zoom;
}
