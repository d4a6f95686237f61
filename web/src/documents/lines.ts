/** Words as lines of text, each word with its place in the page's list. */

import type { Word } from "../api/client";

export interface Placed {
  readonly index: number;
  readonly word: Word;
}

export interface Line {
  readonly words: readonly Placed[];
  /** Whether there is more space above it than between lines of one paragraph. */
  readonly apart: boolean;
}

/** Space between two lines, in heights of the upper one, from which on a new paragraph begins. */
const APART = 0.9;

/** Words in the order in which they are read; a new line where the page has one. */
export function linesOf(words: readonly Word[]): Line[] {
  const lines: Placed[][] = [];
  words.forEach((word, index) => {
    const line = lines.at(-1);
    if (line?.[0]?.word.line === word.line) line.push({ index, word });
    else lines.push([{ index, word }]);
  });
  return lines.map((line, place) => ({ words: line, apart: isApart(lines[place - 1], line) }));
}

function isApart(above: readonly Placed[] | undefined, line: readonly Placed[]): boolean {
  if (!above) return false;
  const bottom = Math.max(...above.map(({ word }) => word.y1));
  const height = bottom - Math.min(...above.map(({ word }) => word.y0));
  const top = Math.min(...line.map(({ word }) => word.y0));
  // Upwards: another column begins.
  return top - bottom > height * APART || top < bottom - 2 * height;
}
