/** Which words on a page a search was for, so that they can be marked. */

/** The words of a query, as PostgreSQL's web search takes it: without operators and what is excluded. */
export function termsOf(query: string): Set<string> {
  const terms = query
    .replace(/(^|\s)-("[^"]*"|\S+)/g, " ")
    .split(/[\s"]+/)
    .map(plain)
    .filter((term) => term && term !== "or");
  return new Set(terms);
}

export function isMatch(word: string, terms: ReadonlySet<string>): boolean {
  if (terms.size === 0) return false;
  return terms.has(plain(word));
}

/** Without case and without the punctuation around it. */
function plain(word: string): string {
  return word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
}
