/** Pages read each minute, and how long documents waited: the last hour, drawn by uPlot. */

import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Overview } from "../../api/client";
import { theme } from "../../app/theme";
import { duration, integer } from "../../words/numbers";
import { perMinute } from "./series";

type Minutes = Overview["throughput"];

export function Charts({ minutes }: { minutes: Minutes }) {
  const { times, pages, waits } = perMinute(minutes, Date.now());
  const most = Math.max(0, ...pages);
  const longest = Math.max(0, ...waits.map((wait) => wait ?? 0));
  return (
    <div class="charts">
      <Chart
        title="Pages read each minute"
        summary={`At most ${integer(most)} in a minute of the last hour.`}
        data={[times, pages]}
        kind="bars"
      />
      <Chart
        title="Median wait, seconds"
        summary={`At most ${duration(longest)} in the last hour.`}
        data={[times, waits]}
        kind="line"
      />
    </div>
  );
}

interface ChartProps {
  title: string;
  /** What the chart says, for those who do not see it. */
  summary: string;
  data: uPlot.AlignedData;
  kind: "bars" | "line";
}

const HEIGHT = 180;

function Chart({ title, summary, data, kind }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const dark = theme.value;
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(element, kind), data, element);
    };
    make();
    const fit = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    fit.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", make);
    return () => {
      fit.disconnect();
      scheme.removeEventListener("change", make);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [kind, dark]);
  useEffect(() => plot.current?.setData(data), [data]);
  return (
    <figure class="chart">
      <figcaption>
        {title}
        <span class="unseen">. {summary}</span>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}

function optionsOf(element: HTMLElement, kind: ChartProps["kind"]): uPlot.Options {
  const font = `12px ${getComputedStyle(element).fontFamily}`;
  const [ink, line, accent, soft] = ["--muted", "--line", "--accent", "--accent-soft"].map((name) =>
    colour(element, name),
  );
  const axis = { stroke: ink ?? "", font, grid: { stroke: line ?? "", width: 1 }, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 14], radius: 0.25 });
  const series =
    kind === "bars" && bars
      ? { paths: bars, fill: accent ?? "", width: 0 }
      : { stroke: accent ?? "", width: 2, fill: soft ?? "", spanGaps: true };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [12, 8, 0, 0],
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(5, high * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false }, space: 70, size: 28, values: (_plot, ticks) => ticks.map(clock) },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      { ...series, points: { show: kind === "line", size: 5, stroke: accent ?? "", fill: accent ?? "" } },
    ],
  };
}

/** A colour of the style sheet as a canvas takes it: in the scheme that is on. */
function colour(element: HTMLElement, name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

function clock(second: number): string {
  return CLOCK.format(second * 1_000);
}
