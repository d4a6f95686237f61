/** A field for words to look for; Enter searches. */

import { Icon } from "./Icon";

/**
 * @param name of the field, in its form.
 * @param query what it holds at first, and again whenever that changes.
 * @param search is given the words, unless there are none.
 */
export function SearchField(props: {
  class: string;
  name: string;
  label: string;
  query: string;
  search: (query: string) => void;
}) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem(props.name) as HTMLInputElement;
    const query = field.value.trim();
    if (query) props.search(query);
  };
  return (
    <search class={props.class}>
      <form onSubmit={submit}>
        <Icon name="search" />
        <input
          name={props.name}
          type="search"
          aria-label={props.label}
          placeholder={props.label}
          maxLength={200}
          autocomplete="off"
          enterkeyhint="search"
          defaultValue={props.query}
          key={props.query}
        />
      </form>
    </search>
  );
}
