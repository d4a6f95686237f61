/** How the next documents are to be read: languages, and files to be made beside the usual ones. */

import { useServices } from "../../app/services";
import { Tick } from "../../components/bits";
import { LANGUAGES_AT_MOST, type Wishes, wishes } from "../../uploads/wishes";
import { languageName, languageNames } from "../../words/languages";

const OUTPUTS = { hocr: "hOCR", alto: "ALTO" } as const;

export function Options() {
  const { limits } = useServices().me.value;
  const { languages, pdfa, outputs } = wishes.value;
  const change = (part: Partial<Wishes>) => {
    wishes.value = { ...wishes.peek(), ...part };
  };
  return (
    <details class="options">
      <summary>
        Options<span class="options-told">{told(wishes.value)}</span>
      </summary>
      <div class="options-body">
        {limits.languages.length > 1 && (
          <fieldset>
            <legend>Languages of the text, up to {LANGUAGES_AT_MOST}; none for the usual</legend>
            {limits.languages.map((code) => (
              <Tick
                key={code}
                label={languageName(code)}
                ticked={languages.includes(code)}
                disabled={!languages.includes(code) && languages.length >= LANGUAGES_AT_MOST}
                onTick={() => change({ languages: toggled(languages, code) })}
              />
            ))}
          </fieldset>
        )}
        <fieldset>
          <legend>Files to be made beside text and searchable PDF</legend>
          <Tick label="PDF/A, to be archived" ticked={pdfa} onTick={() => change({ pdfa: !pdfa })} />
          {(["hocr", "alto"] as const).map((output) => (
            <Tick
              key={output}
              label={`${OUTPUTS[output]}, words with their places`}
              ticked={outputs.includes(output)}
              onTick={() => change({ outputs: toggled(outputs, output) })}
            />
          ))}
        </fieldset>
      </div>
    </details>
  );
}

function toggled<T>(list: readonly T[], item: T): T[] {
  return list.includes(item) ? list.filter((each) => each !== item) : [...list, item];
}

/** What is wished for, in a line; empty when it is the usual. */
function told({ languages, pdfa, outputs }: Wishes): string {
  const parts = [
    ...(languages.length ? [languageNames(languages.join("+"))] : []),
    ...(pdfa ? ["PDF/A"] : []),
    ...outputs.map((output) => OUTPUTS[output]),
  ];
  return parts.length ? `: ${parts.join(", ")}` : "";
}
