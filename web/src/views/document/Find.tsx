/** Finding words in one document. */

import { go } from "../../app/routes";
import { SearchField } from "../../components/SearchField";

export function Find({ id, query }: { id: string; query: string }) {
  return (
    <SearchField
      class="search find"
      name="find"
      label="Find in this document"
      query={query}
      search={(wanted) => go({ view: "search", query: wanted, within: id })}
    />
  );
}
