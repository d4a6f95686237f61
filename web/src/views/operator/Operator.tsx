/** How the whole system does: queues, workers, failures, pace and cost. Asked for again every few seconds. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, ask, type Overview, sentence } from "../../api/client";
import { hrefTo } from "../../app/routes";
import { useServices } from "../../app/services";
import { Empty, Note } from "../../components/bits";
import { useView } from "../../components/hooks";
import { labelOf } from "../../documents/status";
import { count, dollars, duration, integer, percent } from "../../words/numbers";
import { Charts } from "./Charts";
import { DeadLetters } from "./DeadLetters";

const EVERY_MS = 5_000;

export function Operator() {
  const { api } = useServices();
  const overview = useSignal<Overview | null>(null);
  const problem = useSignal<unknown>(null);
  const heading = useView("Operator", "operator");
  const look = async () => {
    try {
      overview.value = await ask(api.GET("/admin/overview"));
      problem.value = null;
    } catch (error) {
      problem.value = error;
    }
  };
  useEffect(() => {
    void look();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void look();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const forbidden = problem.value instanceof ApiError && problem.value.status === 403;
  return (
    <div class="column wide">
      <h1 ref={heading} tabIndex={-1}>
        How it runs
      </h1>
      {forbidden && (
        <Empty title="This is for operators">
          <p>{sentence(problem.value)}</p>
          <a href={hrefTo({ view: "documents", filter: "all" })}>Go to the documents</a>
        </Empty>
      )}
      {problem.value !== null && !forbidden && <Note role="alert">{sentence(problem.value)}</Note>}
      {overview.value && !forbidden && <Figures overview={overview.value} onChanged={look} />}
    </div>
  );
}

function Figures({ overview, onChanged }: { overview: Overview; onChanged(): Promise<void> }) {
  return (
    <>
      <Tiles overview={overview} />
      <Charts minutes={overview.throughput} />
      <div class="panels">
        <Lanes overview={overview} />
        <DeadLetters letters={overview.dead_letters} onMoved={onChanged} />
        <Numbers
          title="Failures of the last week, by reason"
          none="Nothing has failed."
          rows={overview.failures_by_reason.map(({ code, count }) => [code.replaceAll("_", " "), count])}
        />
        <Numbers
          title="Documents by state"
          none="There are no documents."
          rows={Object.entries(overview.documents_by_state).map(([status, number]) => [
            labelOf(status),
            number,
          ])}
        />
      </div>
    </>
  );
}

function Tiles({ overview }: { overview: Overview }) {
  const sum = (field: "waiting" | "running") =>
    overview.lanes.reduce((total, lane) => total + lane[field], 0);
  const oldest = Math.max(0, ...overview.lanes.map((lane) => lane.oldest_s ?? 0));
  const { share, promised } = overview.eta_calibration;
  const lastHour = overview.throughput.reduce((total, minute) => total + minute.pages, 0);
  const tiles: [string, string, string][] = [
    ["Running workers", integer(sum("running")), "chunks being read"],
    ["Waiting", integer(sum("waiting")), oldest ? `oldest for ${duration(oldest)}` : "chunks in all lanes"],
    ["Pages", integer(lastHour), "read in the last hour"],
    ["Cost today", dollars(overview.cost_usd_today), "since midnight UTC, on Lambda"],
    [
      "Promises kept",
      share === null ? "–" : percent(share * 100),
      `of ${count(promised, "estimate")}, last week`,
    ],
  ];
  return (
    <dl class="tiles">
      {tiles.map(([name, value, more]) => (
        <div key={name} class="tile">
          <dt>{name}</dt>
          <dd>
            <b>{value}</b>
            <small>{more}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Lanes({ overview }: { overview: Overview }) {
  return (
    <section class="panel" aria-labelledby="lanes">
      <h2 id="lanes">Queue by lane</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Lane</th>
            <th scope="col">Running</th>
            <th scope="col">Waiting</th>
            <th scope="col">Oldest</th>
          </tr>
        </thead>
        <tbody>
          {overview.lanes.map((lane) => (
            <tr key={lane.queue} data-testid={`lane-${lane.queue}`}>
              <th scope="row">{lane.queue.replace(/^ocr-/, "").replace("-", " · ")}</th>
              <td>{integer(lane.running)}</td>
              <td>{integer(lane.waiting)}</td>
              <td>{lane.oldest_s === null ? "–" : duration(lane.oldest_s)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Numbers({ title, none, rows }: { title: string; none: string; rows: [string, number][] }) {
  return (
    <section class="panel">
      <h2>{title}</h2>
      {rows.length === 0 && <p class="panel-none">{none}</p>}
      <dl class="counts">
        {rows.map(([name, number]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{integer(number)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
