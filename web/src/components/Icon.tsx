/** The page's own line icons, 20 by 20. They say nothing by themselves: the control that holds one is named. */

const PATHS = {
  upload: "M10 13.5V4m0 0L6 8m4-4 4 4M3.5 13v2A1.5 1.5 0 0 0 5 16.5h10a1.5 1.5 0 0 0 1.5-1.5v-2",
  camera:
    "M3 7.5A1.5 1.5 0 0 1 4.500 6h1.700l1.300-2h5l1.300 2h1.700A1.500 1.500 0 0 1 17 7.500v7a1.500 1.500 0 0 1-1.500 1.500h-11A1.500 1.500 0 0 1 3 14.500zM10 13.500a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400z",
  search: "M8.75 14a5.250 5.250 0 1 0 0-10.500 5.250 5.250 0 0 0 0 10.500zM12.600 12.600 16.500 16.500",
  file: "M5 3.500h6.500L15.500 7.500V16a.5.5 0 0 1-.5.5H5a.5.5 0 0 1-.5-.5V4a.5.5 0 0 1 .5-.5zM11.500 3.500v4h4",
  image: "M4 4h12v12H4zM4 13l3.500-3.500 3 3 2-2L16 14M12.800 7.800h.01",
  download: "M10 4v9m0 0-3.500-3.500M10 13l3.500-3.500M4 16h12",
  copy: "M7.500 7.500h8v8h-8zM12.500 7.500v-3h-8v8h3",
  retry: "M15.500 10a5.500 5.500 0 1 1-1.700-4M14.500 3v3.200h-3.200",
  close: "M5.500 5.500l9 9M14.500 5.500l-9 9",
  trash: "M4 6h12M8 6V4h4v2M5.500 6l.7 10h7.600l.7-10M8.500 9v4.500M11.500 9v4.500",
  back: "M12 4.500 6.500 10l5.500 5.500",
  next: "M8 4.500 13.500 10 8 15.500",
  up: "M5 12.500l5-5 5 5",
  down: "M5 7.500l5 5 5-5",
  warn: "M10 4 3 16h14zM10 8.500v3.500M10 13.900v.1",
  check: "M4.500 10.500 8.500 14.500 15.500 6",
  person: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.500c.6-3 3-4.500 6-4.500s5.400 1.500 6 4.500",
  gauge: "M4 14.500a6.500 6.500 0 1 1 12 0M10 12.500l3-4",
  plus: "M10 4.500v11M4.500 10h11",
  minus: "M4.500 10h11",
  boxes: "M3.500 5h5v3.500h-5zM11 5h5.500v3.500H11zM3.500 11.500H11V15H3.500zM13.500 11.500h3V15h-3z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
