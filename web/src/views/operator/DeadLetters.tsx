/** Messages that were given up, and having them tried again. */

import { ask, type Overview } from "../../api/client";
import { announce } from "../../app/announce";
import { useServices } from "../../app/services";
import { Note } from "../../components/bits";
import { useAction } from "../../components/hooks";
import { Icon } from "../../components/Icon";
import { count } from "../../words/numbers";

interface Props {
  letters: Overview["dead_letters"];
  onMoved(): Promise<void>;
}

export function DeadLetters({ letters, onMoved }: Props) {
  const { api } = useServices();
  const { busy, problem, run } = useAction();
  const redrive = (queue: string) =>
    run(async () => {
      const { moved } = await ask(api.POST("/admin/redrive", { body: { queue } }));
      announce(`${count(moved, "message")} went back to the queue.`);
      await onMoved();
    });
  return (
    <section class="panel" aria-labelledby="dead-letters">
      <h2 id="dead-letters">Dead letters</h2>
      {letters.length === 0 && <p class="panel-none">Nothing was given up.</p>}
      {problem.value && <Note role="alert">{problem.value}</Note>}
      <ul class="dead-letters">
        {letters.map(({ queue, messages }) => (
          <li key={queue}>
            <span>
              <b>{queue}</b> {count(messages, "message")}
            </span>
            <button
              type="button"
              class="button"
              disabled={busy.value}
              aria-label={`Try the dead letters of ${queue} again`}
              onClick={() => redrive(queue)}
            >
              <Icon name="retry" />
              Try again
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
