/** Finding words in one document. */

import { go } from "../../app/routes";
import { Icon } from "../../components/Icon";

export function Find({ id, query }: { id: string; query: string }) {
  const find = (event: SubmitEvent) => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem("find") as HTMLInputElement;
    const wanted = field.value.trim();
    if (wanted) go({ view: "search", query: wanted, within: id });
  };
  return (
    <search class="search find">
      <form onSubmit={find}>
        <Icon name="search" />
        <input
          name="find"
          type="search"
          aria-label="Find in this document"
          placeholder="Find in this document"
          maxLength={200}
          autocomplete="off"
          enterkeyhint="search"
          defaultValue={query}
          key={query}
        />
      </form>
    </search>
  );
}
